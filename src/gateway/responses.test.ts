/** POST /v1/responses and what is remembered of it, as the official client meets them. */
import { APIError, BadRequestError, NotFoundError } from 'openai'
import type { ResponseInputItem } from 'openai/resources/responses/responses'
import { describe, expect, it } from 'vitest'
import { unwrapSeal } from '../dialects/sealed-reasoning.ts'
import { chunk, DONE, error, json, ROLE, says, saysAtOnce, stream, text, USAGE } from '../serving/fixtures/answers.ts'
import { openResponsesGateway, sentTo, type ResponsesGateway } from './fixtures/responses.ts'

const HOUR_MS = 3_600_001
const PATCH_TOOL = { type: 'custom', name: 'apply_patch', description: 'Edits files.' } as const

describe('over a chat upstream', () => {
  it('streams an answer', async () => {
    const gateway = await openResponsesGateway()
    gateway.upstream.script('a', says('你好, you'))
    const runner = gateway.openai.responses.stream({ model: 'a/m', input: 'hi', instructions: 'Be brief.' })
    const deltas: string[] = []
    runner.on('response.output_text.delta', ({ delta }) => deltas.push(delta))
    const response = await runner.finalResponse()
    expect([deltas.join(''), response.output_text, response.status]).toEqual(['你好, you', '你好, you', 'completed'])
    expect(response.usage).toMatchObject({ input_tokens: 7, output_tokens: 3, total_tokens: 10 })
    expect(sentTo(gateway, 'a')).toMatchObject({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ],
    })
  })

  it('gives an answer in one piece, and says who gave it and what it was not told', async () => {
    const gateway = await openResponsesGateway()
    gateway.upstream.script('a', error(404))
    gateway.upstream.script('b', saysAtOnce('hello'))
    const { data, response } = await gateway.openai.responses
      .create({ model: 'openclaw', input: 'hi', tools: [{ type: 'web_search' }], metadata: { a: 'b' } })
      .withResponse()
    expect([data.output_text, data.metadata]).toEqual(['hello', { a: 'b' }])
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-openclaw-model': 'b/n',
      'x-openclaw-attempts': 'a/m=auth',
      'x-openclaw-dropped': 'tools[0].type=web_search',
    })
  })

  it('takes what a coding agent sends, and gives it its calls back in its own words', async () => {
    const gateway = await openResponsesGateway()
    const args = JSON.stringify({ input: '*** Begin Patch' })
    const called = { index: 0, id: 'c1', type: 'function', function: { name: 'apply_patch', arguments: args } }
    const end = { delta: {}, finish_reason: 'tool_calls' }
    gateway.upstream.script('a', stream([ROLE, chunk({ delta: { tool_calls: [called] } }), chunk(end), USAGE, DONE]))
    const response = await gateway.openai.responses
      .stream({
        model: 'a/m',
        store: false,
        include: ['reasoning.encrypted_content'],
        prompt_cache_key: 'thread',
        parallel_tool_calls: false,
        tools: [PATCH_TOOL, { type: 'web_search' }, { type: 'function', name: 'shell', parameters: {}, strict: false }],
        input: [
          { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'D' }] },
          { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Go' }] },
          { type: 'function_call', call_id: 'c0', name: 'shell', arguments: '{"x":1}' },
          { type: 'function_call_output', call_id: 'c0', output: 'done' },
        ],
      })
      .finalResponse()
    expect(response.output).toMatchObject([{ type: 'custom_tool_call', call_id: 'c1', input: '*** Begin Patch' }])
    const { messages, tools } = sentTo(gateway, 'a') as { messages: object[]; tools: { function: object }[] }
    expect(messages.slice(2)).toMatchObject([
      { role: 'assistant', tool_calls: [{ id: 'c0', function: { name: 'shell', arguments: '{"x":1}' } }] },
      { role: 'tool', tool_call_id: 'c0', content: 'done' },
    ])
    expect(tools.map(({ function: { ...of } }) => of)).toMatchObject([{ name: 'apply_patch' }, { name: 'shell' }])
  })

  it('raises the API error of the official SDK when an answer breaks off', async () => {
    const gateway = await openResponsesGateway()
    gateway.upstream.script('a', stream([ROLE, text('one')], 'cut'))
    const seen: string[] = []
    const reading = (async () => {
      const events = await gateway.openai.responses.create({ model: 'a/m', input: 'hi', stream: true })
      for await (const event of events) if (event.type === 'response.output_text.delta') seen.push(event.delta)
    })()
    await expect(reading).rejects.toBeInstanceOf(APIError)
    expect(seen).toEqual(['one'])
  })

  it('refuses in the words of this format', async () => {
    const { openai, upstream } = await openResponsesGateway()
    const refused = openai.responses.create({ model: 'a/m', input: 'hi', background: true })
    await expect(refused).rejects.toBeInstanceOf(BadRequestError)
    await expect(refused).rejects.toMatchObject({ param: 'background', code: 'bad_request' })
    const input: ResponseInputItem[] = [
      { role: 'user', content: [{ type: 'input_image', file_id: 'f', detail: 'auto' }] },
    ]
    await expect(openai.responses.create({ model: 'a/m', input })).rejects.toMatchObject({ status: 400 })
    expect(upstream.hits('a')).toEqual([])
  })
})

