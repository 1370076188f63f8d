/** A settings path as people type and read it: `gateway.port`, `agents.list[0].model`, `a["b.c"]`. */
import { isListPosition } from './merge.ts'

/**
 * Undefined = not a path. A key with dots or brackets stands in `["..."]` (a JSON text) or in `['...']` (as it is).
 * A list position may be written as `[0]` or `.0`.
 */
export function parsePath(text: string): readonly string[] | undefined {
  const keys: string[] = []
  const pattern = /(?:^|(?!^)\.)([^.[\]"']+)|\[(0|[1-9]\d*)\]|\[("(?:[^"\\]|\\.)*")\]|\['([^']*)'\]/gy
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text)
    if (!match) return undefined
    const key = match[3] === undefined ? (match[1] ?? match[2] ?? match[4]) : unquoted(match[3])
    if (key === undefined) return undefined
    keys.push(key)
  }
  return keys.length > 0 ? keys : undefined
}

/** What `parsePath` reads as these keys. */
export function formatPath(keys: readonly string[]): string {
  return keys
    .map((key, at) => {
      if (isListPosition(key)) return `[${key}]`
      if (!/^[^.[\]"']+$/.test(key)) return `[${JSON.stringify(key)}]`
      return at === 0 ? key : `.${key}`
    })
    .join('')
}

function unquoted(json: string): string | undefined {
  try {
    return JSON.parse(json) as string
  } catch {
    // An escape that JSON does not know: then it is no path.
    return undefined
  }
}
