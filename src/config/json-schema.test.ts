/** The JSON Schema of the settings says what the reader takes, and what each key is for. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { DESCRIPTIONS } from './descriptions.ts'
import { settingsJsonSchema, type JsonSchema } from './json-schema.ts'
import { valueAt } from './merge.ts'
import { readSettings } from './read.ts'
import { placesIn, read, replacedAt, WHOLE } from './settings.fixture.ts'

const schema = settingsJsonSchema()
const editor = z.fromJSONSchema(schema as never)
const takes = (value: unknown): boolean => editor.safeParse(value).success

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

it('lets an editor refuse whatever the reader refuses, but for texts that only a function can tell', () => {
  const nonsense = fc.constantFrom(null, 0.5, -1, 1, '', 'x', true, [], {}, [[]], [{}], [null], ['x'], { a: 1 })
  fc.assert(
    fc.property(fc.constantFrom(...placesIn(WHOLE, [])), nonsense, (path, value) => {
      const settings = replacedAt(WHOLE, path, value)
      const found = readSettings({ upper: settings, lower: undefined }, {})
      if (found.kind === 'ok') expect(takes(settings)).toBe(true)
      else if (typeof valueAt(settings, found.path) !== 'string') expect(takes(settings)).toBe(false)
    }),
    { numRuns: 2_000 },
  )
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
