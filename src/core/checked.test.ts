/** Values held against shapes: what fits, what is told of what does not. */
import { describe, expect, it } from 'vitest'
import { checked, knownPart, type Fault } from './checked.ts'
import {
  amount,
  either,
  filled,
  flag,
  list,
  matching,
  optional,
  record,
  such,
  suchWord,
  text,
  thing,
  whole,
  word,
  type Form,
  type ValueOf,
} from './shape.ts'

const name = text('a text', filled('a text that is not empty'))
const model = either([name, thing({ id: name, size: optional(whole('a size', 1, 9)) }, 'an object')], 'a model')
const house = thing(
  {
    name,
    open: optional(flag('true or false')),
    colour: optional(word(['red', 'blue'], 'red or blue')),
    models: optional(list(model, 'a list of at least one model', { least: 1 })),
    rents: optional(
      record(
        amount('a number from 0 on', 0),
        'an object with a key for each',
        such((key) => key !== 'x', 'not x'),
      ),
    ),
  },
  'a house',
)

const faultsOf = (value: unknown, form: Form): readonly Fault[] => {
  const read = checked(value, form)
  return read.ok ? [] : read.faults
}

describe('a value that fits its shape', () => {
  it('is handed out as it is, with what the shape does not name', () => {
    const value = { name: 'a', open: false, models: ['m', { id: 'n', size: 9 }], rents: { y: 0.5 }, more: [] }
    const read = checked(value, house)
    expect(read).toEqual({ ok: true, value })
    expect(read.ok && read.value).toBe(value)
  })

  it('has the type that the shape says', () => {
    const value: ValueOf<typeof house> = { name: 'a', models: ['m', { id: 'n' }], colour: 'red', rents: { y: 1 } }
    // @ts-expect-error: no colour of ours
    const other: ValueOf<typeof house> = { name: 'a', colour: 'green' }
    // @ts-expect-error: a name is needed
    const nameless: ValueOf<typeof house> = {}
    expect([value, other, nameless].map((one) => checked(one, house).ok)).toEqual([true, false, false])
  })

  it('may be without what is optional, but not with nothing in its place', () => {
    expect(faultsOf({ name: 'a', open: undefined }, house)).toEqual([])
    expect(faultsOf({ name: 'a', open: null }, house)).toEqual([
      { path: ['open'], expected: 'true or false', shows: true },
    ])
  })

  it('is cut to what the shape names, where that is asked for', () => {
    const value = { name: 'a', models: ['m', { id: 'n', dust: 1 }], rents: { y: 1 }, dust: 1 }
    expect(knownPart(value, house)).toEqual({ name: 'a', models: ['m', { id: 'n' }], rents: { y: 1 } })
  })
})

describe('a value that does not fit', () => {
  it.each<[string, unknown, Form, Fault]>([
    ['is of another kind', [], house, { path: [], expected: 'a house' }],
    ['is nothing', null, house, { path: [], expected: 'a house' }],
    ['lacks a key', {}, house, { path: ['name'], expected: 'a text' }],
    ['breaks the second rule', { name: '' }, house, { path: ['name'], expected: 'a text that is not empty' }],
    [
      'is a word of another list',
      { name: 'a', colour: 'green' },
      house,
      { path: ['colour'], expected: 'red or blue', shows: true },
    ],
    [
      'is too short a list',
      { name: 'a', models: [] },
      house,
      { path: ['models'], expected: 'a list of at least one model' },
    ],
    [
      'is no number at all',
      { name: 'a', rents: { y: Number.NaN } },
      house,
      { path: ['rents', 'y'], expected: 'a number from 0 on' },
    ],
    [
      'has a key at fault',
      { name: 'a', rents: { x: 1 } },
      house,
      { path: ['rents', 'x'], expected: 'not x', isKey: true },
    ],
    ['is no whole number', 1.5, whole('a size', 1), { path: [], expected: 'a size', shows: true }],
    ['is beyond what numbers can count', 2 ** 53, whole('a size', 1), { path: [], expected: 'a size', shows: true }],
    ['has another form', 'a b', text('a text', matching(/^\w+$/, 'one word')), { path: [], expected: 'one word' }],
    [
      'is a word that may be shown',
      'mars',
      text(
        'a text',
        suchWord((place) => place === 'earth', 'a place'),
      ),
      { path: [], expected: 'a place', shows: true },
    ],
  ])('since it %s is told so', (_, value, form, fault) => {
    expect(faultsOf(value, form)).toEqual([fault])
  })

  it('is told of everything at fault, in the order of the shape', () => {
    const value = { models: [{ size: 0 }, 'm', 5], colour: 'green', open: 1, name: 1 }
    expect(faultsOf(value, house).map(({ path }) => path.join('.'))).toEqual([
      'name',
      'open',
      'colour',
      'models.0.id',
      'models.0.size',
      'models.2',
    ])
  })
})

describe('of several forms', () => {
  it.each<[string, unknown, Fault]>([
    ['the one that was meant tells what is wrong', { id: '' }, { path: ['id'], expected: 'a text that is not empty' }],
    ['a text is meant by a text', '', { path: [], expected: 'a text that is not empty' }],
    ['none was meant by a value of no form’s kind', 5, { path: [], expected: 'a model' }],
  ])('%s', (_, value, fault) => {
    expect(faultsOf(value, model)).toEqual([fault])
  })

  it('none tells where two of one kind could have been meant', () => {
    const check = either([thing({ get: name }, 'get'), thing({ chat: name }, 'chat')], 'get or chat')
    expect(faultsOf({ chat: 'c' }, check)).toEqual([])
    expect(faultsOf({ chart: 'c' }, check)).toEqual([{ path: [], expected: 'get or chat' }])
  })
})
