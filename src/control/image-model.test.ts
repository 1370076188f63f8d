import { expect, it } from 'vitest'
import { clearImageModel, setImageModel } from './image-model.ts'
import { PROVIDERS, twoFiles, type TwoFiles } from './two-files.fixture.ts'

const files = (imageModel: string, lower?: string): TwoFiles =>
  twoFiles(`{\n  models: { ${PROVIDERS} },\n  agents: { defaults: { ${imageModel} } },\n}\n`, lower)
const set = (house: TwoFiles, name: string) =>
  house.act(({ setup, openclawJson }) => setImageModel(name, setup, openclawJson))
const clear = (house: TwoFiles) => house.act((means) => clearImageModel(means.setup, means))

it('the model for pictures is set, a plain ref or the primary of an object', async () => {
  const plain = files('')
  expect(await set(plain, 'near/eyes')).toMatchObject({ ref: 'near/eyes', changed: true })
  expect(plain.value()).toMatchObject({ agents: { defaults: { imageModel: 'near/eyes' } } })
  expect(await set(plain, 'near/eyes')).toMatchObject({ changed: false })
  const object = files(`imageModel: { primary: 'open/x', fallbacks: ['open/y'] }`)
  await set(object, 'near/eyes')
  expect(object.value()).toMatchObject({
    agents: { defaults: { imageModel: { primary: 'near/eyes', fallbacks: ['open/y'] } } },
  })
})

it('a model that takes no pictures is refused; one of which nobody knows is not', async () => {
  const house = files('')
  await expect(set(house, 'near/blind')).rejects.toMatchObject({ code: 'no-vision' })
  await expect(set(house, 'near/eys')).rejects.toMatchObject({ message: expect.stringContaining('near/eyes') })
  expect(await set(house, 'open/x')).toMatchObject({ ref: 'open/x' })
})

it('it is cleared with its fallbacks', async () => {
  const house = files(`imageModel: { primary: 'near/eyes', fallbacks: ['open/y'] }`)
  expect(await clear(house)).toMatchObject({ ref: null, changed: true })
  expect(house.value()).toMatchObject({ agents: { defaults: {} } })
  expect(await clear(house)).toMatchObject({ ref: null, changed: false })
})

it('what models.json says of it is not cleared, but told', async () => {
  const lower = `{ agents: { defaults: { imageModel: 'near/eyes' } } }`
  await expect(clear(files('', lower))).rejects.toMatchObject({ code: 'config-kept-elsewhere', params: { line: 1 } })
  expect(await clear(files(`imageModel: 'open/x'`, lower))).toMatchObject({ ref: 'near/eyes', changed: true })
})
