/** A stream on its way to the caller: held until its first good event, relayed byte for byte from there. */
import type { FailedVerdict, Usage } from '../core/verdict.ts'
import { heldStream } from './held-stream.ts'
import { header, type Taking, type TakingMeans } from './taking.ts'

const HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

/** Once all is said there may be usage and a `[DONE]` yet; a connection that merely stays open says nothing more. */
const AFTER_FINISH_MS = 3_000

export function streamAnswer(means: TakingMeans): Taking {
  const { reply, dialect, readFailure, now, strike, conclude, cleaned } = means
  const contentType = header(means.headers, 'content-type') ?? ''
  const watcher = dialect.watchStream({ readFailure, now, strike, contentType })
  const stream = heldStream(reply, means.struckBytes)
  /** How much of the stream may go out; the watcher keeps it true. */
  let passable: { readonly passableBytes: number } = { passableBytes: 0 }
  let finished = false

  const begin = (): boolean => {
    if (stream.committed) return true
    if (!means.begin(HEADERS)) return false
    stream.commit()
    return true
  }

  /** What the caller has seen the beginning of ends with one error event and without `[DONE]`. */
  const breakOff = ({ kind, failure: told }: FailedVerdict): void => {
    const failure = cleaned(told)
    const verdict = { kind, failure }
    if (!stream.committed) return conclude({ kind: 'failed', failure, verdict })
    const message = `The answer broke off (${kind}): ${String(failure.evidence)}`
    stream.end(passable.passableBytes, dialect.errorFrame({ message, type: 'upstream_error', code: failure.kind }))
    conclude({ kind: 'answered', verdict })
  }

  const over = (verdict: ReturnType<typeof watcher.end>): void => {
    if (verdict.kind !== 'complete') return breakOff(verdict)
    if (!begin()) return
    stream.end(passable.passableBytes)
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
      if (stream.pass(state.passableBytes)) return
      means.pause()
      reply.onDrain(means.resume)
    },
    end: () => over(watcher.end()),
    cut: (failure) => over(watcher.end(failure)),
    usage: (): Usage | undefined => watcher.usage(),
  }
}
