/** Each chat exchange that was recorded of the real servers, brought about here by what brings it about there. */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually, startWithClient } from './test-client.ts'
import type { Heard, TestClient } from './test-client.ts'

interface Recorded {
  readonly name: string
  readonly url: string
  readonly request: { readonly body: { readonly model: string; readonly messages: readonly unknown[] } }
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

const recorded = JSON.parse(
  readFileSync(new URL('../test/fixtures/qwen-chat.json', import.meta.url), 'utf8'),
) as readonly Recorded[]

let portal: TestClient
beforeEach(async () => {
  portal = await startWithClient({ accessTokenSeconds: 400_000_000 })
})
afterEach(() => portal.close())

interface Case {
  /** What makes the servers answer so. */
  readonly cause: (ask: Ask) => Promise<void>
  /** The key; a login's token at the portal, where nothing is said. */
  readonly key?: string
  readonly agent?: string
  /** In the place of the recorded question. */
  readonly question?: string
}

/** Sends the recorded request. */
type Ask = () => Promise<Heard>

const order =
  (act: string, fields: object = {}): Case['cause'] =>
  async () => {
    expect((await portal.control(act, fields)).status, act).toBe(200)
  }
const nothing: Case['cause'] = () => Promise.resolve()
/** The recorded request, so often, before the one that counts. */
const after =
  (times: number, ...orders: readonly Case['cause'][]): Case['cause'] =>
  async (ask) => {
    for (const one of orders) await one(ask)
    for (let time = 0; time < times; time += 1) expect((await ask()).status).toBe(200)
  }
const intl = 'sk-emulator-intl'
const coding = 'sk-sp-emulator-intl'
const calling = 'get_weather in Hangzhou with a tool'

/** Tokens of the recorded question; what is left of the minute is the answer's. */
const onlyTheQuestion: Case['cause'] = async (ask) => {
  const { usage } = JSON.parse((await portal.chat(await tokenOf(), { ...bodyOf('json.success') })).text) as {
    usage: { prompt_tokens: number }
  }
  await order('limits', { path: '/v1', tokensPerMinute: usage.prompt_tokens })(ask)
}

const cases: Readonly<Record<string, Case>> = {
  'stream.text_usage_last': { cause: nothing },
  'stream.usage_with_finish': { cause: order('quirks', { usageWithFinish: true }) },
  'stream.reasoning_then_text': { cause: nothing },
  'stream.think_tags_in_content': { cause: order('quirks', { thinkTags: true }), question: 'Think about it' },
  'stream.tool_call_empty_restated_id': { cause: nothing, question: calling },
  'stream.tool_calls_same_index_finish_stop': { cause: order('quirks', { sharedIndex: true }), question: calling },
  'stream.tool_call_unclosed_args': { cause: order('quirks', { unclosedArguments: true }), question: calling },
  'stream.error_event_429': { cause: onlyTheQuestion },
  'stream.error_event_after_text': { cause: order('limits', { path: '/v1', tokensPerMinute: 24 }) },
  'stream.error_finish': {
    cause: async (ask) => {
      await onlyTheQuestion(ask)
      await order('words', { inStream: 'finish' })(ask)
    },
  },
  'stream.content_filter_event': { cause: nothing, question: 'Say emulator-unfit-answer' },
  'stream.truncated': { cause: order('faults', { path: '/v1', kind: 'cut', afterEvents: 1, clean: true }) },
  'stream.empty_200': {
    cause: order('faults', {
      path: '/v1',
      kind: 'status',
      status: 200,
      headers: { 'content-type': 'text/event-stream;charset=UTF-8' },
    }),
  },
  'json.success': { cause: nothing },
  'error.401_invalid_token': { cause: order('clock', { advanceMs: 400_000_001_000 }) },
  'error.401_after_refresh_discontinued': {
    // A login still succeeds; the plan ended some months ago.
    cause: order('retire', { from: '2026-04-15T00:00:00+08:00' }),
  },
  'error.401_wrong_host': { cause: nothing },
  'error.401_coding_plan_key': { cause: nothing, key: 'sk-sp-expired' },
  'error.403_coding_plan_key_on_general_url': { cause: nothing, key: coding },
  'error.400_bad_request_foreign_client': { cause: order('clients', { ownOnly: true }) },
  'error.400_developer_role': { cause: nothing },
  'error.400_data_inspection': { cause: nothing, question: 'emulator-unfit-question' },
  'error.400_data_inspection_with_id': { cause: nothing, key: intl, question: 'emulator-unfit-question' },
  'error.400_context_length': { cause: nothing, key: intl, question: 'word'.repeat(997_952) },
  'error.400_thinking_needs_stream': { cause: nothing, key: intl },
  'error.400_arrearage': { cause: nothing, key: `${intl}-spent` },
  'error.400_model_not_supported': { cause: nothing, key: coding },
  'error.403_free_tier_only': { cause: after(1, order('limits', { freeTokens: 40 })), key: intl },
  'error.403_unpurchased': { cause: order('unbought', { models: ['qwen3-max'] }), key: intl },
  'error.403_insufficient_quota': {
    cause: after(2, order('limit', { perDay: 2 }), order('words', { daySpent: 'forbidden' })),
  },
  'error.404_model_not_found': { cause: nothing, key: intl },
  'error.404_empty_body': { cause: nothing, key: intl },
  'error.429_free_quota': { cause: after(2, order('limit', { perDay: 2 })) },
  'error.429_tpm': { cause: after(2, order('limits', { tokensPerMinute: 90 })) },
  'error.429_rpm': { cause: after(3, order('limits', { requestsPerMinute: 3 })), key: intl },
  'error.429_ratequota': {
    cause: after(3, order('limits', { requestsPerMinute: 3 }), order('words', { requests: 'throttling' })),
    key: intl,
  },
  'error.429_burst': { cause: after(5, order('limits', { ramp: 5 })), key: intl },
  'error.429_allocation_quota': { cause: after(2, order('limits', { tokensPerMinute: 75 })), key: intl },
  'error.429_rate_limit_exceeded_retry_after': {
    cause: async (ask) => {
      await after(2, order('limits', { requestsPerMinute: 2 }))(ask)
      await order('clock', { advanceMs: 58_000 })(ask)
    },
  },
  'error.429_quota_exceeded_code': {
    cause: after(2, order('limit', { perDay: 2 }), order('words', { daySpent: 'exceeded' })),
  },
  'error.429_no_body': {
    cause: after(2, order('limits', { requestsPerMinute: 2 }), order('words', { requests: 'none' })),
  },
  'error.429_coding_plan_hour': { cause: after(2, order('limits', { perFiveHours: 2 })), key: coding },
  'error.429_coding_plan_week': { cause: spreadOver(['perWeek', 30]), key: coding },
  'error.429_coding_plan_month': { cause: spreadOver(['perMonth', 200]), key: coding },
  'error.429_coding_plan_concurrency': {
    cause: async (ask) => {
      await order('limits', { atOnce: 1 })(ask)
      await order('faults', { path: '/hosts', kind: 'stall' })(ask)
      // It runs until the emulator ends.
      void ask().catch(() => undefined)
      await eventually(portal.state, ({ counters }) => counters.faults['stall'] === 1)
    },
    key: coding,
  },
  'error.429_token_plan_reset': {
    cause: async (ask) => {
      await order('clock', { now: '2026-07-20T09:25:00Z' })(ask)
      await after(1, order('limits', { perWeek: 1 }))(ask)
      await order('clock', { now: '2026-07-22T08:00:00Z' })(ask)
    },
    key: 'sk-sp-emulator-token-intl',
  },
  'error.500_internal': { cause: order('outage', { kind: 'service' }), key: intl },
  'error.503_model_unavailable': { cause: order('outage', { kind: 'model' }), key: intl },
  'error.504_gateway_html': { cause: order('outage', { kind: 'gateway' }) },
  'error.405_waf_html': { cause: order('outage', { kind: 'firewall' }) },
}

it('has a cause for every recorded exchange', () => {
  expect(Object.keys(cases).toSorted()).toEqual(recorded.map(({ name }) => name).toSorted())
})

describe('what the real servers answered is answered here for the same reason', () => {
  it.each(recorded)('$name', async (one) => {
    const { cause, key, agent, question } = cases[one.name] ?? { cause: nothing }
    const token = key ?? (await tokenOf())
    const ask: Ask = () =>
      portal.chat(token, question === undefined ? one.request.body : withQuestion(one, question), {
        path: pathOf(one.url),
        headers: { authorization: `Bearer ${token}`, ...(agent !== undefined && { 'user-agent': agent }) },
      })
    await cause(ask)
    const heard = await ask()
    expect(heard.status).toBe(one.status)
    const { 'content-type': type, ...headers } = one.headers
    expect(heard.headers.get('content-type')).toBe(type ?? null)
    for (const [name, value] of Object.entries(headers)) expect(heard.headers.get(name)).toBe(value)
    if (one.name.startsWith('stream.')) return expect(storyOf(heard.text)).toEqual(storyOf(String(one.body)))
    if (one.name === 'json.success') return expect(shapeOf(heard.json)).toEqual(shapeOf(one.body))
    if (typeof one.body === 'string') return expect(pageOf(heard.text)).toEqual(pageOf(one.body))
    expect(withoutIds(heard.json)).toEqual(withoutIds(one.body))
  })
})

describe('a limit', () => {
  it('has room again when its window has passed, and not before', async () => {
    const token = await tokenOf()
    const status = async (): Promise<number> => (await portal.chat(token, bodyOf('json.success'))).status
    await portal.control('limits', { path: '/v1', requestsPerMinute: 2, perFiveHours: 3 })
    expect([await status(), await status(), await status()]).toEqual([200, 200, 429])
    await portal.control('clock', { advanceMs: 59_000 })
    expect(await status()).toBe(429)
    await portal.control('clock', { advanceMs: 1_500 })
    expect([await status(), await status()]).toEqual([200, 429])
    await portal.control('clock', { advanceMs: 5 * 3_600_000 })
    expect(await status()).toBe(200)
  })

  it('counts each account for itself, and is of the addresses it was ordered for', async () => {
    await portal.control('limits', { path: '/v1', requestsPerMinute: 1 })
    for (const account of ['one@example.com', 'two@example.com']) {
      const { access_token } = await portal.login(account)
      expect((await portal.chat(access_token, bodyOf('json.success'))).status).toBe(200)
      expect((await portal.chat(access_token, bodyOf('json.success'))).status).toBe(429)
    }
    const local = { model: 'local-model:7b', messages: [{ role: 'user', content: 'hi' }] }
    for (const _ of [1, 2])
      expect((await portal.chat('', local, { path: '/local/v1/chat/completions' })).status).toBe(200)
  })

  it('of requests at once has room when one of them ends, however it does', async () => {
    const token = await tokenOf()
    await portal.control('limits', { path: '/v1', atOnce: 1 })
    const ask = (init: RequestInit = {}) => portal.chat(token, bodyOf('stream.text_usage_last'), init)
    for (const _ of [1, 2]) expect((await ask()).status).toBe(200)
    await portal.control('faults', { path: '/v1', kind: 'cut', afterEvents: 1 })
    await expect(ask()).rejects.toThrow()
    expect((await ask()).status).toBe(200)
  })

  it('is told as OpenAI tells it where such a server is played', async () => {
    await portal.control('limits', { path: '/backup', requestsPerMinute: 1 })
    const ask = () =>
      portal.chat(
        'sk-emulator-backup',
        { model: 'backup-model', messages: [{ role: 'user', content: 'hi' }] },
        { path: '/backup/v1/chat/completions' },
      )
    expect((await ask()).status).toBe(200)
    const heard = await ask()
    expect(heard).toMatchObject({ status: 429, json: { error: { code: 'rate_limit_exceeded', type: 'requests' } } })
    expect(heard.headers.get('x-ratelimit-reset-requests')).toMatch(/^\d+s$/)
    await portal.control('limits', { path: '/backup', requestsPerMinute: 100, inputTokens: 3 })
    expect(await ask()).toMatchObject({ status: 400, json: { error: { code: 'context_length_exceeded' } } })
  })

  it('goes with an empty order, and a wrong one changes nothing', async () => {
    const token = await tokenOf()
    await portal.control('limits', { requestsPerMinute: 0 })
    expect((await portal.chat(token, bodyOf('json.success'))).status).toBe(429)
    for (const wrong of [{ path: '/v1' }, { path: 'v1', atOnce: 1 }, { atOnce: -1 }, { atTwice: 1 }])
      expect((await portal.control('limits', wrong)).status).toBe(400)
    await portal.control('limits')
    expect((await portal.chat(token, bodyOf('json.success'))).status).toBe(200)
  })
})

/** So many requests of the figure, each outside the smaller windows of those before. */
function spreadOver([name, hours]: readonly [string, number]): Case['cause'] {
  return async (ask) => {
    await order('limits', { perFiveHours: 2, [name]: 2 })(ask)
    for (const _ of [1, 2]) {
      expect((await ask()).status).toBe(200)
      await order('clock', { advanceMs: (hours * 3_600_000) / 2 })(ask)
    }
  }
}

async function tokenOf(): Promise<string> {
  return (await portal.login()).access_token
}

function bodyOf(name: string): Recorded['request']['body'] {
  const found = recorded.find((one) => one.name === name)
  if (found === undefined) throw new Error(`nothing is recorded as ${name}`)
  return found.request.body
}

function withQuestion({ request: { body } }: Recorded, content: string): object {
  return { ...body, messages: [{ role: 'user', content }] }
}

/** The portal's own addresses begin at the emulator's; every other host has a folder. */
function pathOf(address: string): string {
  const { hostname, pathname } = new URL(address)
  return hostname === 'portal.qwen.ai' ? pathname : `/hosts/${hostname}${pathname}`
}

/** Ids are made anew for each answer; that they are there, and where, must agree. */
function withoutIds(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, '<id>'))
}

