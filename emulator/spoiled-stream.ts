/** What a fault makes of a stream: which frames are left of it, and how it leaves. */
import { randomUUID } from 'node:crypto'
import type { Frame } from './chat-frames.ts'
import type { SpoilingFault } from './faults.ts'

/** How a stream leaves: as it should, with the connection broken, or never. */
type Ending = 'ended' | 'broken' | 'stalled'

export interface Script {
  readonly frames: readonly Frame[]
  /** After those frames, and before the ending. */
  readonly wait?: Wait
  readonly ending: Ending
  /** Broken with a reset. */
  readonly reset?: boolean
}

export interface Wait {
  readonly delayMs: number
  /** A comment each so many milliseconds meanwhile. */
  readonly pingMs: number | undefined
  readonly rest: readonly Frame[]
}

export function spoiled(frames: readonly Frame[], fault: SpoilingFault): Script {
  switch (fault.kind) {
    case 'cut':
      return { frames: upTo(frames, fault.afterEvents), ending: fault.clean ? 'ended' : 'broken', reset: fault.reset }
    case 'stall': {
      const { pingMs } = fault
      const wait = pingMs === undefined ? {} : { wait: { delayMs: Number.POSITIVE_INFINITY, pingMs, rest: [] } }
      return { frames: upTo(frames, fault.afterEvents), ...wait, ending: 'stalled' }
    }
    case 'delay': {
      const before = upTo(frames, fault.afterEvents)
      const { delayMs, pingMs } = fault
      return { frames: before, wait: { delayMs, pingMs, rest: frames.slice(before.length) }, ending: 'ended' }
    }
    case 'finish':
      return {
        frames: [...upTo(frames, fault.afterEvents), finishOf(frames, fault.reason, ''), done],
        ending: 'ended',
      }
    case 'no-done':
      return { frames: frames.filter((frame) => frame.text !== done.text), ending: fault.open ? 'stalled' : 'ended' }
    case 'malformed': {
      const broken = 'data: {"choices":[{"delta":{"content":"brok\n\ndata: [DONE]\n\n'
      return { frames: [...upTo(frames, fault.afterEvents), framing(broken)], ending: 'ended' }
    }
  }
  if (fault.shape === 'finish') {
    return {
      frames: [...upTo(frames, fault.afterEvents), finishOf(frames, 'error_finish', fault.message)],
      ending: 'ended',
    }
  }
  // As seen in the wild: an error without any text before it is the only frame of its stream.
  const before = fault.afterEvents === 0 ? [] : upTo(frames, fault.afterEvents)
  return { frames: [...before, framing(errorFrame(fault, before.length + 1))], ending: 'ended' }
}

const done = framing('data: [DONE]\n\n')

function framing(text: string): Frame {
  return { kind: 'framing', text }
}

/** The stream's own finish, with another reason and text. */
function finishOf(frames: readonly Frame[], reason: string, text: string): Frame {
  const own = frames.find((frame) => /"finish_reason":"/.test(frame.text))?.text ?? 'data: {"choices":[]}\n\n'
  const content = JSON.stringify(text)
  return framing(
    own
      .replace(/"finish_reason":"[^"]*"/, () => `"finish_reason":${JSON.stringify(reason)}`)
      .replace('"content":""', () => `"content":${content}`),
  )
}

/** The status stands in a comment line, and the error has no wrapper: that is how the real server does it. */
function errorFrame(fault: Extract<SpoilingFault, { kind: 'error-in-stream' }>, id: number): string {
  const { code, message } = fault
  if (fault.shape === 'wrapped') {
    return `data: ${JSON.stringify({ error: { code, message, param: null, type: code } })}\n\n`
  }
  const data = JSON.stringify({ request_id: randomUUID(), code, message })
  return `id:${id}\nevent:error\n:HTTP_STATUS/${fault.status}\ndata:${data}\n\n`
}

/** The stream's beginning, with so many frames that carry content, and never its finish. */
function upTo(frames: readonly Frame[], contentFrames: number): readonly Frame[] {
  const firstContent = frames.findIndex(({ kind }) => kind === 'content')
  const contents = frames.filter(({ kind }) => kind === 'content')
  return [...frames.slice(0, firstContent), ...contents.slice(0, contentFrames)]
}
