/** The JSON Schema of the settings says what the reader takes, and what each key is for. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { DESCRIPTIONS } from './descriptions.ts'
import { settingsJsonSchema, type JsonSchema } from './json-schema.ts'
import { read } from './settings.fixture.ts'

const schema = settingsJsonSchema()
const takes = (value: unknown): boolean => z.fromJSONSchema(schema as never).safeParse(value).success

// After a change: `openclaw config schema > schemas/openclaw.schema.json`.
it('is the one that editors find in the package', () => {
  const file = resolve(import.meta.dirname, '../../schemas/openclaw.schema.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema)
})

it('describes every key, and no other', () => {
  expect([...keysIn(schema, '')].toSorted()).toEqual(Object.keys(DESCRIPTIONS).toSorted())
})

describe.each([
  ['a plain model', { agents: { defaults: { model: 'qwen-portal/coder-model' } } }],
  ['a chain', { agents: { defaults: { model: { primary: 'a/b', fallbacks: ['c/d'] } } } }],
  ['an entry of the guides', { models: { providers: { anthropic: { apiKey: '${ANTHROPIC_API_KEY}' }, x: {} } } }],
  ['a port from a variable', { gateway: { port: '${PORT}' } }],
  ['a key that nobody knows', { gateway: { colour: 'red' } }],
  ['a wrong port', { gateway: { port: 99_999 } }],
  ['a wrong flag', { plugins: { entries: { x: { enabled: 'yes' } } } }],
  ['a wrong word', { language: 'fr' }],
  ['a model without an id', { models: { providers: { x: { models: [{ name: 'A' }] } } } }],
])('%s', (_, settings) => {
  it('is to an editor what it is to the reader', () => {
    expect(takes(settings)).toBe(read({ upper: JSON.stringify(settings), environment: { PORT: '1' } }).kind === 'ok')
  })
})

function keysIn(part: JsonSchema, path: string): Set<string> {
  const found = new Set<string>()
  const add = (more: Set<string>): void => more.forEach((key) => found.add(key))
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`)
  for (const [key, inner] of Object.entries(part.properties ?? {})) {
    found.add(below(key))
    add(keysIn(inner, below(key)))
  }
  if (typeof part.additionalProperties === 'object') add(keysIn(part.additionalProperties, below('*')))
  if (part.items) add(keysIn(part.items, below('*')))
  for (const form of part.anyOf ?? []) add(keysIn(form, path))
  return found
}
