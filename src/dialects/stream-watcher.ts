/** Watches a stream of server-sent events go by, frames it and has a format's judge tell the truth about it. */
import { createParser } from 'eventsource-parser'
import type { UpstreamFailure } from '../core/failure.ts'
import { phrase } from '../core/phrase.ts'
import type { Usage, Verdict } from '../core/verdict.ts'
import { eventEndFinder } from './event-ends.ts'
import type { Judge, JudgeOptions, JudgeState } from './judge.ts'
import { latin1 } from './latin1.ts'
import { malformed } from './malformed.ts'
import { isPageOrJson, readUnframed } from './whole-answer.ts'

export interface WatcherState extends JudgeState {
  /**
   * How many bytes of the stream, from its start, may go to the caller: whole events, none that failed. So an error
   * frame of ours may follow at any time, and neither the upstream's error nor a `[DONE]` without a finish gets out.
   * Look again after `end`: at a good end all bytes may go.
   */
  readonly passableBytes: number
  /** Events that do not go out as they came, in their order; whoever has made them good takes them away. */
  readonly edits: Edit[]
}

/** Bytes of the stream from `start` to `end`, which are whole events, and what stands in their place. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface StreamWatcher {
  /** The chunk may be cut anywhere. The state is one object, the same at each call. */
  feed(chunk: Uint8Array): WatcherState
  /** Once the stream has ended. `cut` = why, when it did not end by itself (`failureFromProblem`). */
  end(cut?: UpstreamFailure): Verdict
  usage(): Usage | undefined
  /** What the format's own end still lacks, once the verdict is `complete`: frames to add, mostly none. */
  ending(): string
}

export interface WatcherOptions extends JudgeOptions {
  readonly contentType?: string
}

/** Events that differ from one before in nothing but their words, which need not be read again. */
export interface AlikeEvents {
  /** The offset behind the event that begins there, if it is whole, sound, and like the one learnt; else -1. */
  endOf(chunk: Uint8Array, from: number): number
  /** A whole event that was read. Whether it is one to learn is found out here. */
  learn(event: string): void
  /** False = too many were learnt in vain: no more are. */
  readonly isWorthwhile: boolean
}

/** Counted from the last event's end: memory stays bounded, whatever the lines between are. */
export const MAX_EVENT_BYTES = 8 * 1_024 * 1_024
/** Of a body that is no event stream, so much is kept to see what it is. */
const OPENING_BYTES = 65_536

/** `alike` = the format's own way to know an event by the one before; without it each is read. */
export function streamWatcher(judge: Judge, { contentType }: WatcherOptions, alike?: AlikeEvents): StreamWatcher {
  const eventEnds = eventEndFinder()
  const edits: Edit[] = []
  const state = Object.assign(judge.state, { passableBytes: 0, edits })
  let receivedBytes = 0
  let events = 0
  let opening = ''
  let isOpeningKnown = false
  // The status of an error inside a 200 may stand in a comment of its event.
  let toldStatus = 0

  const parser = createParser({
    onEvent({ event, data }) {
      events += 1
      opening = ''
      judge.take(data, event, toldStatus)
    },
    onComment(comment) {
      const told = /^HTTP_STATUS\/(\d{3})\b/.exec(comment)?.[1]
      if (told) toldStatus = Number(told)
    },
  })

  return {
    feed(chunk) {
      if (state.failed) return state
      const known = alike && state.passableBytes === receivedBytes ? passKnown(chunk, alike) : 0
      if (known < chunk.length) readRest(latin1(known === 0 ? chunk : chunk.subarray(known)))
      return state
    },
    end(cut) {
      if (!cut && opening !== '') readUnframed(judge, opening, contentType)
      const verdict = judge.end(cut)
      // What came after the last blank line is no event; at a good end it goes out as it came, like all the rest.
      if (verdict.kind === 'complete' && !cut) state.passableBytes = receivedBytes
      return verdict
    },
    usage: () => judge.usage(),
    ending: () => judge.ending?.() ?? '',
  }

  function edit(end: number): void {
    const { instead } = state
    edits.push({ start: state.passableBytes, end, text: instead ? `data: ${JSON.stringify(instead)}\n\n` : '' })
    state.instead = undefined
  }

  /** Most events are like the one before: how far the chunk holds nothing else. */
  function passKnown(chunk: Uint8Array, like: AlikeEvents): number {
    let known = 0
    for (let end = like.endOf(chunk, 0); end >= 0; end = like.endOf(chunk, known)) known = end
    receivedBytes += known
    state.passableBytes = receivedBytes
    return known
  }

  function readRest(text: string): void {
    if (events === 0 && opening.length < OPENING_BYTES) opening += text
    let from = 0
    let last = -1
    for (const end of eventEnds(text)) {
      // Of an event that began in an earlier chunk only its end is here: nothing to learn.
      last = state.passableBytes === receivedBytes + from ? from : -1
      read(text, from, end)
      if (state.failed) return
      from = end
      toldStatus = 0
      if (state.instead !== undefined) edit(receivedBytes + end)
      state.passableBytes = receivedBytes + end
    }
    if (last >= 0 && alike?.isWorthwhile) alike.learn(text.slice(last, from))
    if (from < text.length) read(text, from, text.length)
    receivedBytes += text.length
    if (opening.length >= OPENING_BYTES && !isOpeningKnown) {
      // Told now, before so much is held that it must go out: then another may still be asked.
      isOpeningKnown = true
      if (isPageOrJson(opening, contentType)) readUnframed(judge, opening, contentType)
    }
  }

  function read(text: string, from: number, to: number): void {
    if (receivedBytes + to - state.passableBytes <= MAX_EVENT_BYTES) parser.feed(text.slice(from, to))
    else judge.fail(malformed(phrase('event-too-large', { mib: MAX_EVENT_BYTES / 1_048_576 })))
  }
}
