/** What a fault makes of a stream: which frames are left of it, and how it leaves. */
import type { SpoilingFault } from './faults.ts'
import type { Frame, Spoil } from './format.ts'

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

export function spoiled(frames: readonly Frame[], fault: SpoilingFault, spoil: Spoil): Script {
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
    case 'finish': {
      const before = upTo(frames, fault.afterEvents)
      return { frames: [...before, ...spoil.finish(fault.reason, before, frames)], ending: 'ended' }
    }
    case 'no-done':
      return { frames: frames.filter(({ kind }) => kind !== 'end'), ending: fault.open ? 'stalled' : 'ended' }
    case 'malformed':
      return { frames: [...upTo(frames, fault.afterEvents), framing(spoil.malformed)], ending: 'ended' }
  }
  // As seen in the wild: an error without any text before it is the only frame of its stream.
  const isAlone = fault.afterEvents === 0 && fault.shape !== 'finish'
  const before = isAlone ? [] : upTo(frames, fault.afterEvents)
  return { frames: [...before, framing(spoil.errorFrame(fault, before, frames))], ending: 'ended' }
}

function framing(text: string): Frame {
  return { kind: 'framing', text }
}

/** The stream's beginning, up to so many frames that carry content, and never its finish. */
function upTo(frames: readonly Frame[], contentFrames: number): readonly Frame[] {
  const contents = frames.flatMap(({ kind }, position) => (kind === 'content' ? [position] : []))
  if (contentFrames === 0) return frames.slice(0, contents[0] ?? frames.length)
  return frames.slice(0, (contents[contentFrames - 1] ?? contents.at(-1) ?? -1) + 1)
}
