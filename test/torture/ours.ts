/** Our side of a login, put together as `app.ts` does it, over any folder, any clock and any provider. */
import { openAccounts, type Accounts } from '../../src/accounts/access.ts'
import { fileCredentialStore } from '../../src/accounts/credential-store.ts'
import { openRefresher } from '../../src/accounts/refresh.ts'
import { signIn, type SignedIn, type SignInEvent } from '../../src/accounts/sign-in.ts'
import { knownDead } from '../../src/accounts/token-notes.ts'
import { loginTroubles } from '../../src/accounts/troubles.ts'
import type { LogoutMeans } from '../../src/control/logout.ts'
import type { Profile } from '../../src/core/credential.ts'
import type { SettingsFile } from '../../src/core/edit.ts'
import type { Clock, CredentialStore, State } from '../../src/core/ports.ts'
import type { Provider } from '../../src/core/provider.ts'
import type { Setup } from '../../src/core/setup.ts'
import { openHttpClient } from '../../src/net/client.ts'
import type { Plugin } from '../../src/sdk/index.ts'
import { loadSetup } from '../../src/setup/load.ts'
import { statePaths } from '../../src/setup/paths.ts'
import { ownTexts } from '../../src/stores/files/own-texts.ts'
import { settingsFile } from '../../src/stores/files/settings-file.ts'
import { lockByLease } from '../../src/stores/lock-by-lease.ts'
import { openInlineState } from '../../src/stores/sqlite/inline.ts'
import { openThreadedState } from '../../src/stores/sqlite/threaded.ts'
import { stateBeside } from '../../src/stores/state-beside.ts'
import { systemRandom } from '../../src/system/random.ts'

export interface OursGiven {
  readonly folder: string
  readonly plugin: Plugin
  readonly clock: Clock
  /** As a gateway has it, or as a command. */
  readonly as: 'gateway' | 'command'
  /** The program of a gateway's writer thread. */
  readonly writer?: string
}

export interface Ours {
  readonly folder: string
  readonly state: State
  readonly files: { readonly openclawJson: SettingsFile; readonly modelsJson: SettingsFile }
  readonly store: CredentialStore
  readonly accounts: Accounts
  /** As the settings show it now. */
  login(profile: string): Promise<[Provider, Profile]>
  signIn(): Promise<AsyncGenerator<SignInEvent, SignedIn>>
  /** For acts on logins that stand, with the settings as they are now. */
  acts(): Promise<LogoutMeans>
  /** One line each, in English: what keeps a token from being renewed or saved. */
  troubles(): readonly string[]
  close(): Promise<void>
}

export async function openOurs({ folder, plugin, clock, as, writer = '' }: OursGiven): Promise<Ours> {
  const paths = statePaths({ OPENCLAW_STATE_DIR: folder })
  const open = (path: string): Promise<State> =>
    as === 'gateway' ? openThreadedState({ path, clock, workerFile: writer }) : openInlineState({ path, clock })
  const state = await open(paths.stateDb)
  const held = (): Promise<State> => Promise.resolve(state)
  const holder = `${as} ${process.pid}`
  const means = { clock, holder: () => holder }
  const beside = stateBeside(paths.modelsJson, { ...means, ownPath: paths.stateDb, own: held, open })
  const { lock, notes } = beside
  const files = {
    openclawJson: settingsFile(
      paths.openclawJson,
      lockByLease(state.leases, clock, holder),
      ownTexts(() => Promise.resolve(state.notes)),
    ),
    modelsJson: settingsFile(
      paths.modelsJson,
      lock,
      ownTexts(() => Promise.resolve(notes)),
    ),
  }
  const plugins = { definitions: plugin.providers, off: [], untrusted: [], refused: [] }
  const setup = (): Promise<Setup> => loadSetup({ ...files, environment: {}, pluginsFolder: folder }, plugins)
  const http = openHttpClient({ proxyFromEnv: {} })
  const oauth = { http: () => Promise.resolve(http), clock, random: systemRandom, userAgent: 'openclaw/test' }
  const store = fileCredentialStore(files.modelsJson)
  const troubles = loginTroubles()
  const dead = await knownDead((await setup()).settings.profiles.values(), notes)
  const refresher = openRefresher({ ...oauth, store, notes, lock, tokenLock: lock, dead, ...troubles.told })
  return {
    folder,
    state,
    files,
    store,
    accounts: openAccounts({ clock, refresher, dead }),
    async login(id) {
      const { providers, settings } = await setup()
      const profile = settings.profiles.get(id)
      const provider = profile && providers.get(profile.provider)
      if (!provider || !profile) throw new Error(`${id} is not signed in`)
      return [provider, profile]
    },
    signIn: async () => {
      const wish = { provider: plugin.providers[0]?.id ?? '', setDefault: false, signal: new AbortController().signal }
      return signIn(wish, await setup(), { ...oauth, ...files, notes })
    },
    acts: async () => ({ ...oauth, ...files, lock, state: { ...state, notes }, setup: await setup() }),
    troubles: () => troubles.lines().map(String),
    async close() {
      await refresher.close()
      await http.close()
      await beside.close()
      await state.close()
    },
  }
}
