/** The JSON Schema of the settings files, for editors: made from THE schema, with what each key is for. */
import type { Form } from '../core/shape.ts'
import { DESCRIPTIONS } from './descriptions.ts'
import { settingsSchema } from './schema.ts'

export interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly [key: string]: unknown
}

/** Draft 2020-12. Unknown keys are allowed, as the reader allows them. */
export function settingsJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...schemaOf(settingsSchema, ''),
    title: 'openclaw.json and models.json',
  }
}

function schemaOf(form: Form, path: string): JsonSchema {
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`)
  switch (form.kind) {
    case 'single':
      return Object.assign({}, ...form.rules.map(({ inJsonSchema }) => inJsonSchema)) as JsonSchema
    case 'list':
      return { type: 'array', items: schemaOf(form.item, below('*')) }
    case 'record':
      return {
        type: 'object',
        propertyNames: { type: 'string' },
        additionalProperties: schemaOf(form.item, below('*')),
      }
    case 'thing': {
      const keys = Object.entries(form.keys)
      const required = keys.filter(([, inner]) => inner.kind !== 'optional').map(([key]) => key)
      return {
        type: 'object',
        properties: Object.fromEntries(
          keys.map(([key, inner]) => [key, { ...orVariable(schemaOf(inner, below(key))), ...described(below(key)) }]),
        ),
        ...(required.length > 0 && { required }),
        additionalProperties: {},
      }
    }
    case 'either':
      return { anyOf: form.forms.map((one) => schemaOf(one, path)) }
    case 'optional':
      return schemaOf(form.form, path)
  }
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
