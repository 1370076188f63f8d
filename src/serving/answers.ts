/** Answers that a later request may go on from, remembered for an hour in this process. */
import type { Clock, KeptAnswer } from '../core/ports.ts'

export const ANSWERS_FORGOTTEN_AFTER_MS = 3_600_000

/** All of it for the owner's own token alone. */
export interface Answers {
  keep(answer: KeptAnswer): void
  get(owner: string, id: string): KeptAnswer | undefined
  /** By item, the newest in which it is. */
  holding(owner: string, itemIds: ReadonlySet<string>): ReadonlyMap<string, KeptAnswer>
  /** False = there was none. */
  remove(owner: string, id: string): boolean
}

/** Of one answer and what it answered; what is larger cannot be gone on from. */
export const LARGEST_ANSWER_BYTES = 8_388_608

export interface Room {
  readonly answers: number
  readonly bytes: number
}

const ROOM: Room = { answers: 2_000, bytes: 67_108_864 }

interface Entry {
  readonly answer: KeptAnswer
  readonly bytes: number
  readonly keptMs: number
}

/** What one token has: its oldest comes first. */
interface Share {
  readonly entries: Map<string, Entry>
  bytes: number
}

/** Where there is no room, the oldest of whoever has the most goes: nobody loses his for another's many. */
export function openAnswers(clock: Clock, room: Room = ROOM): Answers {
  const shares = new Map<string, Share>()
  let count = 0
  let bytes = 0

  const drop = (owner: string, id: string): boolean => {
    const share = shares.get(owner)
    const entry = share?.entries.get(id)
    if (!share || !entry) return false
    share.entries.delete(id)
    share.bytes -= entry.bytes
    bytes -= entry.bytes
    count -= 1
    if (share.entries.size === 0) shares.delete(owner)
    return true
  }
  const isOver = ({ keptMs }: Entry): boolean => clock.monotonicMs() - keptMs > ANSWERS_FORGOTTEN_AFTER_MS
  const dropOver = (): void => {
    for (const [owner, { entries }] of shares) {
      for (const [id, entry] of entries) {
        if (!isOver(entry)) break
        drop(owner, id)
      }
    }
  }
  const dropOldestOfLargest = (): void => {
    const [largest] = [...shares].toSorted(([, one], [, other]) => other.bytes - one.bytes)
    const [oldest] = largest?.[1].entries.keys() ?? []
    if (largest && oldest !== undefined) drop(largest[0], oldest)
  }
  const find = (owner: string, id: string): KeptAnswer | undefined => {
    const entry = shares.get(owner)?.entries.get(id)
    return entry && !isOver(entry) ? entry.answer : undefined
  }

  return {
    keep(answer) {
      const { owner, id } = answer
      const size = answer.input.byteLength + answer.answer.byteLength
      drop(owner, id)
      dropOver()
      if (size > LARGEST_ANSWER_BYTES) return
      const held = size + costOf(answer.itemIds)
      const share = shares.get(owner) ?? { entries: new Map<string, Entry>(), bytes: 0 }
      shares.set(owner, share)
      share.entries.set(id, { answer, bytes: held, keptMs: clock.monotonicMs() })
      share.bytes += held
      bytes += held
      count += 1
      while (count > room.answers || bytes > room.bytes) dropOldestOfLargest()
    },
    get: find,
    holding(owner, itemIds) {
      const found = new Map<string, KeptAnswer>()
      for (const entry of [...(shares.get(owner)?.entries.values() ?? [])].toReversed()) {
        if (isOver(entry) || found.size === itemIds.size) break
        for (const id of entry.answer.itemIds) if (itemIds.has(id) && !found.has(id)) found.set(id, entry.answer)
      }
      return found
    },
    remove: (owner, id) => find(owner, id) !== undefined && drop(owner, id),
  }
}

/** A short string in a list costs several times its letters. */
const ID_COST_BYTES = 40

function costOf(ids: readonly string[]): number {
  return ids.reduce((total, id) => total + id.length + ID_COST_BYTES, 0)
}
