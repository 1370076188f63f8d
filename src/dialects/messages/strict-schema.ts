/** Whether a JSON Schema may be kept to strictly where all fields must be required and no other may come. */
import { fieldsOf, listOf } from '../fields.ts'

export function isEveryFieldRequired(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isEveryFieldRequired)
  const fields = fieldsOf(schema)
  if (!fields) return true
  const properties = fieldsOf(fields.properties)
  const isObject = fields.type === 'object' || properties !== undefined
  if (isObject && fields.additionalProperties !== false) return false
  const required = new Set(listOf(fields.required))
  const names = Object.keys(properties ?? {})
  return names.every((name) => required.has(name)) && innerSchemas(fields).every(isEveryFieldRequired)
}

function innerSchemas(fields: Readonly<Record<string, unknown>>): readonly unknown[] {
  return [
    ...['properties', '$defs', 'definitions'].flatMap((key) => Object.values(fieldsOf(fields[key]) ?? {})),
    ...['items', 'prefixItems', 'anyOf', 'oneOf', 'allOf'].map((key) => fields[key]),
  ]
}
