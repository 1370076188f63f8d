/** Pictures go to a model that takes them. */
import { expect, it } from 'vitest'
import { error, says } from './fixtures/answers.ts'
import { openHouse, type House } from './fixtures/house.ts'
import { refusedOf, rest } from './fixtures/rests.ts'
import { scriptedUpstream, type Act, type ScriptedUpstream } from './fixtures/upstream.ts'

async function visionWorld(
  imageModel: string | undefined,
  seeing: Act = says('I see'),
): Promise<{ house: House; upstream: ScriptedUpstream }> {
  const upstream = await scriptedUpstream()
  upstream.script('blind', says('what picture?'))
  upstream.script('seeing', seeing)
  const house = await openHouse({
    settings: {
      models: {
        providers: {
          blind: { baseUrl: upstream.url('blind'), models: [{ id: 'm', input: ['text'] }] },
          seeing: { baseUrl: upstream.url('seeing'), models: [{ id: 'm', input: ['text', 'image'] }] },
        },
      },
      agents: { defaults: { model: 'blind/m', ...(imageModel && { imageModel }) } },
    },
  })
  return { house, upstream }
}

const PICTURE = [
  { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }] },
]

it('sends no picture to a model that takes none', async () => {
  const { house, upstream } = await visionWorld(undefined)
  expect(refusedOf(house, await house.ask({ messages: PICTURE }))).toMatchObject({
    status: 400,
    message: 'blind/m does not take pictures.',
  })
  expect(upstream.hits('blind')).toEqual([])
})

it('sends an agent’s picture to the model for pictures at once', async () => {
  const { house } = await visionWorld('seeing/m')
  const { caller } = await house.ask({ messages: PICTURE })
  expect(caller.headers).toMatchObject({ 'x-openclaw-model': 'seeing/m', 'x-openclaw-attempts': '' })
})

it('sends it there in the place of a blind model that was named, and says why', async () => {
  const { house } = await visionWorld('seeing/m')
  const { caller } = await house.ask({ messages: PICTURE, model: 'blind/m' })
  expect(caller.headers).toMatchObject({
    'x-openclaw-model': 'seeing/m',
    'x-openclaw-attempts': 'blind/m=no-vision',
  })
})

it('sends it, where no model is for pictures, to the first of the chain that sees, and no tools to who has none', async () => {
  const upstream = await scriptedUpstream()
  upstream.script('able', says('I see and call'))
  const provider = (model: object) => ({ baseUrl: upstream.url('able'), models: [{ id: 'm', ...model }] })
  const house = await openHouse({
    settings: {
      models: {
        providers: {
          blind: provider({ input: ['text'] }),
          idle: provider({ input: ['text', 'image'], tools: false }),
          able: provider({ input: ['text', 'image'], tools: true }),
        },
      },
      agents: { defaults: { model: { primary: 'blind/m', fallbacks: ['idle/m', 'able/m'] } } },
    },
  })
  const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }]
  const met = async (wish: Parameters<House['ask']>[0]): Promise<unknown> => {
    const { headers } = (await house.ask(wish)).caller
    return [headers['x-openclaw-model'], headers['x-openclaw-attempts']]
  }
  expect(await met({ messages: PICTURE })).toEqual(['idle/m', 'blind/m=no-vision'])
  expect(await met({ messages: PICTURE, tools })).toEqual(['able/m', 'blind/m=no-vision, idle/m=no-tools'])
  expect(await met({ tools, model: 'idle/m', fallbacks: ['able/m'] })).toEqual(['able/m', 'idle/m=no-tools'])
  expect(refusedOf(house, await house.ask({ tools, model: 'idle/m', fallbacks: [] }))).toMatchObject({ status: 400 })
})

it("walks on over that model's own fallbacks when it fails", async () => {
  const upstream = await scriptedUpstream()
  upstream.script('broken', error(503))
  upstream.script('other', says('I see too'))
  const provider = (name: string, input: readonly string[]) => ({
    baseUrl: upstream.url(name),
    models: [{ id: 'm', input }],
  })
  const house = await openHouse({
    settings: {
      models: {
        providers: {
          blind: provider('blind', ['text']),
          broken: provider('broken', ['text', 'image']),
          other: provider('other', ['text', 'image']),
        },
      },
      agents: { defaults: { model: 'blind/m', imageModel: { primary: 'broken/m', fallbacks: ['other/m'] } } },
    },
  })
  const { caller } = await house.ask({ messages: PICTURE })
  expect(caller.headers).toMatchObject({
    'x-openclaw-model': 'other/m',
    'x-openclaw-attempts': expect.stringMatching(/^broken\/m=overload/) as string,
  })
})

it('tells of the model for pictures, not of the one that sees none, when that one rests', async () => {
  const { house } = await visionWorld('seeing/m')
  await rest(house, 'seeing', 60_000, { kind: 'rate-limit' })
  expect(refusedOf(house, await house.ask({ messages: PICTURE }))).toMatchObject({ status: 429, waitMs: 60_000 })
})
