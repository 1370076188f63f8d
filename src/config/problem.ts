/** The first thing at fault in the settings: in which file, where, and in plain words what was expected there. */
import type * as z from 'zod/mini'
import { kindOf } from '../core/kind-of.ts'
import { phrase, saidFrom, type Phrase, type Said } from '../core/phrase.ts'
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
export function firstProblem(issues: readonly z.core.$ZodIssue[], values: unknown, files: FileValues): Problem {
  const issue = deepest(issues)
  const path = issue.path.map(String)
  // A key that is missing stands in neither file: then the one that holds the thing around it is meant.
  const inUpper = stepsInto(files.upper, path) >= stepsInto(files.lower, path)
  // A key's own fault lies one level deeper, and what was met is the key.
  if (issue.code === 'invalid_key') {
    const expected = saidFrom(issue.issues[0]?.message ?? issue.message)
    const wrong = phrase('wrong-value', { expected, met: JSON.stringify(path.at(-1)) })
    return { kind: 'invalid', in: inUpper ? 'upper' : 'lower', path, wrong }
  }
  const expected = saidFrom(issue.message)
  const wrong =
    valueAt(values, path) === undefined
      ? phrase('missing-value', { expected })
      : phrase('wrong-value', { expected, met: metAt(values, path, issue) })
  return { kind: 'invalid', in: inUpper ? 'upper' : 'lower', path, wrong }
}

/** Everything at fault, in the order of the schema. */
export function allProblems(
  issues: readonly z.core.$ZodIssue[],
  values: unknown,
  files: FileValues,
): readonly Problem[] {
  return issues.map((issue) => firstProblem([issue], values, files))
}

/** Where each thing at fault stands. */
export function faultyPaths(issues: readonly z.core.$ZodIssue[]): readonly (readonly string[])[] {
  return issues.map((issue) => deepest([issue]).path.map(String))
}

/** A union reports one issue for all its forms; the form that came furthest says what was meant. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const [first] = issues
  if (!first) throw new Error('a failed check without an issue')
  if (first.code !== 'invalid_union') return first
  const inner = first.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0]
  return inner && inner.path.length > 0 ? { ...inner, path: [...first.path, ...inner.path] } : first
}

/** How many steps of the path lead somewhere; -1 where there is no file. */
function stepsInto(root: unknown, path: readonly string[]): number {
  if (root === undefined) return -1
  const first = path.findIndex((_, at) => valueAt(root, path.slice(0, at + 1)) === undefined)
  return first < 0 ? path.length : first
}

const LONGEST_WORD = 32

/** The value itself only where no secret stands: a flag, a number, a word in the place of another word. */
function metAt(values: unknown, path: readonly string[], issue: z.core.$ZodIssue): Said {
  const value = valueAt(values, path)
  if (typeof value === 'number' && !isSecretKey(path.at(-1))) return String(value)
  // In the place of an address anything may stand, a key too.
  const wordWanted =
    issue.code === 'invalid_value' || (issue.code === 'custom' && !/(url|proxy)$/i.test(path.at(-1) ?? ''))
  // What is longer than any word was meant for elsewhere: it may be a key.
  const isWord = typeof value === 'string' && value !== '' && value.length <= LONGEST_WORD
  return isWord && wordWanted ? JSON.stringify(value) : kindOf(value)
}