/** A firewall's page is known by its marks, any other by its text. */
function pageOf(text: string): unknown {
  return text.includes('aliyun_waf_') ? { captcha: text.includes('captcha') } : text
}

/** Names and types, without values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shapeOf(one)]))
}

/** What a stream tells, one thing after another; how often a thing is said, and in how many events, is left out. */
function storyOf(text: string): readonly string[] {
  const told = text.split('\n\n').flatMap((event): string[] => {
    if (event === '') return []
    if (event === 'data: [DONE]') return ['done']
    const data = /^data: ?(.*)$/m.exec(event)?.[1] ?? ''
    const frame = JSON.parse(data) as { choices?: readonly Choice[]; usage?: unknown; request_id?: string }
    if (frame.choices === undefined) {
      return [event.replace(data, JSON.stringify({ ...frame, request_id: '<id>' })).replace(/^id:\d+/, 'id:<n>')]
    }
    return [
      ...frame.choices.flatMap(thingsIn),
      ...(frame.usage ? [frame.choices.length === 0 ? 'usage alone' : 'usage'] : []),
    ]
  })
  return told.filter((thing, at) => thing !== told[at - 1])
}

interface Choice {
  readonly delta: {
    readonly role?: string
    readonly content?: string | null
    readonly reasoning_content?: string | null
    readonly tool_calls?: readonly { index: number; id: string; function: { name: string | null; arguments: string } }[]
  }
  readonly finish_reason: string | null
}

function thingsIn({ delta, finish_reason: finish }: Choice): readonly string[] {
  const words = delta.content ?? ''
  return [
    ...(delta.role === undefined ? [] : [`role ${delta.role}`]),
    ...(delta.reasoning_content ? ['thought'] : []),
    ...(words.includes('<think>') ? ['<think>'] : []),
    ...(words === '' ? [] : [finish === 'error_finish' ? words.replaceAll(/\d+/g, '<n>') : 'text']),
    ...(delta.tool_calls ?? []).map((call) => `call ${call.index}${call.id === '' ? ', id empty' : ', id given'}`),
    ...(finish === null ? [] : [`finish ${finish}`]),
  ]
}
