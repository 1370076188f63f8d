/** Changes top-level members of a JSON object in its bytes; all other bytes stay as they are. */
import type { Member } from './json-members.ts'

export interface MemberChanges {
  /** Key -> JSON text. A key that the object lacks is added at its end. */
  readonly set?: Readonly<Record<string, string>>
  /** Keys to leave out, each with one comma; absent ones are no fault. */
  readonly drop?: readonly string[]
}

/** `members` are those of `body`, as `topLevelMembers` found them. */
export function splice(body: Uint8Array, members: readonly Member[], changes: MemberChanges): Buffer {
  const { set = {}, drop = [] } = changes
  const pieces: Uint8Array[] = []
  const missing = new Map(Object.entries(set))
  // All before this offset is written or left out.
  let cursor = 0
  let lastKept: Member | undefined
  for (const [index, member] of members.entries()) {
    const value = missing.get(member.key)
    missing.delete(member.key)
    if (value === undefined && drop.includes(member.key)) {
      // With the comma before it; where nothing stands before it, with the one after.
      pieces.push(body.subarray(cursor, lastKept ? members[index - 1]?.end : member.start))
      cursor = lastKept ? member.end : (members[index + 1]?.start ?? member.end)
      continue
    }
    lastKept = member
    if (value === undefined) continue
    pieces.push(body.subarray(cursor, member.valueStart), Buffer.from(value))
    cursor = member.valueEnd
  }
  if (missing.size > 0) {
    const end = members.at(-1)?.end ?? body.indexOf(0x7b) + 1
    const added = [...missing].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')
    pieces.push(body.subarray(cursor, end), Buffer.from(lastKept ? `,${added}` : added))
    cursor = end
  }
  pieces.push(body.subarray(cursor))
  return Buffer.concat(pieces)
}