describe('over an upstream that speaks it too', () => {
  it('hands the very bytes on', async () => {
    const gateway = await openResponsesGateway()
    const body = relayed('resp_up', 'hello')
    gateway.upstream.script('r/responses', stream([body]))
    const answer = await gateway.openai.responses.create({ model: 'r/x', input: 'hi', stream: true }).asResponse()
    expect(await answer.text()).toBe(body)
    expect(sentTo(gateway, 'r/responses')).toEqual({ model: 'x', input: 'hi', stream: true })
  })

  it('raises the API error of the official SDK when an answer breaks off', async () => {
    const gateway = await openResponsesGateway()
    const [created = '', ...others] = relayed('resp_up', 'hello').split('\n\n')
    gateway.upstream.script('r/responses', stream([`${[created, ...others.slice(0, 3)].join('\n\n')}\n\n`], 'cut'))
    const runner = gateway.openai.responses.stream({ model: 'r/x', input: 'hi' })
    await expect(runner.finalResponse()).rejects.toBeInstanceOf(APIError)
  })

  it('ends what breaks off with a failed response of an id of its own', async () => {
    const gateway = await openResponsesGateway()
    const [created = '', ...others] = relayed('resp_up', 'hello').split('\n\n')
    gateway.upstream.script('r/responses', stream([`${[created, ...others.slice(0, 3)].join('\n\n')}\n\n`], 'cut'))
    const response = await gateway.openai.responses.create({ model: 'r/x', input: 'hi', stream: true }).asResponse()
    const id = response.headers.get('x-request-id')?.replaceAll('-', '')
    expect(await response.text()).toContain(`"id":"resp_oc${id}failed"`)
  })
})

it('tells a chat’s cache key to a model that speaks this format', async () => {
  const gateway = await openResponsesGateway()
  gateway.upstream.script('r/responses', json(200, wholeRelayed('resp_1', 'hi')))
  const { response } = await gateway.openai.chat.completions
    .create({ model: 'r/x', messages: [{ role: 'user', content: 'hi' }], prompt_cache_key: 'thread' })
    .withResponse()
  expect([sentTo(gateway, 'r/responses').prompt_cache_key, response.headers.get('x-openclaw-dropped')]).toEqual([
    'thread',
    null,
  ])
})

