/** What an outside plugin's own code may do to a request: nothing, where it throws or says what nobody knows. */
import { expect, it } from 'vitest'
import type { ProviderDefinition } from '../core/provider.ts'
import type { Quirks } from '../core/quirks.ts'
import { guarded } from './guarded.ts'

function quirksOf(quirks: Quirks): Quirks {
  const provider: ProviderDefinition = {
    id: 'p',
    label: { en: 'P' },
    dialect: 'chat-completions',
    baseUrl: 'https://p.example/v1',
    hosts: ['p.example'],
    models: [],
    aliases: {},
    quirks,
  }
  return guarded(provider).quirks ?? {}
}

const about = { model: { id: 'm' } }
const broken = (): never => {
  throw new Error('no such day')
}

it.each([
  ['throws', broken],
  ['says a number', () => 1],
  ['sets a list', () => ({ set: [] })],
  ['drops what is no name', () => ({ drop: [1] })],
  ['loses no list', () => ({ lost: 'x' })],
])('leaves a request as it is where the quirk %s', (_, change) => {
  const { request } = quirksOf({ request: { patterns: ['x'], change: change as never } })
  expect(request?.patterns).toEqual(['x'])
  expect(request?.change({}, about)).toBeUndefined()
})

it.each([
  ['cannot be made', broken],
  ['throws', () => broken],
  ['says a list', () => () => []],
])('leaves an answer as it is where its mending %s', (_, answer) => {
  expect(quirksOf({ answer: answer as never }).answer?.()({})).toBeUndefined()
})

it('does what a plugin that keeps its word says', () => {
  const change = { set: { a: 1 }, drop: ['b'], lost: ['b'] }
  const quirks = quirksOf({ request: { patterns: [], change: () => change }, answer: () => () => ({ b: 2 }) })
  expect(quirks.request?.change({}, about)).toEqual(change)
  expect(quirks.answer?.()({})).toEqual({ b: 2 })
})
