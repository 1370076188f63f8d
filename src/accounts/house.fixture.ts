/** A state folder with real files and a real state.db, opened by as many processes as a test wants. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import json5 from 'json5'
import { onTestFinished } from 'vitest'
import type { Profile } from '../core/credential.ts'
import type { Lock, SettingsFile } from '../core/edit.ts'
import type { Said } from '../core/phrase.ts'
import type { Clock, CredentialStore, Random, State } from '../core/ports.ts'
import type { Provider } from '../core/provider.ts'
import type { Setup } from '../core/setup.ts'
import { openHttpClient } from '../net/client.ts'
import { loadSetup } from '../setup/load.ts'
import { statePaths } from '../setup/paths.ts'
import { ownTexts } from '../stores/files/own-texts.ts'
import { settingsFile } from '../stores/files/settings-file.ts'
import { lockByLease } from '../stores/lock-by-lease.ts'
import { openInlineState } from '../stores/sqlite/inline.ts'
import { pluginsFolder } from '../system/built.ts'
import { systemClock } from '../system/clock.ts'
import { systemRandom } from '../system/random.ts'
import { openAccounts, type Accounts } from './access.ts'
import { fileCredentialStore } from './credential-store.ts'
import type { Portal } from './emulator.fixture.ts'
import { fakeClock, type FakeClock } from './fake-clock.fixture.ts'
import type { OAuthMeans } from './oauth-client.ts'
import { openOutsideLogins } from './outside-logins.ts'
import { openRefresher, type Refresher } from './refresh.ts'
import { signIn, type SignedIn, type SignInEvent, type SignInWish } from './sign-in.ts'
import { knownDead } from './token-notes.ts'

export const PROVIDER = 'qwen-portal'
export const PROFILE = 'qwen-portal:default'

export interface House {
  readonly folder: string
  readonly clock: FakeClock
  readonly openclawJson: string
  readonly modelsJson: string
  /** The value of models.json. */
  models(): ModelsFile
  open(): Promise<Process>
}

export interface ModelsFile {
  readonly models: {
    readonly providers: {
      readonly [PROVIDER]: {
        readonly baseUrl?: string
        readonly accessToken: string
        readonly refreshToken: string
        readonly expiresAt: string
      }
    }
  }
  readonly auth: { readonly profiles: Readonly<Record<string, unknown>> }
}

export interface Process {
  readonly state: State
  readonly files: { readonly openclawJson: SettingsFile; readonly modelsJson: SettingsFile }
  /** What acts on logins need beside the setup. */
  readonly means: OAuthMeans & { readonly lock: Lock }
  setup(): Promise<Setup>
  signIn(wish?: Partial<SignInWish>): Promise<AsyncGenerator<SignInEvent, SignedIn>>
  accounts(means?: AccountsGiven): Promise<OpenAccounts>
}

/** What a test puts round the real parts. */
export interface AccountsGiven {
  readonly store?: (store: CredentialStore) => CredentialStore
  readonly lock?: (lock: Lock) => Lock
}

export interface OpenAccounts extends Accounts {
  /** What was told on the way, in order. */
  readonly told: readonly string[]
  /** As the settings show it now; `<provider>:default`, where no id is given. */
  login(id?: string): Promise<[Provider, Profile]>
  /** The process ends in peace. */
  close(): Promise<void>
}

/** Chance at its longest: so a wait that it decides is known. */
const LONGEST: Random = { ...systemRandom, bytes: (length) => new Uint8Array(length).fill(0xff) }

export interface HouseGiven {
  readonly openclawJson?: string
  /** By which another process is waited for; by default real time, as that process takes. */
  readonly waiting?: Clock
  /** Where its folder is made. */
  readonly place?: string
  /** Decides how long is waited; the longest, where nothing is said. */
  readonly random?: Random
}

