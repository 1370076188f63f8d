/** Acts on a gateway in the background, and on who may ask it. */
import type { OpenClawError } from '../../core/errors.ts'
import type { Scope } from '../../core/scope.ts'
import type { Secret } from '../../core/secret.ts'
import type { Leaving } from '../../service/leaving.ts'
import type { NetworkStatus } from '../network-status.ts'
import type { ToldProblem } from '../told-problem.ts'

export interface GatewayStopped {
  readonly pid: number
  /** Answers that still run; the process ends after the last of them. */
  readonly draining: number
}

export interface GatewayStatus {
  readonly running: boolean
  readonly url?: string
  readonly pid?: number
  readonly startedAt?: string
  readonly streams?: number
  readonly version?: string
  readonly problems?: readonly ToldProblem[]
  /** A gateway of an earlier version does not tell. */
  readonly network?: NetworkStatus
  readonly stateFolder: string
  /** Processes of this folder that take no new connection and have answers to end. */
  readonly leaving: readonly Leaving[]
}

export type GatewayEvent =
  /** The settings are broken: the last ones that a gateway served by count. */
  | { readonly kind: 'last-good'; readonly problem: OpenClawError }
  | { readonly kind: 'starting'; readonly port: number }
  | { readonly kind: 'stopping'; readonly pid: number }
  | { readonly kind: 'draining'; readonly streams: number; readonly pid: number }

/** A token that was given to a program; the token itself was shown once. */
export interface TokenRow {
  readonly id: string
  readonly name: string
  readonly scope: Scope
  readonly createdAt: string
}

export interface TokenCreated extends TokenRow {
  readonly token: Secret
}
