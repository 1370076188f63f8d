/** The JSON Schema of the settings files, for editors: made from THE schema, with what each key is for. */
import * as z from 'zod/mini'
import { DESCRIPTIONS } from './descriptions.ts'
import { settingsSchema } from './schema.ts'

export interface JsonSchema {
  readonly properties?: Record<string, JsonSchema>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly [key: string]: unknown
}

/** Draft 2020-12. Unknown keys are allowed, as the reader allows them. */
export function settingsJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(settingsSchema, { io: 'input' }) as JsonSchema
  describe(schema, '')
  return { ...schema, title: 'openclaw.json and models.json' }
}

function describe(schema: JsonSchema, path: string): void {
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`)
  const properties = schema.properties ?? {}
  for (const [key, inner] of Object.entries(properties)) {
    describe(inner, below(key))
    properties[key] = { ...orVariable(inner), ...described(below(key)) }
  }
  if (typeof schema.additionalProperties === 'object') describe(schema.additionalProperties, below('*'))
  if (schema.items) describe(schema.items, below('*'))
  for (const form of schema.anyOf ?? []) describe(form, path)
}

function described(path: string): { readonly description?: string } {
  const description = DESCRIPTIONS[path]
  return description === undefined ? {} : { description }
}

/** A number, a flag or a word may come from a variable, too. */
function orVariable(schema: JsonSchema): JsonSchema {
  const takesText = schema['type'] === 'string' && !schema['enum']
  const isPlain = schema['type'] !== 'object' && schema['type'] !== 'array' && !schema.anyOf
  return takesText || !isPlain ? schema : { anyOf: [schema, { type: 'string', pattern: '\\$\\{[A-Z_][A-Z0-9_]*\\}' }] }
}
