/** A stream of another format on its way to the caller: each event said anew, held until the first good one. */
import type { FailedVerdict } from '../core/verdict.ts'
import { AFTER_FINISH_MS, brokenOff, STREAM_HEADERS } from './stream-answer.ts'
import { header, type Taking, type TakingMeans } from './taking.ts'

export function translatedStream(means: TakingMeans): Taking {
  const { reply, upstream, caller, readFailure, now, strike, struckBytes, conclude, cleaned } = means
  const reader = upstream.answerReader()
  const writer = caller.answerWriter(means.writing)
  const contentType = header(means.headers, 'content-type') ?? ''
  let committed = false
  let finished = false
  /** Frames that wait for the end of the chunk, or for the commit point. */
  let frames = ''
  const watcher = upstream.watchStream({
    readFailure,
    now,
    strike,
    contentType,
    ...means.watching,
    taken(event) {
      for (const said of reader.event(event)) frames += writer.write(said)
    },
  })

  const begin = (): boolean => {
    if (committed) return true
    if (!means.begin(STREAM_HEADERS)) return false
    committed = true
    return true
  }
  const sent = (last: string): Uint8Array => {
    const bytes = struckBytes(Buffer.from(frames + last))
    frames = ''
    return bytes
  }
  const breakOff = ({ kind, failure: told }: FailedVerdict): void => {
    const failure = cleaned(told)
    const verdict = { kind, failure }
    if (!committed) return conclude({ kind: 'failed', failure, verdict })
    reply.end(sent(writer.broken(brokenOff(verdict, means.writing.requestId))))
    conclude({ kind: 'answered', verdict })
  }
  const over = (verdict: ReturnType<typeof watcher.end>): void => {
    if (verdict.kind !== 'complete') return breakOff(verdict)
    if (!begin()) return
    reply.end(sent(writer.end()))
    conclude({ kind: 'answered', verdict })
  }

  return {
    data(chunk) {
      const state = watcher.feed(chunk)
      if (state.failed) return breakOff(state.failed)
      if (state.good && !begin()) return
      if (state.finished !== finished) {
        finished = state.finished
        means.hurry(finished ? AFTER_FINISH_MS : Number.POSITIVE_INFINITY)
      }
      if (!committed || frames === '' || reply.write(sent(''))) return
      means.pause()
      reply.onDrain(means.resume)
    },
    end: () => over(watcher.end()),
    cut: (failure) => over(watcher.end(failure)),
    usage: () => watcher.usage(),
  }
}
