/** Answers and requests that can be read and not be said again: JSON is read to any depth, and written by recursion. */
import { expect, it } from 'vitest'
import { json, says, stream } from './fixtures/answers.ts'
import { openHouse, type House } from './fixtures/house.ts'
import { scriptedUpstream, type Act, type ScriptedUpstream } from './fixtures/upstream.ts'

const DEEP = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`
const event = (type: string, more: string): string => `event: ${type}\ndata: {"type":"${type}",${more}}\n\n`
const START = event('message_start', '"message":{"type":"message","id":"msg_1","model":"m","content":[]}')
const TEXT = event('content_block_delta', '"index":0,"delta":{"type":"text_delta","text":"hello"}')
const CALL = event(
  'content_block_start',
  `"index":1,"content_block":{"type":"tool_use","id":"t","name":"f","input":${DEEP}}`,
)

async function world(a: Act): Promise<{ readonly house: House; readonly upstream: ScriptedUpstream }> {
  const upstream = await scriptedUpstream()
  upstream.script('a', a)
  upstream.script('b', says('from b'))
  const house = await openHouse({
    settings: {
      models: {
        providers: {
          a: { baseUrl: upstream.url('a'), apiKey: 'key-of-a-provider', api: 'anthropic-messages', models: ['m'] },
          b: { baseUrl: upstream.url('b'), models: ['n'] },
        },
      },
      gateway: { hedge: 'off' },
      agents: { defaults: { model: { primary: 'a/m', fallbacks: ['b/n'] } } },
    },
  })
  return { house, upstream }
}

it('asks another model where an answer is nested deeper than anybody can say it again', async () => {
  const body = `{"type":"message","content":[{"type":"tool_use","id":"t","name":"f","input":${DEEP}}],"stop_reason":"tool_use"}`
  const { house, upstream } = await world({ headers: { 'content-type': 'application/json' }, body: [body] })
  upstream.script('b', json(200, { choices: [{ index: 0, message: { content: 'from b' }, finish_reason: 'stop' }] }))
  const { caller } = await house.ask({ stream: false })
  expect(caller.text).toContain('from b')
  expect(caller.headers['x-openclaw-attempts']).toContain('a/m=malformed')
})

it('ends a stream with an error where what comes cannot be said again', async () => {
  const { house } = await world(stream([START, TEXT, CALL, event('content_block_stop', '"index":1')], 'stall'))
  const { caller } = await house.ask()
  expect(caller.text).toContain('"content":"hello"')
  expect(caller.text.trimEnd().split('\n\n').at(-1)).toContain('"code":"malformed"')
  expect(caller.text).not.toContain('[DONE]')
})

it('carries arguments that a model wrote to no end as the words that they are', async () => {
  const { house, upstream } = await world(
    stream([START, TEXT, event('message_delta', '"delta":{"stop_reason":"end_turn"}')]),
  )
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: DEEP } }
  const messages = [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c', content: 'x' },
  ]
  const { caller } = await house.ask({ messages })
  expect(caller.text).toContain('"content":"hello"')
  expect(JSON.parse(String(upstream.hits('a')[0]?.body))).toMatchObject({
    messages: [{}, { content: [{ type: 'tool_use', input: { arguments: DEEP } }] }, {}],
  })
})
