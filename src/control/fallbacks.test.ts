import { describe, expect, it } from 'vitest'
import type { ChainKey } from '../config/chain-edits.ts'
import { addFallback, clearFallbacks, listFallbacks, removeFallback } from './fallbacks.ts'
import { PROVIDERS, twoFiles, type TwoFiles } from './two-files.fixture.ts'

const files = (model: string, more = '', lower?: string): TwoFiles =>
  twoFiles(
    `{
  models: { ${PROVIDERS}, aliases: { q: 'near/one', e: 'near/eyes' } },
  agents: { defaults: { ${model} }${more} },
}
`,
    lower,
  )
const add = (house: TwoFiles, name: string, chain: ChainKey = 'model') =>
  house.act((means) => addFallback({ chain, name }, means))
const remove = (house: TwoFiles, name: string, chain: ChainKey = 'model') =>
  house.act((means) => removeFallback({ chain, name }, means))
const clear = (house: TwoFiles, chain: ChainKey = 'model') => house.act((means) => clearFallbacks(chain, means))
const list = (house: TwoFiles, chain: ChainKey = 'model') => house.act(({ setup }) => listFallbacks(chain, setup))

describe('a fallback that is added', () => {
  it('comes last, as the ref behind what was typed', async () => {
    const house = files(`model: { primary: 'q', fallbacks: ['open/x'] }`)
    expect(await add(house, 'e')).toEqual({
      fallbacks: ['open/x', 'near/eyes'],
      changed: true,
      file: house.sources.openclawJson.path,
    })
    expect(await list(house)).toEqual({ fallbacks: ['open/x', 'near/eyes'], missing: [] })
  })

  it('makes an object of a plain ref, which stays the primary as it was written', async () => {
    const house = files(`model: 'q'`)
    await add(house, 'near/eyes')
    expect(house.value()).toMatchObject({
      agents: { defaults: { model: { primary: 'q', fallbacks: ['near/eyes'] } } },
    })
  })

  it('and stands there already, by whatever name, changes nothing', async () => {
    const house = files(`model: { primary: 'open/x', fallbacks: ['q'] }`)
    const before = house.text()
    expect(await add(house, 'near/one')).toMatchObject({ fallbacks: ['q'], changed: false })
    expect(house.text()).toBe(before)
  })

  it.each(['near/one', 'q'])('and is the default model itself is refused (%s)', async (name) => {
    const house = files(`model: 'q'`)
    const before = house.text()
    await expect(add(house, name)).rejects.toMatchObject({ code: 'fallback-is-primary', exit: 1 })
    expect(house.text()).toBe(before)
  })

  it('that nobody offers is refused with the nearest', async () => {
    await expect(add(files(`model: 'q'`), 'near/eye')).rejects.toMatchObject({
      code: 'model-not-found',
      message: 'There is no model near/eye. Did you mean near/eyes?',
    })
  })

  it('keeps those of models.json before it', async () => {
    const house = files('', '', `{ agents: { defaults: { model: { primary: 'q', fallbacks: ['open/x'] } } } }`)
    expect(await add(house, 'e')).toMatchObject({ fallbacks: ['open/x', 'near/eyes'] })
    expect((await house.setup()).settings.defaults).toMatchObject({ primary: 'q', fallbacks: ['open/x', 'near/eyes'] })
  })

  it('to a default agent with a chain of its own is told to be without effect there', async () => {
    const own = `, list: [{ id: 'mine', default: true, model: { primary: 'open/x' } }]`
    expect(await add(files(`model: 'q'`, own), 'e')).toMatchObject({
      changed: true,
      hiddenBy: { agent: 'mine', path: 'agents.list[0].model' },
    })
    const inheriting = `, list: [{ id: 'mine', default: true, model: 'open/x' }]`
    expect(await add(files(`model: 'q'`, inheriting), 'e')).not.toHaveProperty('hiddenBy')
  })
})

describe('a fallback that is removed', () => {
  it('is found by its ref or its alias, at every place', async () => {
    const house = files(`model: { primary: 'open/x', fallbacks: ['q', 'near/eyes', 'near/one'] }`)
    expect(await remove(house, 'e')).toMatchObject({ fallbacks: ['q', 'near/one'], changed: true })
    expect(await remove(house, 'near/one')).toMatchObject({ fallbacks: ['q'] })
    expect(await remove(house, 'near/one')).toMatchObject({ fallbacks: [] })
  })

  it('may be one that nobody offers', async () => {
    const house = files(`model: { primary: 'q', fallbacks: ['gone/away', 'near/eyes'] }`)
    expect(await list(house)).toMatchObject({ missing: ['gone/away'] })
    expect(await remove(house, 'gone/away')).toMatchObject({ fallbacks: ['near/eyes'] })
  })

  it('and was none is told with the nearest', async () => {
    await expect(remove(files(`model: { primary: 'q', fallbacks: ['near/eyes'] }`), 'near/eye')).rejects.toMatchObject({
      code: 'fallback-not-found',
      message: 'near/eye is no fallback. Did you mean near/eyes?',
      run: 'openclaw models fallbacks list',
    })
  })
})

describe('cleared fallbacks', () => {
  it('are gone, also those that models.json names', async () => {
    const lower = `{ agents: { defaults: { model: { primary: 'q', fallbacks: ['open/x'] } } } }`
    const house = files('', '', lower)
    expect(await clear(house)).toMatchObject({ fallbacks: [], changed: true })
    expect((await house.setup()).settings.defaults).toMatchObject({ primary: 'q', fallbacks: [] })
    expect(await clear(house)).toMatchObject({ changed: false })
  })
})

describe('the fallbacks of the model for pictures', () => {
  it('are a chain of their own', async () => {
    const house = files(`model: 'q', imageModel: 'e'`)
    expect(await add(house, 'open/x', 'imageModel')).toMatchObject({ fallbacks: ['open/x'] })
    expect(house.value()).toMatchObject({
      agents: { defaults: { model: 'q', imageModel: { primary: 'e', fallbacks: ['open/x'] } } },
    })
    expect(await list(house)).toMatchObject({ fallbacks: [] })
    await expect(remove(house, 'open/y', 'imageModel')).rejects.toMatchObject({
      run: 'openclaw models image-fallbacks list',
    })
    expect(await clear(house, 'imageModel')).toMatchObject({ fallbacks: [] })
  })

  it('take no model that takes no pictures, and not the first of the chain', async () => {
    const house = files(`imageModel: 'e'`)
    await expect(add(house, 'near/blind', 'imageModel')).rejects.toMatchObject({ code: 'no-vision' })
    await expect(add(house, 'near/eyes', 'imageModel')).rejects.toMatchObject({ code: 'fallback-is-primary' })
  })
})

it('loses nothing that another program saved since the settings were read', async () => {
  const house = files(`model: { primary: 'q', fallbacks: ['open/x'] }`)
  const setup = await house.setup()
  house.sources.write('openclaw.json', house.text().replace(`['open/x']`, `['open/x', 'open/theirs']`))
  const act = addFallback({ chain: 'model', name: 'e' }, { ...house.sources, setup })
  expect((await act.next()).value).toMatchObject({ fallbacks: ['open/x', 'open/theirs', 'near/eyes'] })
})
