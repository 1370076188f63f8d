/** What a JSON value is, in words that show none of it. */
import { phrase, type Said } from './phrase.ts'

/** A flag and null are shown as they are. */
export function kindOf(value: unknown): Said {
  if (value === null || typeof value === 'boolean') return String(value)
  if (value === '') return phrase('empty-text')
  if (Array.isArray(value)) return phrase('a-list')
  if (typeof value === 'object') return phrase('an-object')
  return phrase(typeof value === 'string' ? 'some-text' : 'some-number')
}
