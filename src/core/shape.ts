/** What a value must look like, as data: values are checked by it, types are read from it, editors are told it. */
import type { Said } from './phrase.ts'

/** One demand on a single value. Of several the first that is not met tells what was expected. */
export interface Rule {
  readonly expected: Said
  readonly holds: (value: unknown) => boolean
  /** What was met may be shown: no secret can stand there by mistake. */
  readonly shows?: true
  /** In JSON Schema, where it can be said there. */
  readonly inJsonSchema?: Readonly<Record<string, unknown>>
}

/** `expected` is said of a value of another kind. */
export type Form =
  | { readonly kind: 'single'; readonly rules: readonly Rule[] }
  | { readonly kind: 'list'; readonly expected: Said; readonly least: number; readonly item: Form }
  /** Named by people: any key, unless `keys` says more. */
  | { readonly kind: 'record'; readonly expected: Said; readonly keys: readonly Rule[]; readonly item: Form }
  /** Keys that it does not name may stand there, too. */
  | { readonly kind: 'thing'; readonly expected: Said; readonly keys: Readonly<Record<string, Form>> }
  | { readonly kind: 'either'; readonly expected: Said; readonly forms: readonly Form[] }
  | OptionalForm

interface OptionalForm {
  readonly kind: 'optional'
  readonly form: Form
}

/** A form whose values have this type; nothing stands at `value`. */
export type Shape<Value> = Form & { readonly value?: Value }
type OptionalShape<Value> = OptionalForm & { readonly value?: Value }

export type ValueOf<Of> = Of extends { readonly value?: infer Value } ? Value : never

type Things<Keys> = {
  readonly [Key in keyof Keys as Keys[Key] extends OptionalForm ? never : Key]: ValueOf<Keys[Key]>
} & {
  readonly [Key in keyof Keys as Keys[Key] extends OptionalForm ? Key : never]?: ValueOf<Keys[Key]>
}

export function single<Value>(...rules: readonly Rule[]): Shape<Value> {
  return { kind: 'single', rules }
}

export function text(expected: Said, ...rules: readonly Rule[]): Shape<string> {
  return single({ expected, holds: isText, inJsonSchema: { type: 'string' } }, ...rules)
}

export function filled(expected: Said): Rule {
  return { expected, holds: (value) => value !== '', inJsonSchema: { minLength: 1 } }
}

export function matching(pattern: RegExp, expected: Said): Rule {
  return { expected, holds: (value) => pattern.test(String(value)), inJsonSchema: { pattern: pattern.source } }
}

/** Something of a text that only a function can tell. */
export function such(holds: (written: string) => boolean, expected: Said): Rule {
  return { expected, holds: (value) => isText(value) && holds(value) }
}

/** The same for words that are no secret, whatever they are. */
export function suchWord(holds: (written: string) => boolean, expected: Said): Rule {
  return { ...such(holds, expected), shows: true }
}

export function word<const Word extends string>(words: readonly Word[], expected: Said): Shape<Word> {
  const isOne = (value: unknown): boolean => words.some((one) => one === value)
  return single({ expected, holds: isOne, shows: true, inJsonSchema: { type: 'string', enum: words } })
}

export function flag(expected: Said): Shape<boolean> {
  return single({
    expected,
    holds: (value) => typeof value === 'boolean',
    shows: true,
    inJsonSchema: { type: 'boolean' },
  })
}

/** Larger ones cannot be told from their neighbours. */
export function whole(expected: Said, least: number, most = Number.MAX_SAFE_INTEGER): Shape<number> {
  const holds = (value: unknown): boolean => Number.isSafeInteger(value) && isWithin(value, least, most)
  return single({ expected, holds, shows: true, inJsonSchema: { type: 'integer', minimum: least, maximum: most } })
}

export function amount(expected: Said, least: number): Shape<number> {
  return single({ expected, holds: (value) => Number.isFinite(value) && isWithin(value, least, Infinity) })
}

export function list<Value>(item: Shape<Value>, expected: Said, { least = 0 } = {}): Shape<readonly Value[]> {
  return { kind: 'list', expected, least, item }
}

export function record<Value>(item: Shape<Value>, expected: Said, ...keys: readonly Rule[]) {
  return { kind: 'record', expected, keys, item } as const satisfies Form as Shape<Readonly<Record<string, Value>>>
}

export function thing<const Keys extends Readonly<Record<string, Form>>>(keys: Keys, expected: Said) {
  return { kind: 'thing', expected, keys } as const satisfies Form as Shape<Things<Keys>>
}

export function either<const Forms extends readonly Form[]>(forms: Forms, expected: Said) {
  return { kind: 'either', expected, forms } as const satisfies Form as Shape<ValueOf<Forms[number]>>
}

export function optional<Value>(form: Shape<Value>): OptionalShape<Value> {
  return { kind: 'optional', form }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}
