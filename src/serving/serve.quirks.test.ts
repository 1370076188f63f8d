/** A provider's quirks, on the way of a request: what a plugin changes, and what stays byte for byte. */
import OpenAI from 'openai'
import { expect, it } from 'vitest'
import type { ProviderDefinition } from '../core/provider.ts'
import type { Quirks } from '../core/quirks.ts'
import { toolCalls } from '../dialects/chat-completions/recorded-streams.fixture.ts'
import { quirks as qwen } from '../plugins/qwen-portal/quirks.ts'
import { chunk, DONE, json, says, saysAtOnce, stream, text } from './fixtures/answers.ts'
import { openHouse, type House } from './fixtures/house.ts'
import { scriptedUpstream, type Act, type ScriptedUpstream } from './fixtures/upstream.ts'

async function world(quirks: Quirks, ...acts: readonly Act[]): Promise<{ house: House; upstream: ScriptedUpstream }> {
  const upstream = await scriptedUpstream()
  upstream.script('a', ...acts)
  const definition: ProviderDefinition = {
    id: 'a',
    label: { en: 'A' },
    dialect: 'chat-completions',
    baseUrl: upstream.url('a'),
    hosts: ['127.0.0.1'],
    models: [{ id: 'm' }],
    aliases: {},
    quirks,
  }
  const house = await openHouse({
    definitions: [definition],
    settings: { models: { providers: { a: { apiKey: 'k' } } } },
  })
  return { house, upstream }
}

const call = (more: object) => chunk({ delta: { tool_calls: [{ index: 0, ...more }] }, finish_reason: null })

it('changes only the members that it names, and names what is lost', async () => {
  const asked: unknown[] = []
  const { house, upstream } = await world(
    {
      request: {
        patterns: ['"reasoning_effort"'],
        change({ reasoning_effort: effort }, { model }) {
          asked.push([effort, model.id])
          return { set: { think: true, nothing: undefined }, drop: ['reasoning_effort'], lost: ['reasoning_effort'] }
        },
      },
    },
    says('hello'),
  )
  const messages = [{ role: 'user', content: 'Grüße' }]
  const { caller } = await house.ask({
    model: 'a/m',
    messages,
    reasoning_effort: 'low',
    stream_options: { include_usage: true },
  })
  expect(upstream.hits('a')[0]?.body.toString()).toBe(
    '{"model":"m","stream":true,"messages":[{"role":"user","content":"Grüße"}],"stream_options":{"include_usage":true},"think":true}',
  )
  expect(caller.headers['x-openclaw-dropped']).toBe('reasoning_effort')
  await house.ask({ model: 'a/m', messages })
  expect(asked).toEqual([['low', 'm']])
})

it('is asked of every request whose answer comes in one piece, where it wants to be', async () => {
  const asked: unknown[] = []
  const change = ({ stream: isStream }: { readonly stream?: unknown }) => void asked.push(isStream)
  const { house } = await world(
    { request: { patterns: [], inOnePiece: true, change } },
    says('hello'),
    saysAtOnce('hello'),
  )
  await house.ask({ model: 'a/m' })
  await house.ask({ model: 'a/m', stream: false })
  expect(asked).toEqual([false])
})

it('mends events with tool calls and finishes, and no others, one state for each answer', async () => {
  const seen: unknown[] = []
  const name = 'wetter_東'
  const { house } = await world(
    {
      answer() {
        let count = 0
        return (event) => {
          seen.push(event)
          count += 1
          return count === 1 ? { ...event, mended: '是' } : undefined
        }
      },
    },
    stream([
      text('你好'),
      call({ id: 'c', function: { name } }),
      call({ id: '' }),
      chunk({ delta: {}, finish_reason: 'stop' }),
      DONE,
    ]),
  )
  for (let turn = 0; turn < 2; turn += 1) {
    const { caller } = await house.ask({ model: 'a/m' })
    const [first, second, ...rest] = caller.text.split('\n\n')
    expect(`${first ?? ''}\n\n`).toBe(text('你好'))
    expect(JSON.parse(second?.slice(6) ?? '')).toMatchObject({
      mended: '是',
      choices: [{ delta: { tool_calls: [{ function: { name } }] } }],
    })
    expect(rest.slice(0, 3).map((event) => `${event}\n\n`)).toEqual([
      call({ id: '' }),
      chunk({ delta: {}, finish_reason: 'stop' }),
      DONE,
    ])
  }
  expect(JSON.stringify(seen[0])).toContain(name)
  expect(seen).toHaveLength(6)
})

it('mends an answer in one piece', async () => {
  const answer = { id: 'x', choices: [{ index: 0, message: { content: '好' }, finish_reason: 'stop' }] }
  const { house } = await world({ answer: () => (event) => ({ ...event, id: 'y' }) }, json(200, answer))
  const { caller } = await house.ask({ model: 'a/m', stream: false })
  expect(JSON.parse(caller.text)).toEqual({ ...answer, id: 'y' })
  expect(caller.headers['content-length']).toBe(String(Buffer.byteLength(caller.text)))
})

it('makes of Qwen’s tool calls what the official client reads right', async () => {
  const { house } = await world(qwen, stream([toolCalls]))
  const { caller } = await house.ask({ model: 'a/m', stream_options: { include_usage: true } })
  const client = new OpenAI({
    apiKey: 'k',
    baseURL: 'http://localhost/v1',
    fetch: () => Promise.resolve(new Response(caller.text, { headers: { 'content-type': 'text/event-stream' } })),
  })
  const { choices } = await client.chat.completions
    .stream({ model: 'x', messages: [{ role: 'user', content: 'hi' }] })
    .finalChatCompletion()
  expect(choices[0]).toMatchObject({
    finish_reason: 'tool_calls',
    message: {
      tool_calls: [
        { id: 'call_1', function: { name: 'weather', arguments: '{"city": "杭\\"州{"}' } },
        { id: 'call_2', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
      ],
    },
  })
})
