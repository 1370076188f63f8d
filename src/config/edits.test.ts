import { describe, expect, it } from 'vitest'
import { applyEdits } from '../stores/files/json5-edit.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { aliasEdits, pluginEdits, primaryEdits } from './edits.ts'
import { settingsFrom } from './settings.fixture.ts'

function afterSet(upper: string, lower = '{}'): string {
  return applyEdits(upper, primaryEdits(parseJson5(upper), parseJson5(lower), 'new/model'))
}

describe('setting the default model', () => {
  it('keeps a plain ref plain, with its comments', () => {
    const upper = `{\n  agents: { defaults: {\n    model: 'a/b', // mine\n  } },\n}\n`
    expect(afterSet(upper)).toContain(`// mine`)
    expect(parseJson5(afterSet(upper))).toEqual({ agents: { defaults: { model: 'new/model' } } })
  })

  it('changes the primary of an object and leaves its fallbacks', () => {
    expect(parseJson5(afterSet(`{ agents: { defaults: { model: { primary: 'a/b', fallbacks: ['c/d'] } } } }`))).toEqual(
      {
        agents: { defaults: { model: { primary: 'new/model', fallbacks: ['c/d'] } } },
      },
    )
  })

  it('gives a primary to an object that has none', () => {
    expect(parseJson5(afterSet(`{ agents: { defaults: { model: { fallbacks: ['c/d'] } } } }`))).toEqual({
      agents: { defaults: { model: { fallbacks: ['c/d'], primary: 'new/model' } } },
    })
  })

  it('writes a plain ref where there was nothing', () => {
    expect(parseJson5(afterSet('{}'))).toEqual({ agents: { defaults: { model: 'new/model' } } })
  })

  it('keeps the fallbacks that stand in models.json', () => {
    const lower = `{ agents: { defaults: { model: { primary: 'a/b', fallbacks: ['c/d'] } } } }`
    expect(settingsFrom({ upper: afterSet('{}', lower), lower }).defaults).toEqual({
      agent: 'main',
      primary: 'new/model',
      fallbacks: ['c/d'],
    })
  })
})

it('adds an alias, never over one that exists', () => {
  const values = { models: { aliases: { taken: 'mine/own' } } }
  expect(aliasEdits(values, { taken: 'p/m', free: 'p/m' })).toEqual([
    { kind: 'set', path: ['models', 'aliases', 'free'], value: 'p/m' },
  ])
})

it('switches a plugin on and off by its entry', () => {
  const on = applyEdits('{}', pluginEdits('some-plugin', true))
  expect(settingsFrom({ upper: on }).plugins.get('some-plugin')).toEqual({ enabled: true })
  const off = applyEdits(on, pluginEdits('some-plugin', false))
  expect(settingsFrom({ upper: off }).plugins.get('some-plugin')).toEqual({ enabled: false })
})

it('notes the hash of an outside plugin that is switched on, and leaves it when it is switched off', () => {
  const on = applyEdits('{}', pluginEdits('some-plugin', true, 'abc'))
  expect(settingsFrom({ upper: on }).plugins.get('some-plugin')).toEqual({ enabled: true, sha256: 'abc' })
  const off = applyEdits(on, pluginEdits('some-plugin', false))
  expect(settingsFrom({ upper: off }).plugins.get('some-plugin')).toEqual({ enabled: false, sha256: 'abc' })
})
