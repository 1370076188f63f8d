/** What both owners of structured output ask of a schema: objects are closed, and all that may be there is there. */
import { isFields } from './fields.ts'

/** OpenAI's words (Structured Outputs guide, 2026-11). Undefined = it would be taken. */
export function strictSchemaFault(schema: unknown): string | undefined {
  return firstFault(schema, [], (node, path) => {
    const where = `In context=(${path.map((part) => `'${part}'`).join(', ')})`
    if (node['additionalProperties'] !== false)
      return `${where}, 'additionalProperties' is required to be supplied and to be false.`
    const names = isFields(node['properties']) ? Object.keys(node['properties']) : []
    const required: readonly unknown[] = Array.isArray(node['required']) ? node['required'] : []
    const missing = names.find((name) => !required.includes(name))
    if (missing === undefined) return undefined
    return `${where}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`
  })
}

/** Anthropic's words (Structured outputs, platform.claude.com, 2026-11). */
export function openSchemaFault(schema: unknown): string | undefined {
  return firstFault(schema, [], (node) =>
    node['additionalProperties'] === false
      ? undefined
      : "For 'object' type, 'additionalProperties' must be explicitly set to false",
  )
}

type Look = (node: Readonly<Record<string, unknown>>, path: readonly string[]) => string | undefined

function firstFault(schema: unknown, path: readonly string[], look: Look): string | undefined {
  if (!isFields(schema)) return undefined
  const here = schema['type'] === 'object' ? look(schema, path) : undefined
  if (here !== undefined) return here
  const { properties, items, anyOf } = schema
  const below = [
    ...(isFields(properties) ? Object.entries(properties) : []),
    ...(items === undefined ? [] : [['items', items] as const]),
    ...(Array.isArray(anyOf) ? anyOf.map((one: unknown, at) => [String(at), one] as const) : []),
  ]
  for (const [name, value] of below) {
    const fault = firstFault(value, [...path, name], look)
    if (fault !== undefined) return fault
  }
  return undefined
}
