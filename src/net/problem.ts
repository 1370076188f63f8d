/** What went wrong below HTTP, in the words of the port. */
import { phrase, type Said } from '../core/phrase.ts'
import type { TransportProblem } from '../core/ports.ts'
import { SaidError } from '../core/said-error.ts'
import { MalformedAnswerError } from './answer-parser.ts'
import { UnwritableRequestError } from './request-text.ts'

/** How far the request had come when it failed. */
export interface Progress {
  /** With its port, where that is not the scheme's own. */
  readonly host: string
  /** Still on the way to a connection, TLS and proxy included. */
  readonly connecting: boolean
  readonly neverSent: boolean
}

/** No way to the upstream, for a reason that no system error says. */
export class NoWayError extends SaidError {}

/** The connection ended before the answer did. */
export class TornError extends Error {}

export function problemFrom(error: unknown, { host, connecting, neverSent }: Progress): TransportProblem {
  const fault = readFault(error)
  const problem = (kind: TransportProblem['kind'], message: Said): TransportProblem => ({ kind, message, neverSent })
  if (error instanceof NoWayError) return problem('refused', error.said)
  if (error instanceof UnwritableRequestError) {
    return problem('protocol', phrase('request-unwritable', { reason: error.said }))
  }
  if (error instanceof MalformedAnswerError)
    return problem('protocol', phrase('not-http', { host, reason: error.said }))
  if (UNRESOLVED.test(fault.code)) return problem('dns', phrase('name-unresolved', { host, code: fault.code }))
  if (UNREACHED.has(fault.code)) return problem('refused', phrase('no-connection', { host, code: fault.code }))
  if (connecting && fault.code === 'ETIMEDOUT') return problem('connect-timeout', phrase('no-answer', { host }))
  if (isTorn(error))
    return problem('reset', phrase(connecting ? 'connection-closed-early' : 'connection-closed', { host }))
  if (ISSUER_UNKNOWN.has(fault.code)) {
    return problem('tls', phrase('no-trust-in-issuer', { host, reason: fault.text }))
  }
  if (connecting || fault.code === 'EPROTO') return problem('tls', phrase('no-trust', { host, reason: fault.text }))
  return problem('protocol', phrase('not-http', { host, reason: fault.text }))
}

/** The connection ended under the request: by the other side, or by the network. */
export function isTorn(error: unknown): boolean {
  return error instanceof TornError || TORN.has(readFault(error).code)
}

const UNRESOLVED = /^(ENOTFOUND|ENODATA|EAI_\w+|ESERVFAIL|EBADNAME)$/
/** OpenSSL's X509_V_ERR_*, by Node's names: the chain is whole, but ends at nobody whom we know. */
const ISSUER_UNKNOWN = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
])
const UNREACHED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
  'EMFILE',
  'ENFILE',
])
const TORN = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_DESTROYED'])

function readFault(error: unknown): { readonly code: string; readonly text: string } {
  if (!(error instanceof Error)) return { code: '', text: String(error) }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // OpenSSL's own messages name its source files; its `reason` is the readable part.
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined
  const text = reason || error.message || code
  return { code, text }
}
