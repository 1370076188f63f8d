/** Our side of a login that Qwen Code keeps, put together as the gateway has it, with all its waits times a factor. */
import { join } from 'node:path'
import { openAccounts, type Access } from '../../src/accounts/access.ts'
import { openOutsideLogins } from '../../src/accounts/outside-logins.ts'
import type { Credential, LoginProblem, Profile } from '../../src/core/credential.ts'
import type { OutsideLogin } from '../../src/core/outside-login.ts'
import type { HttpClient } from '../../src/core/ports.ts'
import { providerFrom } from '../../src/core/provider.ts'
import { openHttpClient } from '../../src/net/client.ts'
import qwen from '../../src/plugins/qwen-portal/index.ts'
import { lockByLease } from '../../src/stores/lock-by-lease.ts'
import { openInlineState } from '../../src/stores/sqlite/inline.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'

export interface SharedLogin {
  /** As a request asks for it. */
  access(): Promise<Access>
  /** As one does that was answered 401. */
  renewed(used: Credential): Promise<Access>
  close(): Promise<void>
}

export interface SharedLoginWish {
  readonly stateFolder: string
  /** Where Qwen Code keeps its file. */
  readonly theirFolder: string
  /** The login server. */
  readonly server: string
  readonly factor: number
  /** Of the deadlines of a call to the login server; they are its own, where nothing is said. */
  readonly callFactor?: number
}

export async function openSharedLogin(wish: SharedLoginWish): Promise<SharedLogin> {
  const { stateFolder, theirFolder, server, factor, callFactor = 1 } = wish
  const [declared] = qwen.providers
  if (!declared?.outside) throw new Error('the plugin knows no login of another program')
  const definition = { ...declared, outside: scaled(declared.outside, factor) }
  const { id } = definition
  const settings = { id, baseUrlIsChosen: false, oauthBaseUrl: server, unsetVariables: [] }
  const provider = providerFrom(id, definition, settings)
  const profile: Profile = { id: `${id}:qwen-code`, provider: id, mode: 'oauth', outside: { id: 'qwen-code' } }

  const state = await openInlineState({ path: join(stateFolder, 'state.db'), clock: systemClock })
  const http = hurried(openHttpClient({ proxyFromEnv: {} }), callFactor)
  const dead = new Map<string, LoginProblem>()
  const outside = openOutsideLogins({
    http: () => Promise.resolve(http),
    clock: systemClock,
    random: systemRandom,
    userAgent: 'openclaw/test',
    notes: state.notes,
    lock: lockByLease(state.leases, systemClock, `test ${process.pid} ${systemRandom.uuid()}`),
    dead,
    onUnsaved: () => undefined,
    onSaved: () => undefined,
    environment: { QWEN_HOME: theirFolder },
  })
  // There is no login of our own.
  const refresher = {
    refresh: () => Promise.reject(new Error('not ours')),
    putBack: () => Promise.resolve(),
    obstacle: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  }
  const accounts = openAccounts({ clock: systemClock, refresher, dead, outside })
  return {
    access: () => accounts.access(provider, profile),
    renewed: (used) => accounts.renewed(provider, profile, used),
    async close() {
      await outside.close()
      await http.close()
      await state.close()
    },
  }
}

function hurried(http: HttpClient, factor: number): HttpClient {
  return {
    send(request, handler) {
      const [connectMs, headMs, idleMs, totalMs] = [
        request.connectMs * factor,
        request.headMs * factor,
        request.idleMs * factor,
        request.totalMs * factor,
      ]
      return http.send({ ...request, connectMs, headMs, idleMs, totalMs }, handler)
    },
    close: () => http.close(),
  }
}

function scaled({ lock, lookMs, earlyMs, ...login }: OutsideLogin, factor: number): OutsideLogin {
  const times = (ms: number): number => Math.ceil(ms * factor)
  return {
    ...login,
    lookMs: times(lookMs),
    earlyMs: times(earlyMs),
    lock: {
      file: lock.file,
      pollMs: times(lock.pollMs),
      patienceMs: times(lock.patienceMs),
      touchMs: times(lock.touchMs),
      abandonedMs: times(lock.abandonedMs),
      quietMs: times(lock.quietMs),
    },
  }
}
