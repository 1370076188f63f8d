/** What a stream watcher says of an answer, exactly once, and the usage it read on the way. */
import type { UpstreamFailure } from './failure.ts'

/** `complete` = a finish reason was seen. All others are failures, before or after the commit point. */
export type Verdict =
  | { readonly kind: 'complete' }
  | {
      readonly kind: 'truncated' | 'stalled' | 'malformed' | 'refused' | 'filtered' | 'error-inside-200'
      readonly failure: UpstreamFailure
    }

export type FailedVerdict = Exclude<Verdict, { readonly kind: 'complete' }>

/** What a cut says of an answer that was not over. */
export function verdictOfCut(failure: UpstreamFailure): FailedVerdict {
  return { kind: failure.kind === 'timeout' ? 'stalled' : 'truncated', failure }
}

export type VerdictKind = Verdict['kind']

/** Tokens as the upstream counted them; absent = it did not say. */
export interface Usage {
  /** All of them, those read from a cache included. */
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly cachedInputTokens?: number
  /** Input that was written into a cache, for formats that count it. */
  readonly cacheWriteInputTokens?: number
  readonly reasoningTokens?: number
}
