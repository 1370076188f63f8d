/** Fields of a request, read one by one. */
import { asNumber } from './exact-json.ts'
import type { Fields } from './fields.ts'

export function numberOf(value: unknown): number | undefined {
  const number = asNumber(value)
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** Sums are made of these: a negative, broken or huge one counts as not said. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

/** Only what is there: `undefined` is no value of an optional field. */
export function present<Shape extends object>(shape: {
  readonly [Key in keyof Shape]?: Shape[Key] | undefined
}): Partial<Shape> {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Partial<Shape>
}

/** What is a number in every format that has it, and what a list. */
const NUMBERS: ReadonlySet<string> = new Set(
  `temperature top_p top_k seed presence_penalty frequency_penalty max_tokens max_completion_tokens max_output_tokens
  thinking_budget`.split(/\s+/),
)
const LISTS: ReadonlySet<string> = new Set(['tools', 'functions', 'stop_sequences'])

/** The names of top-level fields that say something and that nobody has read: unknown ones, and those of another type than theirs. */
export function unsaidFields(fields: Fields, known: ReadonlySet<string>): readonly string[] {
  return Object.keys(fields).filter(
    (name) => (!known.has(name) || isUnfit(name, fields[name])) && saysSomething(fields[name]),
  )
}

function isUnfit(name: string, value: unknown): boolean {
  return (NUMBERS.has(name) && numberOf(value) === undefined) || (LISTS.has(name) && !Array.isArray(value))
}

function saysSomething(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return false
  return !(Array.isArray(value) && value.length === 0)
}