describe('an answer that is remembered', () => {
  const ways = [
    ['translated, streamed', 'a/m', 'a', true],
    ['translated, in one piece', 'a/m', 'a', false],
    ['relayed, streamed', 'r/x', 'r/responses', true],
    ['relayed, in one piece', 'r/x', 'r/responses', false],
  ] as const

  it.each(ways)('is gone on from, %s', async (_, model, name, isStream) => {
    const gateway = await openResponsesGateway()
    const { openai, upstream } = gateway
    const scripted = {
      a: [says('first'), says('second')],
      'r/responses': [stream([relayed('resp_1', 'first')]), stream([relayed('resp_2', 'second')])],
    }
    const scriptedWhole = {
      a: [saysAtOnce('first'), saysAtOnce('second')],
      'r/responses': [json(200, wholeRelayed('resp_1', 'first')), json(200, wholeRelayed('resp_2', 'second'))],
    }
    upstream.script(name, ...(isStream ? scripted : scriptedWhole)[name])
    const ask = async (body: { input: string; previous_response_id?: string; instructions?: string }) =>
      isStream
        ? openai.responses.stream({ model, ...body }).finalResponse()
        : openai.responses.create({ model, ...body })
    const first = await ask({ input: 'one "1"', instructions: 'Only now.' })
    const second = await ask({ input: 'two', previous_response_id: first.id })
    expect([first.output_text, second.output_text]).toEqual(['first', 'second'])
    const third = await ask({ input: 'three', previous_response_id: second.id })
    expect(third.output_text).toBe('second')
    const said = conversationSent(sentTo(gateway, name))
    expect(said).toEqual(['user: one "1"', 'assistant: first', 'user: two', 'assistant: second', 'user: three'])
    expect(sentTo(gateway, name)).not.toHaveProperty('previous_response_id')
    if (name === 'a') expect(second.previous_response_id).toBe(first.id)
  })

  it('may have been given by another model, of another format', async () => {
    const gateway = await openResponsesGateway()
    const { openai, upstream } = gateway
    upstream.script('r/responses', stream([relayed('resp_1', 'first')]))
    upstream.script('a', says('second'))
    const first = await openai.responses.stream({ model: 'r/x', input: 'one' }).finalResponse()
    await openai.responses.stream({ model: 'a/m', input: 'two', previous_response_id: first.id }).finalResponse()
    expect(conversationSent(sentTo(gateway, 'a'))).toEqual(['user: one', 'assistant: first', 'user: two'])
  })

  it('gives its reasoning back to the account that kept it, and to no other', async () => {
    const gateway = await openResponsesGateway()
    const { openai, upstream } = gateway
    const reasoning = { type: 'reasoning', id: 'rs_up', summary: [] }
    upstream.script(
      'r/responses',
      json(200, wholeRelayed('resp_1', 'first', [reasoning])),
      json(200, wholeRelayed('resp_3', 'second')),
    )
    upstream.script('q/responses', json(200, wholeRelayed('resp_2', 'second')))
    const first = await openai.responses.create({ model: 'r/x', input: 'one' })
    for (const model of ['r/x', 'q/x']) {
      await openai.responses.create({ model, input: 'two', previous_response_id: first.id })
    }
    const itemsTo = (name: string) => sentTo(gateway, name).input as Record<string, unknown>[]
    expect(itemsTo('r/responses')[1]).toEqual(reasoning)
    expect(itemsTo('q/responses').map(({ type }) => type)).toEqual(['message', 'message', 'message'])
    expect(JSON.stringify(itemsTo('q/responses'))).not.toMatch(/rs_up|oc1\./)
  })

  it('is referred to item by item', async () => {
    const gateway = await openResponsesGateway()
    const { openai, upstream } = gateway
    upstream.script('a', says('first'), says('second'))
    const first = await openai.responses.stream({ model: 'a/m', input: 'one' }).finalResponse()
    const id = first.output[0]?.id ?? ''
    const input: ResponseInputItem[] = [
      { type: 'item_reference', id },
      { role: 'user', content: 'two' },
    ]
    await openai.responses.stream({ model: 'a/m', input }).finalResponse()
    expect(conversationSent(sentTo(gateway, 'a'))).toEqual(['assistant: first', 'user: two'])
    const unknown: ResponseInputItem[] = [{ type: 'item_reference', id: 'msg_unknown' }]
    await expect(openai.responses.create({ model: 'a/m', input: unknown })).rejects.toMatchObject({ status: 400 })
  })

  it('is shown again, with what was said to get it, until it is deleted', async () => {
    const { openai, upstream } = await openResponsesGateway()
    upstream.script('a', says('first'), says('second'))
    const first = await openai.responses.stream({ model: 'a/m', input: 'one' }).finalResponse()
    const second = await openai.responses
      .stream({ model: 'a/m', input: [{ role: 'user', content: 'two' }], previous_response_id: first.id })
      .finalResponse()
    expect(await openai.responses.retrieve(second.id)).toMatchObject({ id: second.id, output_text: 'second' })
    const items = await openai.responses.inputItems.list(second.id, { order: 'asc' })
    expect(items.data).toMatchObject([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'one' }] },
      { type: 'message', role: 'assistant' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'two' }] },
    ])
    const ids: unknown[] = []
    for await (const item of openai.responses.inputItems.list(second.id, { limit: 1 })) ids.push(item.id)
    expect(ids).toEqual(items.data.map(({ id }) => id).toReversed())
    await openai.responses.delete(second.id)
    await expect(openai.responses.retrieve(second.id)).rejects.toBeInstanceOf(NotFoundError)
    await expect(openai.responses.delete(second.id)).rejects.toMatchObject({ code: 'response_not_found' })
    expect(await openai.responses.retrieve(first.id)).toMatchObject({ output_text: 'first' })
  })

  it('shows what is sealed to who asks for it', async () => {
    const { openai, upstream } = await openResponsesGateway()
    const reasoning = { type: 'reasoning', id: 'rs_up', summary: [], encrypted_content: 'gAAA' }
    upstream.script('r/responses', json(200, wholeRelayed('resp_1', 'first', [reasoning])))
    await openai.responses.create({ model: 'r/x', input: 'one' })
    const sealed = async (include?: ['reasoning.encrypted_content']) => {
      const [item] = (await openai.responses.retrieve('resp_1', include && { include })).output
      return item?.type === 'reasoning' ? item.encrypted_content : 'no reasoning'
    }
    expect(await sealed()).toBeUndefined()
    expect(unwrapSeal(String(await sealed(['reasoning.encrypted_content'])))).toMatchObject({
      value: 'gAAA',
      id: 'rs_up',
    })
  })

  it('is there for the token that asked alone', async () => {
    const gateway = await openResponsesGateway()
    const { openai, upstream } = gateway
    upstream.script('a', says('first'))
    const first = await openai.responses.stream({ model: 'a/m', input: 'one' }).finalResponse()
    const other = await gateway.otherClient()
    await expect(other.responses.retrieve(first.id)).rejects.toBeInstanceOf(NotFoundError)
    await expect(other.responses.delete(first.id)).rejects.toBeInstanceOf(NotFoundError)
    await expectUnknown(other.responses.create({ model: 'a/m', input: 'x', previous_response_id: first.id }))
    expect(await openai.responses.retrieve(first.id)).toMatchObject({ output_text: 'first' })
    expect(upstream.hits('a')).toHaveLength(1)
  })

  it('is forgotten after an hour', async () => {
    const gateway = await openResponsesGateway()
    gateway.upstream.script('a', says('first'))
    const { id } = await gateway.openai.responses.stream({ model: 'a/m', input: 'one' }).finalResponse()
    gateway.house.clock.advance(HOUR_MS)
    await expectUnknown(gateway.openai.responses.create({ model: 'a/m', input: 'x', previous_response_id: id }))
  })

  it('is none where the caller, or the person, would not have it', async () => {
    for (const [setting, body] of [
      ['memory', { store: false }],
      ['off', {}],
    ] as const) {
      const gateway = await openResponsesGateway(setting)
      gateway.upstream.script('a', says('first'))
      gateway.upstream.script('r/responses', stream([relayed('resp_1', 'first')]))
      for (const model of ['a/m', 'r/x']) {
        const { id, store } = await keptBy(gateway, { model, ...body })
        await expectUnknown(gateway.openai.responses.create({ model, input: 'x', previous_response_id: id }))
        if (model === 'a/m') expect(store).toBe(false)
      }
    }
  })

  it('is none where the answer broke off', async () => {
    const gateway = await openResponsesGateway()
    gateway.upstream.script('a', stream([ROLE, text('one')], 'cut'))
    const body = await (
      await gateway.openai.responses.create({ model: 'a/m', input: 'x', stream: true }).asResponse()
    ).text()
    const id = /"id":"(resp_\w+)"/.exec(body)?.[1] ?? ''
    await expect(gateway.openai.responses.retrieve(id)).rejects.toBeInstanceOf(NotFoundError)
  })

  it('is none that nobody was answered with', async () => {
    const { openai, upstream } = await openResponsesGateway()
    upstream.script('r/responses', json(200, { ...wholeRelayed('resp_1', 'half'), status: 'in_progress' }))
    await expect(openai.responses.create({ model: 'r/x', input: 'x' })).rejects.toBeInstanceOf(APIError)
    await expect(openai.responses.retrieve('resp_1')).rejects.toBeInstanceOf(NotFoundError)
  })

  it('outlives a restart on disk alone, and no longer than its hour', async () => {
    const gateway = await openResponsesGateway('disk')
    const { openai, upstream, house } = gateway
    upstream.script('a', says('first'), says('second'), says('third'))
    const first = await openai.responses.stream({ model: 'a/m', input: 'one' }).finalResponse()
    await expect.poll(() => house.state.answers.get('owner', first.id)).toBeDefined()
    // As a gateway that starts anew has it.
    house.means.answers.remove('owner', first.id)
    await openai.responses.stream({ model: 'a/m', input: 'two', previous_response_id: first.id }).finalResponse()
    const input: ResponseInputItem[] = [{ type: 'item_reference', id: first.output[0]?.id ?? '' }]
    await openai.responses.stream({ model: 'a/m', input: [...input, { role: 'user', content: 'x' }] }).finalResponse()
    expect(conversationSent(sentTo(gateway, 'a'))).toEqual(['assistant: first', 'user: x'])
    house.clock.advance(HOUR_MS)
    await expect(openai.responses.retrieve(first.id)).rejects.toBeInstanceOf(NotFoundError)
  })
})

