/** A value held against its shape: what it is, or everything at fault in it. */
import type { Said } from './phrase.ts'
import type { Form, Shape } from './shape.ts'

/** Something at fault in a value. */
export interface Fault {
  readonly path: readonly string[]
  readonly expected: Said
  /** The last key of the path is at fault itself. */
  readonly isKey?: true
  readonly shows?: true
}

export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  /** At least one, in the order of the shape. */
  | { readonly ok: false; readonly faults: readonly [Fault, ...Fault[]] }

export function checked<Value>(value: unknown, shape: Shape<Value>): Checked<Value> {
  const [first, ...more] = faultsIn(value, shape, [])
  return first ? { ok: false, faults: [first, ...more] } : { ok: true, value: value as Value }
}

/** A value that fits, without the keys that the shape does not name. */
export function knownPart<Value>(value: Value, shape: Shape<Value>): Value
export function knownPart(value: unknown, form: Form): unknown {
  switch (form.kind) {
    case 'single':
      return value
    case 'list':
      return (value as readonly unknown[]).map((item) => knownPart(item, form.item))
    case 'record':
      return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, knownPart(item, form.item)]))
    case 'thing': {
      const entries = Object.entries(form.keys).filter(([key]) => Object.hasOwn(value as object, key))
      return Object.fromEntries(
        entries.map(([key, below]) => [key, knownPart((value as Record<string, unknown>)[key], below)]),
      )
    }
    case 'either': {
      const fitting = form.forms.find((one) => faultsIn(value, one, []).length === 0)
      return fitting ? knownPart(value, fitting) : value
    }
    case 'optional':
      return value === undefined ? value : knownPart(value, form.form)
  }
}

function faultsIn(value: unknown, form: Form, path: readonly string[]): readonly Fault[] {
  switch (form.kind) {
    case 'single': {
      const broken = form.rules.find((rule) => !rule.holds(value))
      return broken ? [{ path, expected: broken.expected, ...(broken.shows && { shows: true }) }] : []
    }
    case 'list':
      if (!Array.isArray(value) || value.length < form.least) return [{ path, expected: form.expected }]
      return value.flatMap((item, at) => faultsIn(item, form.item, [...path, String(at)]))
    case 'record':
      if (!isObject(value)) return [{ path, expected: form.expected }]
      return Object.entries(value).flatMap(([key, item]) => {
        const broken = form.keys.find((rule) => !rule.holds(key))
        if (broken) return [{ path: [...path, key], expected: broken.expected, isKey: true }]
        return faultsIn(item, form.item, [...path, key])
      })
    case 'thing':
      if (!isObject(value)) return [{ path, expected: form.expected }]
      return Object.entries(form.keys).flatMap(([key, below]) => faultsIn(value[key], below, [...path, key]))
    case 'either': {
      if (form.forms.some((one) => faultsIn(value, one, path).length === 0)) return []
      // Where the kind of the value shows which form was meant, that form says what is wrong with it.
      const [meant, ...others] = form.forms.filter((one) => isOfKind(value, one))
      return meant && others.length === 0 ? faultsIn(value, meant, path) : [{ path, expected: form.expected }]
    }
    case 'optional':
      return value === undefined ? [] : faultsIn(value, form.form, path)
  }
}

function isOfKind(value: unknown, form: Form): boolean {
  switch (form.kind) {
    case 'single':
      return form.rules[0]?.holds(value) ?? true
    case 'list':
      return Array.isArray(value)
    case 'record':
    case 'thing':
      return isObject(value)
    case 'either':
      return form.forms.some((one) => isOfKind(value, one))
    case 'optional':
      return isOfKind(value, form.form)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
