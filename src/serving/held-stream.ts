/** The bytes of a stream on their way to the caller: held until the commit point, then passed in whole events. */
import type { Reply } from '../core/reply.ts'
import type { Edit } from '../dialects/stream-watcher.ts'

export interface HeldStream {
  readonly committed: boolean
  /** More is held than should be: the answer must count as begun. */
  readonly isFull: boolean
  hold(chunk: Uint8Array): void
  /** From here on bytes go out. */
  commit(): void
  /** Passes what may go of the stream, once committed. False = the caller is slower than we are. */
  pass(passable: Passable): boolean
  /** Passes what may go, then `last`, and ends the answer; what else was held is given up. */
  end(passable: Passable, last?: string): void
}

/** The stream's first bytes that may go to the caller, and where others stand in the place of some; those are taken away. */
export interface Passable {
  readonly passableBytes: number
  readonly edits: Edit[]
}

/** Past this the answer counts as begun. */
const MOST_HELD_BYTES = 64 * 1_024

/** `struck` = what goes out, without what must not; asked about whole events. */
export function heldStream(reply: Reply, struck: (bytes: Uint8Array) => Uint8Array): HeldStream {
  let committed = false
  let held: Uint8Array[] = []
  let heldBytes = 0
  let passed = 0

  /** The next bytes of the stream up to this position. */
  const take = (position: number): Uint8Array[] => {
    const out: Uint8Array[] = []
    while (passed < position) {
      const [first] = held
      if (!first) break
      const wanted = position - passed
      const piece = first.byteLength <= wanted ? first : first.subarray(0, wanted)
      if (piece === first) held.shift()
      else held[0] = first.subarray(wanted)
      out.push(piece)
      passed += piece.byteLength
      heldBytes -= piece.byteLength
    }
    return out
  }

  /** The same, with what stands in the place of some of them. */
  const takeEdited = ({ passableBytes, edits }: Passable): Uint8Array[] => {
    if (edits.length === 0) return take(passableBytes)
    const out: Uint8Array[] = []
    for (const { start, end, text } of edits.splice(0)) {
      out.push(...take(start))
      take(end)
      if (text !== '') out.push(Buffer.from(text))
    }
    return [...out, ...take(passableBytes)]
  }

  return {
    get committed() {
      return committed
    },
    get isFull() {
      return heldBytes > MOST_HELD_BYTES
    },
    hold(chunk) {
      held.push(chunk)
      heldBytes += chunk.byteLength
    },
    commit() {
      committed = true
    },
    pass(passable) {
      if (!committed || passable.passableBytes <= passed) return true
      const pieces = takeEdited(passable)
      const [only] = pieces
      if (!only) return true
      return reply.write(struck(pieces.length === 1 ? only : Buffer.concat(pieces)))
    },
    end(passable, last) {
      const pieces = [...takeEdited(passable), ...(last === undefined ? [] : [Buffer.from(last)])]
      held = []
      reply.end(pieces.length === 0 ? undefined : struck(Buffer.concat(pieces)))
    },
  }
}