it('answers for what is not there in the words of this format', async () => {
  const { openai, url } = await openResponsesGateway()
  await expect(openai.responses.retrieve('resp_none')).rejects.toMatchObject({
    status: 404,
    code: 'response_not_found',
  })
  await expect(openai.responses.inputItems.list('resp_none')).rejects.toBeInstanceOf(NotFoundError)
  await expectUnknown(openai.responses.create({ model: 'a/m', input: 'x', previous_response_id: 'resp_none' }))
  expect((await fetch(`${url}/v1/responses/resp_none`)).status).toBe(401)
})

async function expectUnknown(asked: Promise<unknown>): Promise<void> {
  await expect(asked).rejects.toMatchObject({
    status: 400,
    code: 'previous_response_not_found',
    param: 'previous_response_id',
  })
}

async function keptBy({ openai }: ResponsesGateway, body: { model: string; store?: boolean }) {
  const response = await openai.responses.stream({ input: 'one', ...body }).finalResponse()
  return response as typeof response & { store: boolean }
}

/** `role: text`, in whichever format it went out. */
function conversationSent({ messages, input }: Record<string, unknown>): readonly string[] {
  const turns = (messages ?? input) as { role: string; content: string | { text: string }[] }[]
  return turns.map(({ role, content }) => {
    const said = typeof content === 'string' ? content : content.map(({ text: part }) => part).join('')
    return `${role}: ${said}`
  })
}

