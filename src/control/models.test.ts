import { describe, expect, it } from 'vitest'
import { listModels, setModel } from './models.ts'
import { PROVIDERS, twoFiles, type TwoFiles } from './two-files.fixture.ts'

const files = (agents: string): TwoFiles => twoFiles(`{ models: { ${PROVIDERS} }, agents: { ${agents} } }`)
const MEANS = { now: new Date('2026-06-01T00:00:00Z'), language: 'en' } as const
const set = (house: TwoFiles, name: string) =>
  house.act(({ setup, openclawJson }) => setModel(name, { setup, ...MEANS }, openclawJson))

describe('setting the default model', () => {
  it('tells of a default agent whose own model stands before it', async () => {
    const own = (model: string): TwoFiles =>
      files(`list: [{ id: 'other' }, { id: 'mine', default: true, model: ${model} }]`)
    expect(await set(own(`'open/x'`), 'near/one')).toMatchObject({
      ref: 'near/one',
      changed: true,
      hiddenBy: { agent: 'mine', path: 'agents.list[1].model' },
    })
    expect(await set(own(`{ primary: 'open/x' }`), 'near/one')).toMatchObject({
      hiddenBy: { path: 'agents.list[1].model.primary' },
    })
    expect(await set(own(`'near/one'`), 'near/one')).not.toHaveProperty('hiddenBy')
    expect(await set(own(`{ fallbacks: [] }`), 'near/one')).not.toHaveProperty('hiddenBy')
  })

  it('does not mind an agent that is not the default', async () => {
    expect(await set(files(`list: [{ id: 'other', model: 'open/x' }]`), 'near/one')).not.toHaveProperty('hiddenBy')
  })

  it('tells that it stands among the fallbacks too', async () => {
    const house = files(`defaults: { model: { primary: 'open/x', fallbacks: ['near/one'] } }`)
    expect(await set(house, 'near/one')).toMatchObject({ isFallback: true })
    expect(await set(house, 'near/eyes')).not.toHaveProperty('isFallback')
  })
})

it('models that a chain names and nobody offers are listed once, with every place', async () => {
  const house = files(
    `defaults: { model: { primary: 'near/one', fallbacks: ['near/gone', 'open/x'] }, imageModel: { primary: 'near/eyes', fallbacks: ['near/gone'] } }`,
  )
  const { models } = await house.act(({ setup }) =>
    listModels({ all: false }, { setup, off: [], servers: [], ...MEANS }),
  )
  expect(models.map(({ ref, tags }) => [ref, tags])).toEqual([
    ['near/one', ['default']],
    ['near/blind', []],
    ['near/eyes', ['image']],
    ['near/gone', ['fallback#1', 'img-fallback#1', 'missing']],
    ['open/x', ['fallback#2']],
  ])
})
