/** A picture goes to a model that sees, tools go to one that calls them: in every format in which a request may come. */
import { expect, it, onTestFinished } from 'vitest'
import { Secret } from '../core/secret.ts'
import { saysAtOnce } from '../serving/fixtures/answers.ts'
import { openHouse } from '../serving/fixtures/house.ts'
import { scriptedUpstream } from '../serving/fixtures/upstream.ts'
import { servicesOf, TOKEN } from './fixtures/gateway.ts'
import { bindPort } from './server.ts'

const PIXEL = 'iVBORw0KGgo='
const URL = `data:image/png;base64,${PIXEL}`
const SCHEMA = { type: 'object', properties: {} }
const SOURCE = { type: 'base64', media_type: 'image/png', data: PIXEL }

/** A body of each format, with a picture, with one in a tool's result, with tools. */
const FORMATS = [
  {
    path: '/v1/chat/completions',
    plain: { messages: [{ role: 'user', content: 'hi' }] },
    picture: { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: URL } }] }] },
    result: {
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'c', content: [{ type: 'image_url', image_url: { url: URL } }] },
      ],
    },
    tools: { tools: [{ type: 'function', function: { name: 'f', parameters: SCHEMA } }] },
  },
  {
    path: '/v1/messages',
    plain: { max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] },
    picture: { max_tokens: 9, messages: [{ role: 'user', content: [{ type: 'image', source: SOURCE }] }] },
    result: {
      max_tokens: 9,
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'f', input: {} }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'c', content: [{ type: 'image', source: SOURCE }] }],
        },
      ],
    },
    tools: { tools: [{ name: 'f', input_schema: SCHEMA }] },
  },
  {
    path: '/v1/responses',
    plain: { input: 'hi' },
    picture: { input: [{ role: 'user', content: [{ type: 'input_image', image_url: URL }] }] },
    result: {
      input: [
        { role: 'user', content: 'hi' },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image', image_url: URL }] },
      ],
    },
    tools: { tools: [{ type: 'function', name: 'f', parameters: SCHEMA }] },
  },
] as const

async function open(imageModel?: string) {
  const upstream = await scriptedUpstream()
  const providers = Object.fromEntries(
    Object.entries({
      blind: { input: ['text'] },
      idle: { input: ['text', 'image'], tools: false },
      able: { input: ['text', 'image'], tools: true },
    }).map(([name, model]) => {
      upstream.script(name, saysAtOnce('yes'))
      return [name, { baseUrl: upstream.url(name), models: [{ id: 'm', ...model }] }]
    }),
  )
  const house = await openHouse({
    settings: {
      models: { providers },
      agents: {
        defaults: { model: { primary: 'blind/m', fallbacks: ['idle/m', 'able/m'] }, ...(imageModel && { imageModel }) },
      },
    },
  })
  const gateway = (await bindPort({ port: 0 })).serve(servicesOf(house), () => new Secret(TOKEN))
  onTestFinished(() => gateway.end())
  return async (path: string, body: object, model = 'openclaw') => {
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, ...body }),
    })
    await response.arrayBuffer()
    return [response.status, response.headers.get('x-openclaw-model'), response.headers.get('x-openclaw-attempts')]
  }
}

it.each(FORMATS)('goes by what a request holds: $path', async ({ path, plain, picture, result, tools }) => {
  const ask = await open()
  expect(await ask(path, plain)).toEqual([200, 'blind/m', ''])
  for (const seen of [picture, result]) expect(await ask(path, seen)).toEqual([200, 'idle/m', 'blind/m=no-vision'])
  expect(await ask(path, { ...picture, ...tools })).toEqual([200, 'able/m', 'blind/m=no-vision, idle/m=no-tools'])
  expect(await ask(path, { ...plain, ...tools }, 'idle/m')).toEqual([200, 'able/m', 'idle/m=no-tools'])
  expect(await ask(path, { ...plain, ...tools, fallbacks: [] }, 'idle/m')).toEqual([400, null, 'idle/m=no-tools'])
})

it.each(FORMATS)('goes with a picture to the model for pictures: $path', async ({ path, plain, picture, tools }) => {
  const ask = await open('able/m')
  expect(await ask(path, picture)).toEqual([200, 'able/m', ''])
  expect(await ask(path, { ...picture, ...tools })).toEqual([200, 'able/m', ''])
  expect(await ask(path, picture, 'blind/m')).toEqual([200, 'able/m', 'blind/m=no-vision'])
  expect(await ask(path, picture, 'idle/m')).toEqual([200, 'idle/m', ''])
  expect(await ask(path, plain)).toEqual([200, 'blind/m', ''])
})