/** As an upstream of this format streams a text. */
function relayed(id: string, said: string): string {
  const response = (status: string, output: readonly object[]) => ({
    id,
    object: 'response',
    status,
    model: 'x',
    output,
  })
  const item = (status: string, content: readonly object[]) => ({
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    status,
    content,
  })
  const part = (content: string) => ({ type: 'output_text', annotations: [], text: content })
  const at = { item_id: `msg_${id}`, output_index: 0, content_index: 0 }
  const events = [
    { type: 'response.created', response: response('in_progress', []) },
    { type: 'response.output_item.added', output_index: 0, item: item('in_progress', []) },
    { type: 'response.content_part.added', ...at, part: part('') },
    { type: 'response.output_text.delta', ...at, delta: said, logprobs: [] },
    { type: 'response.output_text.done', ...at, text: said, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: part(said) },
    { type: 'response.output_item.done', output_index: 0, item: item('completed', [part(said)]) },
    { type: 'response.completed', response: response('completed', [item('completed', [part(said)])]) },
  ]
  return events
    .map((event, at_) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: at_ })}\n\n`)
    .join('')
}

function wholeRelayed(id: string, said: string, before: readonly object[] = []): object {
  const content = [{ type: 'output_text', annotations: [], text: said }]
  const message = { id: `msg_${id}`, type: 'message', role: 'assistant', status: 'completed', content }
  return { id, object: 'response', status: 'completed', model: 'x', output: [...before, message] }
}
