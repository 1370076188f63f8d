/** A parsed JSON object, read field by field. */
export type Fields = Readonly<Record<string, unknown>>

export function fieldsOf(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined
}

/** A list, or none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Text with something in it. */
export function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No JSON: `undefined` says so, as JSON itself has no such value.
    return undefined
  }
}
