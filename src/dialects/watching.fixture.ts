/** A stream, watched whole, cut or in pieces: what every format's tests do to it. */
import type { Verdict, Usage } from '../core/verdict.ts'
import { chatFailureReader } from './chat-completions/failure.ts'
import type { AnswerEvent } from '../core/answer.ts'
import type { StreamWatcher } from './stream-watcher.ts'
import type { UpstreamDialect } from './upstream-dialect.ts'

export interface Watched {
  readonly verdict: Verdict
  readonly usage: Usage | undefined
  readonly passableBytes: number
  readonly events: readonly AnswerEvent[]
  readonly sealed: readonly string[]
  readonly ending: string
}

export function watcherOf(dialect: UpstreamDialect): StreamWatcher {
  return dialect.watchStream({ readFailure: chatFailureReader(undefined), now: () => new Date(0) })
}

/** Read into events, too, unless `relayed`. */
export function watched(dialect: UpstreamDialect, chunks: readonly Uint8Array[], relayed = false): Watched {
  const reader = dialect.answerReader()
  const events: AnswerEvent[] = []
  const sealed: string[] = []
  const watcher = dialect.watchStream({
    readFailure: chatFailureReader(undefined),
    now: () => new Date(0),
    sealed: (value) => sealed.push(value),
    ...(!relayed && { taken: (event) => void events.push(...reader.event(event)) }),
  })
  const state = watcher.feed(Buffer.alloc(0))
  for (const chunk of chunks) watcher.feed(chunk)
  const verdict = watcher.end()
  const { passableBytes } = state
  return { verdict, usage: watcher.usage(), passableBytes, events, sealed, ending: watcher.ending() }
}

export function inPieces(bytes: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size))
}

/** Deltas that follow each other as one, so that two ways of cutting can be compared. */
export function joined(events: readonly AnswerEvent[]): readonly AnswerEvent[] {
  return events.reduce((all: AnswerEvent[], event) => {
    const last = all.at(-1)
    if (last && 'text' in last && 'text' in event && last.kind === event.kind) {
      all[all.length - 1] = { ...last, text: last.text + event.text }
    } else if (last?.kind === 'tool-arguments' && event.kind === 'tool-arguments' && last.index === event.index) {
      all[all.length - 1] = { ...last, json: last.json + event.json }
    } else if (last?.kind === 'usage' && event.kind === 'usage') all[all.length - 1] = event
    else all.push(event)
    return all
  }, [])
}
