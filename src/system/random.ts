/** Randomness that nobody can guess. */
import type { Random } from '../core/ports.ts'

// Few commands need any, and to load node:crypto costs 4 ms.
const crypto = () => process.getBuiltinModule('node:crypto')

export const systemRandom: Random = {
  bytes: (length) => crypto().randomBytes(length),
  uuid: () => crypto().randomUUID(),
}
