/** Edits as changes to plain data: what an edited text has to say. */
import type { Edit, JsonValue } from '../../core/edit.ts'
import { kindOf } from '../../core/kind-of.ts'
import { phrase } from '../../core/phrase.ts'
import { EditPathError, shownPath } from './edit-errors.ts'

/** A changed copy; `value` itself stays. Throws an EditPathError where the path cannot be followed. */
export function withEdit(value: unknown, edit: Edit): unknown {
  if (edit.path.length === 0) throw new EditPathError([], phrase('no-path'))
  switch (edit.kind) {
    case 'set':
      return withSet(value, edit, 0)
    case 'unset':
      return withUnset(value, edit.path)
    case 'rename':
      return withRenamed(value, edit)
  }
}

/** The order of keys does not count; NaN equals NaN. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (left === right || (Number.isNaN(left) && Number.isNaN(right))) return true
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((element, index) => sameValue(element, right[index]))
  }
  if (!isRecord(left) || !isRecord(right)) return false
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  return keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Undefined for a segment that is not an index. `01` and `1.0` are keys. */
export function elementIndex(segment: string): number | undefined {
  return /^(?:0|[1-9]\d*)$/.test(segment) ? Number(segment) : undefined
}

/** fromEntries and spread define own properties, so that `__proto__` stays a key. */
export function objectOf<T>(key: string, value: T): Readonly<Record<string, T>> {
  return Object.fromEntries([[key, value]])
}

function withSet(container: unknown, edit: Edit & { kind: 'set' }, depth: number): unknown {
  const segment = edit.path[depth]
  if (segment === undefined) return edit.value
  if (container === undefined) return objectOf(segment, withSet(undefined, edit, depth + 1))
  if (Array.isArray(container)) {
    const index = elementIndex(segment)
    if (index === undefined || index > container.length) {
      const place = shownPath(edit.path.slice(0, depth))
      const { length } = container
      throw new EditPathError(
        edit.path,
        phrase('no-place-in-list', { place, length, segment: JSON.stringify(segment) }),
      )
    }
    const element = withSet(index < container.length ? container[index] : undefined, edit, depth + 1)
    return [...container.slice(0, index), element, ...container.slice(index + 1)]
  }
  if (!isRecord(container)) {
    const place = shownPath(edit.path.slice(0, depth))
    throw new EditPathError(edit.path, phrase('no-object-there', { place, met: kindOf(container) }))
  }
  const present = Object.hasOwn(container, segment) ? container[segment] : undefined
  return { ...container, ...objectOf(segment, withSet(present, edit, depth + 1)) }
}

function withUnset(container: unknown, path: readonly string[]): unknown {
  const [segment, ...rest] = path
  if (segment === undefined) return container
  if (Array.isArray(container)) {
    const index = elementIndex(segment)
    if (index === undefined || index >= container.length) return container
    const kept = rest.length === 0 ? [] : [withUnset(container[index], rest)]
    return [...container.slice(0, index), ...kept, ...container.slice(index + 1)]
  }
  if (!isRecord(container) || !Object.hasOwn(container, segment)) return container
  if (rest.length > 0) return { ...container, ...objectOf(segment, withUnset(container[segment], rest)) }
  return Object.fromEntries(Object.entries(container).filter(([key]) => key !== segment))
}

function withRenamed(value: unknown, { path, to }: Edit & { kind: 'rename' }): unknown {
  const key = path.at(-1)
  const container = path.slice(0, -1).reduce<unknown>(memberOf, value)
  if (key === undefined || !isRecord(container) || !Object.hasOwn(container, key)) return value
  const place = shownPath(path)
  if (Object.hasOwn(container, to)) throw new EditPathError(path, phrase('name-taken', { place, name: to }))
  return withUnset(
    withSet(value, { kind: 'set', path: [...path.slice(0, -1), to], value: container[key] as JsonValue }, 0),
    path,
  )
}

function memberOf(container: unknown, segment: string): unknown {
  if (Array.isArray(container)) return container[elementIndex(segment) ?? -1]
  return isRecord(container) && Object.hasOwn(container, segment) ? container[segment] : undefined
}
