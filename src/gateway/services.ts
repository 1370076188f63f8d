/** What a route is given: the house, and one request. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Accounts } from '../accounts/access.ts'
import type { NetworkStatus } from '../control/network-status.ts'
import type { OpenClawError } from '../core/errors.ts'
import type { Said } from '../core/phrase.ts'
import type { Clock, HttpClient, Random, State } from '../core/ports.ts'
import type { Caller } from '../core/scope.ts'
import type { Provider } from '../core/provider.ts'
import type { Setup } from '../core/setup.ts'
import type { Succession, SuccessionOrder } from '../service/succession.ts'
import type { Memory } from '../serving/memory.ts'

export interface GatewayServices extends Memory {
  /** As it stands now: replaced as a whole when a settings file changes. */
  readonly setup: () => Setup
  readonly state: State
  readonly accounts: Accounts
  readonly http: HttpClient
  readonly clock: Clock
  readonly random: Random
  readonly userAgent: string
  /** Providers that are known and not on, for who asks why nobody asked them. */
  readonly providersOff: (setup: Setup) => Promise<readonly Provider[]>
  /** What `/health` says beside its own. */
  readonly problems: () => readonly (Said | OpenClawError)[]
  /** Which way requests go from here. */
  readonly network: () => NetworkStatus
  /** Another process takes the place of this one; undefined = there is no place to hand over. */
  readonly succeed?: (order: SuccessionOrder) => Promise<Succession>
  readonly about: {
    readonly version: string
    readonly stateFolder: string
    readonly startedAt: Date
  }
}

export interface Visit {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly requestId: string
  /** As it was written: no other spelling of a path is the same path. */
  readonly path: string
  /** Undefined = no token was shown. */
  readonly caller: Caller | undefined
  /** What only a gateway that knows the owner's token can answer. */
  readonly prove: (challenge: string) => string
  readonly services: GatewayServices
  /** Other requests under way. */
  readonly others: number
}
