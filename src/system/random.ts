/** Randomness that nobody can guess. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Random } from '../core/ports.ts'

export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  uuid: () => randomUUID(),
}
