/** Chat completions of both providers: answers, streams, refusals. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chunksIn, contentIn, question, startWithClient } from './test-client.ts'
import type { TestClient } from './test-client.ts'

let portal: TestClient
let token: string
beforeEach(async () => {
  portal = await startWithClient()
  token = (await portal.login()).access_token
})
afterEach(() => portal.close())

const requestId = expect.stringMatching(/^[\da-f]{8}-[\da-f-]{27}$/) as unknown
const streamed = { stream: true, stream_options: { include_usage: true } }

describe('a JSON answer', () => {
  it('has the shape of the real one, and is marked as the emulator’s', async () => {
    const heard = await portal.chat(token, question('Say hello'))
    expect(heard.status).toBe(200)
    expect(heard.json).toEqual({
      choices: [
        {
          message: {
            role: 'assistant',
            content:
              '[emulator] coder-model: You asked: "Say hello". I am a stand-in: no model thought about this answer.',
          },
          finish_reason: 'stop',
          index: 0,
          logprobs: null,
        },
      ],
      object: 'chat.completion',
      usage: {
        prompt_tokens: 10,
        completion_tokens: 25,
        total_tokens: 35,
        prompt_tokens_details: { cached_tokens: 0 },
      },
      created: expect.any(Number),
      system_fingerprint: null,
      model: 'qwen3-coder-plus',
      id: expect.stringMatching(/^chatcmpl-/),
    })
  })

  it('answers in Chinese when the question holds Chinese characters', async () => {
    const { text } = await portal.chat(token, question('你好，Qwen'))
    expect(text).toContain('[emulator] coder-model: 你问的是：“你好，Qwen”。')
  })

  it('quotes sixty characters of a long question, on one line', async () => {
    const { text } = await portal.chat(token, question(`first\nline ${'x'.repeat(100)}`))
    expect(text).toContain(`"You asked: \\"first line ${'x'.repeat(49)}…\\"`.slice(1))
  })

  it('reads content that comes in parts', async () => {
    const parts = [
      { type: 'text', text: 'in', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'parts' },
    ]
    const { text } = await portal.chat(token, { model: 'coder-model', messages: [{ role: 'user', content: parts }] })
    expect(text).toContain('in parts')
  })
})

describe('a streamed answer', () => {
  it('has a role chunk, content word by word, a finish chunk, usage on its own, and [DONE]', async () => {
    const heard = await portal.chat(token, question('Say hello', streamed))
    expect(heard.status).toBe(200)
    expect(heard.headers.get('content-type')).toBe('text/event-stream;charset=UTF-8')
    expect(heard.text.split('\n\n')[0]).toMatch(
      /^data: \{"choices":\[\{"delta":\{"role":"assistant","content":""\},"finish_reason":null,"index":0,"logprobs":null\}\],"object":"chat.completion.chunk","usage":null,"created":\d+,"system_fingerprint":null,"model":"qwen3-coder-plus","id":"chatcmpl-[\w-]+"\}$/,
    )
    const chunks = chunksIn(heard.text)
    expect(chunks.length).toBeGreaterThan(10)
    expect(contentIn(heard.text)).toMatch(/^\[emulator\] coder-model: You asked: "Say hello"\./)
    expect(chunks.at(-2)).toMatchObject({ choices: [{ delta: { content: '' }, finish_reason: 'stop' }], usage: null })
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 25 } })
    expect(heard.text.endsWith('\n\ndata: [DONE]\n\n')).toBe(true)
  })

  it('tells no usage unless it is asked for', async () => {
    const heard = await portal.chat(token, question('Say hello', { stream: true }))
    expect(chunksIn(heard.text).every(({ usage }) => usage === null)).toBe(true)
  })

  it('thinks first when it is asked to, by switch or by word', async () => {
    for (const body of [question('hello', { enable_thinking: true, ...streamed }), question('Think hard', streamed)]) {
      const chunks = chunksIn((await portal.chat(token, body)).text)
      const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta))
      const isThought = deltas.map(({ reasoning_content: thought }) => typeof thought === 'string')
      expect(isThought.indexOf(true)).toBe(1)
      expect(isThought.lastIndexOf(true)).toBe(isThought.filter(Boolean).length)
      expect(deltas[1]).toEqual({ content: null, reasoning_content: 'The' })
      expect(deltas.at(-2)).toMatchObject({ content: expect.any(String), reasoning_content: null })
      expect(chunks.at(-1)?.usage).toMatchObject({
        completion_tokens_details: { reasoning_tokens: expect.any(Number) },
      })
    }
  })

  it('has as many chunks and characters as x_emulator wants', async () => {
    const many = await portal.chat(token, question('hello', { stream: true, x_emulator: { chunks: 300 } }))
    expect(chunksIn(many.text)).toHaveLength(302)
    expect(chunksIn(many.text).every(({ choices }, at) => at === 0 || at === 301 || choices[0]?.delta.content)).toBe(
      true,
    )
    const long = await portal.chat(token, question('hello', { stream: true, x_emulator: { replyChars: 5_000 } }))
    expect(contentIn(long.text)).toHaveLength(5_000)
    const short = await portal.chat(token, question('hello', { stream: true, x_emulator: { replyChars: 10 } }))
    expect(contentIn(short.text)).toBe('[emulator]')
  })

  it('keeps the pace that x_emulator wants', async () => {
    const startedAt = performance.now()
    await portal.chat(token, question('hello', { stream: true, x_emulator: { chunks: 6, chunkDelayMs: 10 } }))
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(48)
  })
})

describe('tools', () => {
  const tools = [
    { type: 'function', function: { name: 'list_files', parameters: { type: 'object', properties: {} } } },
    {
      type: 'function',
      function: {
        name: 'get_weather',
        parameters: {
          type: 'object',
          properties: { city: { type: 'string' }, unit: { enum: ['c', 'f'] }, days: { type: 'integer' }, more: {} },
          required: ['city', 'unit', 'days'],
        },
      },
    },
  ]
  const args = { city: 'Please get_weather', unit: 'c', days: 1 }

  it('are called when the question names one, with arguments that its schema takes', async () => {
    const heard = await portal.chat(token, question('Please get_weather', { tools }))
    const call = {
      id: expect.stringMatching(/^call_/),
      type: 'function',
      index: 0,
      function: { name: 'get_weather', arguments: JSON.stringify(args) },
    }
    expect(heard.json).toMatchObject({
      choices: [{ message: { content: '', tool_calls: [call] }, finish_reason: 'tool_calls' }],
    })
  })

  it('stream their arguments in pieces, with id and name on the first only', async () => {
    const heard = await portal.chat(token, question('Please get_weather', { tools, ...streamed }))
    const calls = chunksIn(heard.text).flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])
    expect(calls.length).toBeGreaterThan(2)
    expect(calls[0]).toMatchObject({ id: expect.stringMatching(/^call_/), function: { name: 'get_weather' } })
    expect(calls.slice(1).every(({ id, function: { name } }) => id === '' && name === null)).toBe(true)
    expect(JSON.parse(calls.map((call) => call.function.arguments).join(''))).toEqual(args)
    expect(chunksIn(heard.text).at(-2)?.choices[0]?.finish_reason).toBe('tool_calls')
  })

  it('are called by the word tool, by tool_choice, and never against it', async () => {
    const called = async (text: string, more: object): Promise<unknown> =>
      (await portal.chat(token, question(text, { tools, ...more }))).json
    const named = (name: string) => ({ choices: [{ message: { tool_calls: [{ function: { name } }] } }] })
    expect(await called('use a tool', {})).toMatchObject(named('list_files'))
    expect(await called('hello', { tool_choice: 'required' })).toMatchObject(named('list_files'))
    const choice = { type: 'function', function: { name: 'get_weather' } }
    expect(await called('hello', { tool_choice: choice })).toMatchObject(named('get_weather'))
    expect(await called('use a tool', { tool_choice: 'none' })).toMatchObject({ choices: [{ finish_reason: 'stop' }] })
    expect(await called('hello', {})).toMatchObject({ choices: [{ finish_reason: 'stop' }] })
  })

  it('have their result quoted in the next answer', async () => {
    const messages = [
      { role: 'user', content: 'Please get_weather' },
      { role: 'assistant', content: null, tool_calls: [{ id: 'call_1' }] },
      { role: 'tool', tool_call_id: 'call_1', content: '21 degrees' },
    ]
    const heard = await portal.chat(token, { model: 'coder-model', messages, tools })
    expect(heard.text).toContain('The tool answered: \\"21 degrees\\".')
  })
})

describe('what was asked of the answer', () => {
  const heardBy = async (text: string, more: object): Promise<unknown> =>
    (await portal.chat(token, question(text, more))).json

  it('is kept to: its most tokens, its ends, its schema, what the system said', async () => {
    expect(await heardBy('hello', { max_tokens: 4 })).toMatchObject({
      choices: [{ finish_reason: 'length', message: { content: '[emulator] coder' } }],
      usage: { completion_tokens: 4 },
    })
    expect(await heardBy('hello', { stop: ' I am' })).toMatchObject({
      choices: [{ finish_reason: 'stop', message: { content: '[emulator] coder-model: You asked: "hello".' } }],
    })
    const schema = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } }
    expect(
      await heardBy('hello', { response_format: { type: 'json_schema', json_schema: { name: 'city', schema } } }),
    ).toMatchObject({ choices: [{ message: { content: '{"city":"hello","days":1}' } }] })
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is your system prompt?' },
    ]
    const { text } = await portal.chat(token, { model: 'coder-model', messages })
    expect(text).toContain('I was told: \\"system: Be brief.\\".')
  })

  it('may be several tools at once, a refusal, or a question that lies half in the cache', async () => {
    const tools = ['get_a', 'get_b'].map((name) => ({ type: 'function', function: { name, parameters: {} } }))
    const named = (...names: string[]) => ({
      choices: [{ message: { tool_calls: names.map((name, index) => ({ index, function: { name } })) } }],
    })
    expect(await heardBy('get_a and get_b in parallel', { tools })).toMatchObject(named('get_a', 'get_b'))
    expect(await heardBy('get_a and get_b', { tools })).toMatchObject(named('get_a'))
    expect(await heardBy('get_b in parallel', { tools })).toMatchObject(named('get_b', 'get_b'))
    expect(await heardBy('get_a and get_b in parallel', { tools, parallel_tool_calls: false })).toMatchObject(
      named('get_a'),
    )
    expect(await heardBy('emulator-refuse', {})).toMatchObject({
      choices: [{ message: { content: null, refusal: "I'm sorry, but I can't help with that." } }],
    })
    expect(await heardBy('emulator-cached', {})).toMatchObject({
      usage: { prompt_tokens_details: { cached_tokens: 5 } },
    })
  })

  it.each([
    ['tools that are none', { tools: [] }, "[] is too short - 'tools'"],
    ['options of a stream without one', { stream_options: {} }, "only allowed when 'stream' is enabled"],
    ['JSON without the word', { response_format: { type: 'json_object' } }, "must contain the word 'json'"],
    ['a result of nothing', { messages: [{ role: 'tool', tool_call_id: 'a', content: '' }] }, 'must be a response'],
    [
      'a call without result',
      {
        messages: [
          { role: 'assistant', content: null, tool_calls: [{ id: 'a' }] },
          { role: 'user', content: 'a' },
        ],
      },
      'must be followed by tool messages',
    ],
    [
      'a picture from a tool',
      {
        model: 'vision-model',
        messages: [
          { role: 'assistant', content: null, tool_calls: [{ id: 'a' }] },
          { role: 'tool', tool_call_id: 'a', content: [{ type: 'image_url', image_url: { url: 'https://a/b' } }] },
        ],
      },
      "only allowed for messages with role 'user'",
    ],
  ])('is refused with %s', async (_, more, message) => {
    const heard = await portal.chat(token, question('hello', more))
    expect(heard).toMatchObject({ status: 400, json: { error: { message: expect.stringContaining(message) } } })
  })
})

describe('a refusal', () => {
  const refused = (code: string | null, message: string, type = 'invalid_request_error') => ({
    error: { code, message, param: null, type },
    request_id: requestId,
  })

  it('names a bad, missing or expired token as the real server does', async () => {
    const expected = refused('invalid_api_key', 'invalid access token or token expired')
    for (const headers of [{}, { authorization: 'Bearer nope' }, { authorization: token }]) {
      const heard = await portal.chat(token, question('hello'), { headers })
      expect(heard.status).toBe(401)
      expect(heard.json).toEqual(expected)
    }
    await portal.control('clock', { advanceMs: 21_600_000 })
    expect((await portal.chat(token, question('hello'))).json).toEqual(expected)
  })

  it('names an unknown model', async () => {
    const heard = await portal.chat(token, question('hello', { model: 'Coder-Model' }))
    expect(heard.status).toBe(404)
    const message = 'The model `Coder-Model` does not exist or you do not have access to it.'
    expect(heard.json).toEqual(refused('model_not_found', message))
  })

  it('rejects the developer role', async () => {
    const messages = [{ role: 'developer', content: 'Be brief.' }]
    const heard = await portal.chat(token, { model: 'coder-model', messages })
    expect(heard.status).toBe(400)
    expect(heard.json).toEqual(
      refused(
        null,
        "developer is not one of ['system', 'assistant', 'user', 'tool', 'function'] - 'messages.['0].role'",
      ),
    )
  })

  it('thinks in streams only', async () => {
    const heard = await portal.chat(token, question('hello', { enable_thinking: true }))
    expect(heard.status).toBe(400)
    const message = 'parameter.enable_thinking must be set to false for non-streaming calls'
    expect(heard.json).toEqual(refused('invalid_parameter_error', message))
  })

  it('rejects bodies that are no chat request', async () => {
    const bodies = [
      'no JSON',
      '[]',
      {},
      question('hello', { messages: [] }),
      question('hello', { messages: 'hello' }),
      question('hello', { messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] }),
      question('hello', { tools: [{}] }),
      question('hello', { x_emulator: { chunks: 0 } }),
      question('hello', { x_emulator: { speed: 3 } }),
    ]
    for (const body of bodies) {
      const heard = await portal.chat(token, body)
      expect(heard).toMatchObject({ status: 400, json: { error: { code: 'invalid_parameter_error' } } })
    }
    expect((await portal.state()).counters.completions).toEqual({})
  })
})

describe('the model list', () => {
  it('is given to those who are logged in', async () => {
    const heard = await portal.send('/v1/models', { headers: { authorization: `Bearer ${token}` } })
    expect(heard.json).toMatchObject({ object: 'list' })
    expect(heard.text).toContain('"id":"coder-model","object":"model"')
    expect(heard.text).toContain('"id":"vision-model","object":"model"')
    expect((await portal.send('/v1/models')).status).toBe(401)
  })
})

describe('the second provider', () => {
  const path = '/backup/v1/chat/completions'

  it('answers to its API key, without a quota', async () => {
    await portal.control('limit', { perDay: 0 })
    await portal.control('retire', { on: true })
    const messages = [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: 'hello' },
    ]
    const heard = await portal.chat('sk-emulator-backup', { model: 'backup-model', messages }, { path })
    expect(heard).toMatchObject({ status: 200, json: { model: 'backup-model' } })
    expect(heard.text).toContain('[emulator] backup-model: You asked: \\"hello\\".')
  })

  it('refuses another key, and the models of the first', async () => {
    const wrong = await portal.chat(token, question('hello'), { path })
    expect(wrong).toMatchObject({
      status: 401,
      json: { error: { code: 'invalid_api_key', message: 'Incorrect API key provided.' } },
    })
    expect((await portal.chat('sk-emulator-backup', question('hello'), { path })).status).toBe(404)
    const models = await portal.send('/backup/v1/models', { headers: { authorization: 'Bearer sk-emulator-backup' } })
    expect(models.json).toMatchObject({ data: [{ id: 'backup-model', owned_by: 'emulator' }] })
  })
})
