/** The bytes of a stream on their way to the caller: held until the commit point, then passed in whole events. */
import type { Reply } from '../core/reply.ts'

export interface HeldStream {
  readonly committed: boolean
  hold(chunk: Uint8Array): void
  /** From here on bytes go out; does nothing the second time. */
  commit(): void
  /** Passes bytes up to this position of the stream, once committed. False = the caller is slower than we are. */
  pass(position: number): boolean
  /** Passes all that is held, unless `last` takes its place, then ends the answer. */
  end(last?: Uint8Array): void
}

/** More than this is not held back: past it the answer counts as begun. */
const MOST_HELD_BYTES = 64 * 1_024

export function heldStream(reply: Reply, onCommit: () => void): HeldStream {
  let committed = false
  let held: Uint8Array[] = []
  let heldBytes = 0
  let passed = 0

  const take = (count: number): Uint8Array[] => {
    const out: Uint8Array[] = []
    let wanted = count
    while (wanted > 0) {
      const [first] = held
      if (!first) break
      if (first.byteLength <= wanted) held.shift()
      else held[0] = first.subarray(wanted)
      const piece = first.byteLength <= wanted ? first : first.subarray(0, wanted)
      out.push(piece)
      wanted -= piece.byteLength
    }
    heldBytes -= count - wanted
    passed += count - wanted
    return out
  }

  const commit = (): void => {
    if (committed) return
    committed = true
    onCommit()
  }

  return {
    get committed() {
      return committed
    },
    hold(chunk) {
      held.push(chunk)
      heldBytes += chunk.byteLength
      if (heldBytes > MOST_HELD_BYTES) commit()
    },
    commit,
    pass(position) {
      if (!committed || position <= passed) return true
      const pieces = take(position - passed)
      const [only] = pieces
      return reply.write(pieces.length === 1 && only ? only : Buffer.concat(pieces))
    },
    end(last) {
      if (last) held = []
      const pieces = last ? [last] : take(heldBytes)
      reply.end(pieces.length === 0 ? undefined : Buffer.concat(pieces))
    },
  }
}
