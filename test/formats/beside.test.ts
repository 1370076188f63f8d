/** What the official SDKs ask beside answers, through the gateway: embeddings, counted tokens, models. */
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { modelOf, openWorld, UPSTREAMS } from './world.ts'
import type { World } from './world.ts'

let world: World
let openai: OpenAI
let anthropic: Anthropic
beforeAll(async () => {
  world = await openWorld()
  openai = new OpenAI({ baseURL: `${world.url}/v1`, apiKey: world.token, maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: world.url, apiKey: world.token, maxRetries: 0 })
})
// Where it could not be opened, there is nothing to end.
afterAll(() => (world as World | undefined)?.end())

it('embeddings come as the same numbers, asked for as base64 or not', async () => {
  const wish = { model: 'responses/embeddings-model', input: ['one', 'two'] }
  const usual = await openai.embeddings.create(wish)
  const floats = await openai.embeddings.create({ ...wish, encoding_format: 'float' })
  expect(usual.data).toHaveLength(2)
  expect(usual.data.map(({ embedding }) => [...embedding])).toEqual(floats.data.map(({ embedding }) => embedding))
  expect(Math.hypot(...(floats.data[0]?.embedding ?? []))).toBeCloseTo(1)
})

it.each(UPSTREAMS)('tokens are counted for a model that speaks %s, and more are counted of more', async (upstream) => {
  const count = async (content: string): Promise<number> =>
    (await anthropic.messages.countTokens({ model: modelOf(upstream), messages: [{ role: 'user', content }] }))
      .input_tokens
  const few = await count('hello')
  expect(few).toBeGreaterThan(0)
  expect(await count('hello '.repeat(100))).toBeGreaterThan(few + 50)
})

it('models are listed for both, each in its own shape', async () => {
  const ids = (await openai.models.list()).data.map(({ id }) => id)
  const page = await anthropic.models.list({ limit: 1000 })
  for (const upstream of UPSTREAMS) {
    expect(ids).toContain(modelOf(upstream))
    expect(page.data.map(({ id }) => id)).toContain(modelOf(upstream))
  }
  expect((await openai.models.retrieve(modelOf('messages'))).id).toBe(modelOf('messages'))
})
