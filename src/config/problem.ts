/** Something at fault in the settings: in which file, where, and in plain words what was expected there. */
import type { Fault } from '../core/checked.ts'
import { kindOf } from '../core/kind-of.ts'
import { phrase, type Phrase, type Said } from '../core/phrase.ts'
import { isPlain, valueAt } from './merge.ts'
import { isSecretKey } from '../core/secret-names.ts'

/** A file's parsed value; undefined = there is no such file. */
export interface FileValues {
  /** openclaw.json, the person's. */
  readonly upper: unknown
  /** models.json, ours. */
  readonly lower: unknown
}

export interface Problem {
  readonly kind: 'invalid'
  readonly in: 'upper' | 'lower'
  readonly path: readonly string[]
  /** `expected a whole number from 1 to 65535, met a text`; never a secret. */
  readonly wrong: Phrase
}

/** A file that holds no object at all; merging would hide it. */
export function noObject({ upper, lower }: FileValues): Problem | undefined {
  for (const [name, value] of [['upper', upper] as const, ['lower', lower] as const]) {
    if (value !== undefined && !isPlain(value)) {
      const wrong = phrase('wrong-value', { expected: phrase('an-object'), met: kindOf(value) })
      return { kind: 'invalid', in: name, path: [], wrong }
    }
  }
  return undefined
}

/** `values` = both files merged, variables not put in. */
export function problemFrom(fault: Fault, values: unknown, files: FileValues): Problem {
  const { path, expected } = fault
  // A key that is missing stands in neither file: then the one that holds the thing around it is meant.
  const inUpper = stepsInto(files.upper, path) >= stepsInto(files.lower, path)
  const wrong =
    valueAt(values, path) === undefined
      ? phrase('missing-value', { expected })
      : phrase('wrong-value', { expected, met: metAt(values, fault) })
  return { kind: 'invalid', in: inUpper ? 'upper' : 'lower', path, wrong }
}

/** How many steps of the path lead somewhere; -1 where there is no file. */
function stepsInto(root: unknown, path: readonly string[]): number {
  if (root === undefined) return -1
  const first = path.findIndex((_, at) => valueAt(root, path.slice(0, at + 1)) === undefined)
  return first < 0 ? path.length : first
}

const LONGEST_WORD = 32

/** The value itself only where no secret stands: a key, a number, a word in the place of another word. */
function metAt(values: unknown, { path, isKey, shows }: Fault): Said {
  if (isKey) return JSON.stringify(path.at(-1))
  const value = valueAt(values, path)
  if (typeof value === 'number' && !isSecretKey(path.at(-1))) return String(value)
  // What is longer than any word was meant for elsewhere: it may be a key.
  const isWord = typeof value === 'string' && value !== '' && value.length <= LONGEST_WORD
  return isWord && shows ? JSON.stringify(value) : kindOf(value)
}
