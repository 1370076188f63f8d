/** Reasoning that only its issuer may see again, remembered for an hour in this process. */
import { createHash } from 'node:crypto'
import type { Issuer, ReasoningPart } from '../core/prompt.ts'
import type { Clock } from '../core/ports.ts'
import { LONGEST_REASONING, type Seals } from '../dialects/seals.ts'

const FORGOTTEN_AFTER_MS = 3_600_000
const MOST_REMEMBERED = 20_000
/** Of all answers together, in characters. */
const MOST_CHARACTERS = 67_108_864

/** After a restart nobody is known as an issuer: then the upstream itself says what it thinks of a signature. */
export function openSeals(clock: Clock): Seals {
  const issuers = remembered<Issuer>(clock)
  const reasoning = remembered<readonly ReasoningPart[]>(clock)
  return {
    issuerOf: (value) => issuers.get(keyOf(value)),
    note: (value, issuer) => issuers.set(keyOf(value), issuer, 0),
    before: (callId) => reasoning.get(callId) ?? [],
    noteBefore(callIds, parts) {
      const characters = parts.reduce((sum, { text, sealed }) => sum + text.length + (sealed?.value.length ?? 0), 0)
      if (parts.length === 0 || characters > LONGEST_REASONING) return
      for (const callId of callIds) reasoning.set(callId, parts, characters)
    },
  }
}

function keyOf(value: string): string {
  return createHash('sha256').update(value).digest('base64url')
}

interface Remembered<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value, characters: number): void
}

function remembered<Value>(clock: Clock): Remembered<Value> {
  // The oldest comes first.
  const entries = new Map<string, { readonly value: Value; readonly notedMs: number; readonly characters: number }>()
  let characters = 0
  const forget = (key: string): void => {
    characters -= entries.get(key)?.characters ?? 0
    entries.delete(key)
  }
  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry || clock.monotonicMs() - entry.notedMs <= FORGOTTEN_AFTER_MS) return entry?.value
      forget(key)
      return undefined
    },
    set(key, value, size) {
      forget(key)
      entries.set(key, { value, notedMs: clock.monotonicMs(), characters: size })
      characters += size
      for (const oldest of entries.keys()) {
        if (entries.size <= MOST_REMEMBERED && characters <= MOST_CHARACTERS) break
        forget(oldest)
      }
    },
  }
}
