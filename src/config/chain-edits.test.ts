import { describe, expect, it } from 'vitest'
import { applyEdits } from '../stores/files/json5-edit.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { fallbackAdded, fallbacksCleared, fallbacksTaken, type ChainKey } from './chain-edits.ts'
import { settingsFrom } from './settings.fixture.ts'

interface Files {
  readonly upper: string
  readonly lower: string
}

const values = ({ upper, lower }: Files) => ({ upper: parseJson5(upper), lower: parseJson5(lower) })
const model = (text: string): string => `{ agents: { defaults: { model: ${text} } } }`

function added(upper: string, lower = '{}', chain: ChainKey = 'model'): string {
  return applyEdits(upper, fallbackAdded(chain, values({ upper, lower }), 'new/one'))
}

describe('a fallback that is added', () => {
  it('makes an object of a plain ref, and keeps the comment beside it', () => {
    const after = added(`{\n  agents: { defaults: {\n    model: 'a/b', // mine\n  } },\n}\n`)
    expect(after).toContain('// mine')
    expect(parseJson5(after)).toEqual({
      agents: { defaults: { model: { primary: 'a/b', fallbacks: ['new/one'] } } },
    })
  })

  it('comes last in the list, whose comments stay', () => {
    const after = added(model(`{ primary: 'a/b', fallbacks: [/* good */ 'c/d'] }`))
    expect(after).toBe(model(`{ primary: 'a/b', fallbacks: [/* good */ 'c/d', 'new/one'] }`))
  })

  it('begins a list where there is none, without a primary too', () => {
    expect(parseJson5(added(model(`{ primary: 'a/b' }`)))).toEqual(
      parseJson5(model(`{ primary: 'a/b', fallbacks: ['new/one'] }`)),
    )
    expect(parseJson5(added('{}'))).toEqual(parseJson5(model(`{ fallbacks: ['new/one'] }`)))
  })

  it.each([
    ['a plain ref', `'a/b'`, ['new/one']],
    ['a primary alone', `{ primary: 'a/b' }`, ['new/one']],
    ['a whole chain', `{ primary: 'a/b', fallbacks: ['c/d'] }`, ['c/d', 'new/one']],
  ])('keeps what models.json says: %s', (_, lower, fallbacks) => {
    const upper = added('{}', model(lower))
    expect(settingsFrom({ upper, lower: model(lower) }).defaults).toEqual({ agent: 'main', primary: 'a/b', fallbacks })
  })

  it('keeps a variable as it was written', () => {
    const lower = model(`{ primary: 'a/b', fallbacks: ['\${SPARE}'] }`)
    expect(added('{}', lower)).toContain('${SPARE}')
  })

  it('of the model for pictures stands in its own chain', () => {
    const upper = `{ agents: { defaults: { model: 'a/b', imageModel: 'a/eyes' } } }`
    expect(parseJson5(added(upper, '{}', 'imageModel'))).toEqual({
      agents: { defaults: { model: 'a/b', imageModel: { primary: 'a/eyes', fallbacks: ['new/one'] } } },
    })
  })
})

describe('fallbacks that are taken out', () => {
  const taken = (upper: string, positions: readonly number[], lower = '{}'): string =>
    applyEdits(upper, fallbacksTaken('model', values({ upper, lower }), positions))

  it('leave the others, with their comments', () => {
    const upper = model(
      `{\n  primary: 'a/b',\n  fallbacks: [\n    'x/1', // one\n    'x/2', // two\n    'x/3', // three\n  ],\n}`,
    )
    const after = taken(upper, [0, 2])
    expect(settingsFrom({ upper: after }).defaults.fallbacks).toEqual(['x/2'])
    expect(after).toContain(`'x/2', // two`)
  })

  it('of models.json are hidden by a shorter list', () => {
    const lower = model(`{ primary: 'a/b', fallbacks: ['x/1', 'x/2'] }`)
    const upper = taken('{}', [0], lower)
    expect(settingsFrom({ upper, lower }).defaults).toEqual({ agent: 'main', primary: 'a/b', fallbacks: ['x/2'] })
  })
})

describe('fallbacks that are cleared', () => {
  const cleared = (upper: string, lower = '{}'): string =>
    applyEdits(upper, fallbacksCleared('model', values({ upper, lower })))

  it('are an empty list, also over those of models.json', () => {
    expect(parseJson5(cleared(model(`{ primary: 'a/b', fallbacks: ['x/1'] }`)))).toEqual(
      parseJson5(model(`{ primary: 'a/b', fallbacks: [] }`)),
    )
    const lower = model(`{ primary: 'a/b', fallbacks: ['x/1'] }`)
    expect(settingsFrom({ upper: cleared('{}', lower), lower }).defaults).toMatchObject({ fallbacks: [] })
  })

  it('leave a file without any as it was, a plain ref too', () => {
    expect(cleared(model(`'a/b'`))).toBe(model(`'a/b'`))
    expect(cleared(model(`{ primary: 'a/b' }`))).toBe(model(`{ primary: 'a/b' }`))
    expect(cleared('{}')).toBe('{}')
  })
})
