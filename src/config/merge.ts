/** Two settings files as one: objects merge key by key, lists and scalars of the upper one replace. */
type Plain = Record<string, unknown>

export function merged(lower: unknown, upper: unknown): unknown {
  if (upper === undefined) return lower
  if (!isPlain(lower) || !isPlain(upper)) return upper
  const result: Plain = Object.create(null) as Plain
  for (const key of new Set([...Object.keys(lower), ...Object.keys(upper)])) {
    result[key] = merged(own(lower, key), own(upper, key))
  }
  return result
}

/** `__proto__` and its kin are keys like any other. */
function own(from: Plain, key: string): unknown {
  return Object.hasOwn(from, key) ? from[key] : undefined
}

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a path of keys and list positions, undefined where there is none. */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    if (Array.isArray(value) && !isListPosition(key)) return undefined
    value = (value as Plain)[key]
  }
  return value
}

/** `0`, `1`, `27`: no sign, no leading zero. */
export function isListPosition(key: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(key)
}
