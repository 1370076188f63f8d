/** How long a renewal that failed in passing waits for its next try. */
import type { Random } from '../core/ports.ts'

/** After a failure that passes, at most this long is waited the first time; twice as long each time after. */
const FIRST_MS = 5_000
const LONGEST_MS = 300_000
/** No two calls come closer. */
const LEAST_MS = 1_000

/** `failures` = how many there were in a row, this one included. By chance, so that many who failed together do not come
 * back together. */
export function backOffMs(failures: number, random: Random): number {
  const most = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 10), LONGEST_MS)
  return Math.round(LEAST_MS + (most - LEAST_MS) * share(random))
}

/** From 0 to 1. */
function share(random: Random): number {
  const bytes = random.bytes(4)
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 0xffff_ffff
}