/** `portal` plays both hosts; a sleep of the clock lets its time pass too. */
export function openHouse(portal: Pick<Portal, 'url' | 'control'>, given: HouseGiven = {}): House {
  const folder = mkdtempSync(join(given.place ?? tmpdir(), 'openclaw-accounts-'))
  const paths = statePaths({ OPENCLAW_STATE_DIR: folder })
  const http = openHttpClient({ proxyFromEnv: {} })
  const open: State[] = []
  const refreshers: Pick<Refresher, 'close'>[] = []
  onTestFinished(async () => {
    for (const refresher of refreshers) await refresher.close()
    for (const state of open) await state.close()
    await http.close()
    rmSync(folder, { recursive: true, force: true })
  })
  writeFileSync(paths.openclawJson, given.openclawJson ?? settingsFor(portal.url))
  const clock = fakeClock(undefined, (ms) => portal.control('clock', { advanceMs: Math.round(ms) }))

  return {
    folder,
    clock,
    openclawJson: paths.openclawJson,
    modelsJson: paths.modelsJson,
    models: () => json5.parse<ModelsFile>(readFileSync(paths.modelsJson, 'utf8')),
    async open() {
      const state = await openInlineState({ path: paths.stateDb, clock })
      open.push(state)
      const lock = lockByLease(state.leases, given.waiting ?? systemClock, `test ${open.length}`)
      const ours = ownTexts(() => Promise.resolve(state.notes))
      const files = {
        openclawJson: settingsFile(paths.openclawJson, lock, ours),
        modelsJson: settingsFile(paths.modelsJson, lock, ours),
      }
      const means = {
        http: () => Promise.resolve(http),
        clock,
        random: given.random ?? LONGEST,
        userAgent: 'openclaw/test',
        notes: state.notes,
      }
      const setup = (): Promise<Setup> => loadSetup({ ...files, environment: {}, pluginsFolder: pluginsFolder() })
      return {
        state,
        files,
        means: { ...means, lock },
        setup,
        signIn: async (wish = {}) =>
          signIn(
            { provider: PROVIDER, setDefault: false, signal: new AbortController().signal, ...wish },
            await setup(),
            { ...means, ...files },
          ),
        async accounts({ store = (same) => same, lock: around = (same) => same }: AccountsGiven = {}) {
          const told: string[] = []
          const dead = await knownDead((await setup()).settings.profiles.values(), state.notes)
          const refreshMeans = {
            ...means,
            lock: around(lock),
            dead,
            onUnsaved: (_: string, { message }: Error) => void told.push(`unsaved: ${message}`),
            onSaved: () => void told.push('saved'),
            onStopped: (_: string, problem: Said | undefined) =>
              problem === undefined || told.push(`stopped: ${String(problem)}`),
            onPutBack: () => void told.push('put back'),
          }
          const refresher = openRefresher({ ...refreshMeans, store: store(fileCredentialStore(files.modelsJson)) })
          const outside = openOutsideLogins({ ...refreshMeans, environment: { HOME: folder } })
          refreshers.push(refresher, outside)
          const login = async (id = PROFILE): Promise<[Provider, Profile]> => {
            const { providers, settings } = await setup()
            const [provider, profile] = [providers.get(PROVIDER), settings.profiles.get(id)]
            if (!provider || !profile) throw new Error('not signed in')
            return [provider, profile]
          }
          const close = async (): Promise<void> => {
            await outside.close()
            await refresher.close()
          }
          return { ...openAccounts({ clock, refresher, dead, outside }), told, login, close }
        },
      }
    },
  }
}

export function settingsFor(url: string, more = ''): string {
  return `// mine
{
  models: { providers: { 'qwen-portal': { oauthBaseUrl: '${url}' /* the stand-in */ } } },
  plugins: { entries: { 'qwen-portal-auth': { enabled: true } } },${more}
}
`
}

/** A sign-in to its end; the code is approved as soon as it is shown. */
export async function signedIn(portal: Portal, process: Process, wish: Partial<SignInWish> = {}): Promise<SignedIn> {
  const { result } = await followed(await process.signIn(wish), (event) =>
    event.kind === 'code' ? portal.control('approve', { user_code: event.userCode }) : undefined,
  )
  return result
}

/** Every event of a generator, and its result. */
export async function followed<Event, Result>(
  generator: AsyncGenerator<Event, Result>,
  onEvent: (event: Event) => Promise<void> | undefined = () => undefined,
): Promise<{ readonly events: readonly Event[]; readonly result: Result }> {
  const events: Event[] = []
  for (;;) {
    const step = await generator.next()
    if (step.done) return { events, result: step.value }
    events.push(step.value)
    await onEvent(step.value)
  }
}
