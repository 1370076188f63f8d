/** The way to upstreams: through which proxy, on whose word, for how long. */
import type { Secret } from './secret.ts'

/** Through which proxy. This machine and what NO_PROXY names are reached without one, whatever stands here. */
export type ProxyRule =
  /** What HTTPS_PROXY and its kin say. */
  | { readonly kind: 'environment' }
  | { readonly kind: 'off' }
  /** `url` is http or https, with user and password where it has them; `place` = the setting that names it. */
  | { readonly kind: 'proxy'; readonly url: Secret; readonly place: string }
  /** It is named by a variable that is not set: nobody knows the way, so nothing is sent. */
  | { readonly kind: 'unset'; readonly variable: string; readonly place: string }

/** Authorities that are trusted beside the usual ones. */
export interface Authorities {
  readonly file: string
  /** PEM, one certificate each. */
  readonly certificates: readonly string[]
}

/** What holds for every upstream that says nothing else. */
export interface Network {
  readonly proxy: ProxyRule
  readonly ca?: Authorities
}

/** How long a request may wait, in milliseconds. */
export interface Limits {
  /** For a connection: name, proxy and TLS included. */
  readonly connectMs: number
  /** For a stream's first bytes. */
  readonly firstEventMs: number
  /** For all of an answer that is not a stream; in a stream for the first event that says something. */
  readonly answerMs: number
  /** Between two pieces of a stream, a comment being one. */
  readonly idleMs: number
  /** For the last byte of a stream. */
  readonly streamMs: number
}

/** A provider's own limits lie over the general ones. */
export function limitsOf({ limits }: { readonly limits?: Partial<Limits> }, general: Limits): Limits {
  return limits ? { ...general, ...limits } : general
}
