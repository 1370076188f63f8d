/** A stream on its way to the caller: held until its first good event, relayed byte for byte from there. */
import { CONSEQUENCES, type FailureKind } from '../core/failure.ts'
import type { FailedVerdict, Usage } from '../core/verdict.ts'
import type { ErrorReply } from '../dialects/error-reply.ts'
import { heldStream, type Passable } from './held-stream.ts'
import { header, keepsWhole, noteSeal, type Taking, type TakingMeans } from './taking.ts'

export const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

/** Once all is said there may be usage and a `[DONE]` yet; a connection that merely stays open says nothing more. */
export const AFTER_FINISH_MS = 3_000

export function streamAnswer(means: TakingMeans): Taking {
  const { reply, upstream, caller, readFailure, now, strike, conclude, cleaned } = means
  const contentType = header(means.headers, 'content-type') ?? ''
  const watcher = upstream.watchStream({
    readFailure,
    now,
    strike,
    contentType,
    sealed: noteSeal(means.writing),
    ...means.watching,
    ...keepsWhole(means),
  })
  const stream = heldStream(reply, means.struckBytes)
  /** How much of the stream may go out; the watcher keeps it true. */
  let passable: Passable = { passableBytes: 0, edits: [] }
  let finished = false

  const begin = (): boolean => {
    if (stream.committed) return true
    if (!means.begin(STREAM_HEADERS)) return false
    stream.commit()
    return true
  }

  /** What the caller has seen the beginning of ends with one error event and without `[DONE]`. */
  const breakOff = ({ kind, failure: told }: FailedVerdict): void => {
    const failure = cleaned(told)
    const verdict = { kind, failure }
    if (!stream.committed) return conclude({ kind: 'failed', failure, verdict })
    stream.end(passable, caller.errorFrame(brokenOff(verdict, means.writing.requestId)))
    conclude({ kind: 'answered', verdict })
  }

  const over = (verdict: ReturnType<typeof watcher.end>): void => {
    if (verdict.kind !== 'complete') return breakOff(verdict)
    if (!begin()) return
    stream.end(passable, watcher.ending() || undefined)
    conclude({ kind: 'answered', verdict })
  }

  return {
    data(chunk) {
      const state = watcher.feed(chunk)
      passable = state
      stream.hold(chunk)
      if (state.failed) return breakOff(state.failed)
      if ((state.good || stream.isFull) && !begin()) return
      if (state.finished !== finished) {
        finished = state.finished
        means.hurry(finished ? AFTER_FINISH_MS : Number.POSITIVE_INFINITY)
      }
      if (stream.pass(state)) return
      means.pause()
      reply.onDrain(means.resume)
    },
    end: () => over(watcher.end()),
    cut: (failure) => over(watcher.end(failure)),
    usage: (): Usage | undefined => watcher.usage(),
  }
}

export function brokenOff({ failure }: FailedVerdict, requestId: string): ErrorReply {
  const message = `The answer broke off: ${String(failure.evidence)}`
  const code = CODES[failure.kind] ?? failure.kind.replaceAll('-', '_')
  return { status: CONSEQUENCES[failure.kind].status, message, code, requestId }
}

/** OpenAI's words, by which programs act. */
const CODES: Partial<Record<FailureKind, string>> = {
  'context-too-long': 'context_length_exceeded',
  'rate-limit': 'rate_limit_exceeded',
  quota: 'insufficient_quota',
  billing: 'insufficient_quota',
  'model-missing': 'model_not_found',
  filtered: 'content_filter',
  // It was reached, and spoke.
  network: 'broken_off',
}
