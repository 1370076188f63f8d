/** Who keeps logins fresh, and what acts on logins are given. */
import type { Accounts } from '../accounts/access.ts'
import { loginTroubles } from '../accounts/troubles.ts'
import type { HttpClient, State } from '../core/ports.ts'
import type { Provider } from '../core/provider.ts'
import type { Setup } from '../core/setup.ts'
import type { Files, Folder } from './folder.ts'
import type { Ground } from './ground.ts'
import type { Secrets } from './secrets.ts'
import type { Setups } from './setups.ts'
import type { WaysOut } from './ways-out.ts'

export function openAccountsPart(
  { environment, paths, clock, random, userAgent, closing }: Ground,
  { upstreamHttp }: WaysOut,
  { vault, opener, state, files, setup, openedSetup }: Secrets & Folder & Setups,
) {
  const troubles = loginTroubles()

  const accountsOver = async (
    { held, modelsJson, lock, besideModels }: Files & { readonly held: State },
    over: Setup,
    { http, onPutBack }: { readonly http: () => Promise<HttpClient>; readonly onPutBack?: (profile: string) => void },
  ): Promise<Accounts> => {
    const [
      { openAccounts },
      { openRefresher },
      { knownDead },
      { fileCredentialStore },
      { noteRefresh },
      { openOutsideLogins },
    ] = await Promise.all([
      import('../accounts/access.ts'),
      import('../accounts/refresh.ts'),
      import('../accounts/token-notes.ts'),
      import('../accounts/credential-store.ts'),
      import('../accounts/refresh-times.ts'),
      import('../accounts/outside-logins.ts'),
    ])
    const store = fileCredentialStore(modelsJson, vault)
    const { notes } = besideModels
    const dead = await knownDead(over.settings.profiles.values(), notes)
    const means = {
      http,
      clock,
      random,
      userAgent,
      dead,
      ...troubles.told,
      onSaved(profile: string) {
        troubles.told.onSaved(profile)
        noteRefresh(profile, { notes, clock })
      },
      ...(onPutBack && { onPutBack }),
    }
    const ours = { notes, lock: besideModels.lock, tokenLock: besideModels.lock }
    const refresher = closing(openRefresher({ ...means, ...ours, store }))
    const outside = closing(openOutsideLogins({ ...means, notes: held.notes, lock, environment }))
    return openAccounts({ clock, refresher, dead, outside })
  }

  /** What is noted of logins lies where their tokens do. */
  const loginState = async (): Promise<State> => {
    const [held, { besideModels }] = await Promise.all([state(), files()])
    return { ...held, notes: besideModels.notes }
  }

  return {
    accountsOver,
    loginState,
    /** What could not be done for the logins. */
    loginTroubles: troubles.lines,
    /** For acts on logins that stand. */
    profileMeans: async (read = openedSetup) => {
      const [held, over, own] = await Promise.all([state(), read(), files()])
      const accounts = await accountsOver({ ...own, held }, over, { http: upstreamHttp(over) })
      return { setup: over, state: await loginState(), accounts, paths, now: clock.now() }
    },
    loginActMeans: async () => {
      const [over, { openclawJson, modelsJson, besideModels }] = await Promise.all([setup(), files()])
      const own = { setup: over, state: await loginState(), openclawJson, modelsJson, lock: besideModels.lock, opener }
      return { ...own, http: upstreamHttp(over), clock, random, userAgent }
    },
    /** Of another program, and not in use here. */
    existingLoginIn: async (provider: Provider, over: Setup) => {
      if (!provider.definition?.outside) return undefined
      const { existingLogin } = await import('../accounts/existing-login.ts')
      return existingLogin(provider, over, { clock, environment })
    },
  }
}
