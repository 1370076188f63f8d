/** How the answer of one call is taken in: what each kind of answer needs for it, and what it comes to. */
import type { UpstreamFailure } from '../core/failure.ts'
import type { HeaderMap } from '../core/ports.ts'
import type { Reply } from '../core/reply.ts'
import type { FailedVerdict, Usage, Verdict } from '../core/verdict.ts'
import type { CallerDialect, WriterOptions } from '../dialects/caller-dialect.ts'
import type { Fields } from '../dialects/fields.ts'
import type { WatcherOptions } from '../dialects/stream-watcher.ts'
import type { UpstreamDialect } from '../dialects/upstream-dialect.ts'

export type Conclusion =
  | { readonly kind: 'answered'; readonly verdict: Verdict }
  /** Nothing has been sent to the caller. */
  | { readonly kind: 'failed'; readonly failure: UpstreamFailure; readonly verdict?: FailedVerdict }

/** Made once the answer's head is there; fed until it has concluded. */
export interface Taking {
  data(chunk: Uint8Array): void
  end(): void
  /** It broke off. */
  cut(failure: UpstreamFailure): void
  /** Tokens seen so far. */
  usage(): Usage | undefined
}

/** What of an answer does not go to the caller as it came. */
export type Watching = Pick<WatcherOptions, 'mend' | 'hidesUsage'>

export interface TakingMeans {
  readonly reply: Reply
  readonly upstream: UpstreamDialect
  readonly caller: CallerDialect
  readonly writing: WriterOptions
  readonly watching: Watching
  readonly status: number
  readonly headers: HeaderMap
  /** Reads an error, without our credential in what comes out. */
  readonly readFailure: ReturnType<UpstreamDialect['failureReader']>
  /** Strikes our credential out. */
  readonly cleaned: (failure: UpstreamFailure) => UpstreamFailure
  /** The same for words of the upstream's. */
  readonly strike: (words: string) => string
  /** The same for bytes that go to the caller. */
  readonly struckBytes: (bytes: Uint8Array) => Uint8Array
  readonly now: () => Date
  /** The commit point: the head goes to the caller. False = somebody else has answered, and all is concluded. */
  readonly begin: (headers: Readonly<Record<string, string>>) => boolean
  /** Once; what comes after is not taken in. */
  readonly conclude: (conclusion: Conclusion) => void
  readonly pause: () => void
  readonly resume: () => void
  /** No pause of the upstream's may be longer from now on. */
  readonly hurry: (idleMs: number) => void
}

/** Of a relay: told of what the upstream says, where its answer is kept. */
export function keepsWhole({ caller, writing }: TakingMeans): { readonly taken?: (event: Fields) => void } {
  const { keep, issuer } = writing
  const { remembering } = caller
  if (!keep || !remembering) return {}
  return {
    taken(event) {
      const whole = remembering.wholeIn(event, issuer)
      if (whole) keep(whole)
    },
  }
}

export function header(headers: HeaderMap, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

/** Who issued what is sealed in an answer that goes to the caller as it came. */
export function noteSeal({ seals, issuer }: WriterOptions): (value: string) => void {
  return (value) => seals.note(value, issuer)
}
