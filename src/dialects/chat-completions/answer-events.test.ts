/** A chat answer as events and back: the official client reads it, and nothing of it is lost, however it was cut. */
import * as fc from 'fast-check'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../../core/answer.ts'
import { anyAnswer, sum } from '../any-answer.fixture.ts'
import type { WriterOptions } from '../caller-dialect.ts'
import type { Fields } from '../fields.ts'
import type { Seals } from '../seals.ts'
import { NO_SEALS } from '../target.fixture.ts'
import { chatAnswerReader } from './answer-reader.ts'
import { chatAnswerWriter, wholeChatAnswer } from './answer-writer.ts'
import { chatFailureReader } from './failure.ts'
import { oddlyFramed, plain, reasoning, toolCalls, twoChoices, withUsage } from './recorded-streams.fixture.ts'
import { readChatRequest } from './request.ts'
import { chatStreamWatcher } from './watcher.ts'

function options(
  more: Partial<WriterOptions> = {},
  body: object = { stream_options: { include_usage: true } },
): WriterOptions {
  const read = readChatRequest(
    Buffer.from(JSON.stringify({ model: 'x/y', stream: true, messages: [{ role: 'user', content: 'hi' }], ...body })),
  )
  if (read.kind === 'refused') throw new Error(read.message)
  const issuer = { provider: 'p', profile: 'p:default', model: 'm' }
  return { requestId: 'r-1', request: read.request, issuer, now: new Date(1_775_822_001_000), seals: NO_SEALS, ...more }
}

function streamed(events: readonly AnswerEvent[], more = options()): string {
  const writer = chatAnswerWriter(more)
  return events.map((event) => writer.write(event)).join('') + writer.end()
}

/** Through watcher and reader, as a stream in such pieces. */
function eventsOf(text: string, size = Number.POSITIVE_INFINITY): readonly AnswerEvent[] {
  const reader = chatAnswerReader()
  const events: AnswerEvent[] = []
  const watcher = chatStreamWatcher({
    readFailure: chatFailureReader(undefined),
    now: () => new Date(0),
    taken: (event) => void events.push(...reader.event(event)),
  })
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) watcher.feed(bytes.subarray(at, at + size))
  expect(watcher.end().kind).toBe('complete')
  return events
}

/** The official client against these bytes. */
function clientOf(body: string, type: string): OpenAI {
  return new OpenAI({
    apiKey: 'k',
    baseURL: 'http://localhost/v1',
    maxRetries: 0,
    fetch: () => Promise.resolve(new Response(body, { headers: { 'content-type': type } })),
  })
}
const ASKED = { model: 'x', messages: [{ role: 'user' as const, content: 'hi' }] }

async function readByClient(text: string): Promise<object> {
  const stream = clientOf(text, 'text/event-stream').chat.completions.stream({ ...ASKED, stream: true })
  const { choices, usage } = await stream.finalChatCompletion()
  const [choice] = choices
  return {
    text: choice?.message.content ?? '',
    calls: (choice?.message.tool_calls ?? []).map(
      (call) => call.type === 'function' && [call.id, call.function.name, call.function.arguments],
    ),
    finish: choice?.finish_reason,
    tokens: [usage?.prompt_tokens, usage?.completion_tokens],
  }
}

function expectedOf(events: readonly AnswerEvent[]): object {
  const told = sum(events) as {
    text: string
    calls: { id: string; name: string; json: string }[]
    finish: { reason: string }
    usage: { usage: { inputTokens: number; outputTokens: number } }
  }
  return {
    text: told.text,
    calls: told.calls.map(({ id, name, json }) => [id, name, json]),
    finish: told.finish.reason.replace('-', '_'),
    tokens: [told.usage.usage.inputTokens, told.usage.usage.outputTokens],
  }
}

describe('an answer of another format', () => {
  it('comes back as the same events through a stream, however that is cut', () => {
    fc.assert(
      fc.property(anyAnswer, fc.integer({ min: 1, max: 300 }), (events, size) => {
        const text = streamed(events)
        expect(sum(eventsOf(text, size))).toEqual(sum(events))
        expect(eventsOf(text, size)).toEqual(eventsOf(text))
      }),
    )
  })

  it('comes back as the same events in one piece', () => {
    fc.assert(
      fc.property(anyAnswer, (events) => {
        const whole = JSON.parse(wholeChatAnswer(events, options())) as Fields
        expect(sum(chatAnswerReader().whole(whole))).toEqual(sum(events))
      }),
    )
  })

  it('is read by the official client, as a stream and in one piece', async () => {
    await fc.assert(
      fc.asyncProperty(anyAnswer, async (events) => {
        expect(await readByClient(streamed(events))).toEqual(expectedOf(events))
        const whole = clientOf(wholeChatAnswer(events, options()), 'application/json')
        const answer = await whole.chat.completions.create(ASKED)
        expect(answer.choices[0]?.message.content ?? '').toBe((sum(events) as { text: string }).text)
        expect(answer.choices[0]?.finish_reason).toBe((expectedOf(events) as { finish: string }).finish)
      }),
      { numRuns: 40 },
    )
  })

  it('tells its usage in an event of its own, to who asked, and makes up none', () => {
    const events: readonly AnswerEvent[] = [
      { kind: 'text', text: 'a' },
      { kind: 'finish', reason: 'stop' },
    ]
    const usage = {
      kind: 'usage',
      usage: { inputTokens: 3, outputTokens: 2, cachedInputTokens: 1, reasoningTokens: 1 },
    } as const
    const told =
      '"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":1},"completion_tokens_details":{"reasoning_tokens":1}}}\n\ndata: [DONE]\n\n'
    expect(streamed([...events, usage]).endsWith(told)).toBe(true)
    expect(streamed([...events, usage], options({}, {}))).not.toContain('usage')
    expect(streamed(events)).not.toContain('usage')
    expect(wholeChatAnswer(events, options())).not.toContain('usage')
  })

  it('may be a refusal in words', () => {
    const events: readonly AnswerEvent[] = [
      { kind: 'refusal', text: 'No.' },
      { kind: 'finish', reason: 'refusal' },
    ]
    expect(JSON.parse(wholeChatAnswer(events, options()))).toMatchObject({
      choices: [{ message: { content: null, refusal: 'No.' }, finish_reason: 'stop' }],
    })
    expect(sum(eventsOf(streamed(events)))).toMatchObject({ refusal: 'No.', finish: { reason: 'stop' } })
  })

  it('raises the official client’s own error where it breaks off', async () => {
    const writer = chatAnswerWriter(options())
    const text =
      writer.write({ kind: 'text', text: 'Well' }) +
      writer.broken({ status: 502, message: 'broke off', code: 'network' })
    await expect(readByClient(text)).rejects.toThrow('broke off')
    expect(text).not.toContain('[DONE]')
  })

  it('has its sealed reasoning kept until the results of its calls come back', () => {
    const noted: unknown[] = []
    const seals: Seals = { ...NO_SEALS, noteBefore: (...told) => void noted.push(told) }
    const sealed = { kind: 'signature', value: 'sig' } as const
    const before: readonly AnswerEvent[] = [
      { kind: 'reasoning', text: 'hm' },
      { kind: 'reasoning-end', sealed },
    ]
    const call: AnswerEvent = { kind: 'tool-call', index: 0, id: 'call_1', name: 'f' }
    streamed([...before, { kind: 'finish', reason: 'stop' }], options({ seals }))
    expect(noted).toEqual([])
    streamed([...before, call, { kind: 'finish', reason: 'tool-calls' }], options({ seals }))
    const { issuer } = options()
    expect(noted).toEqual([[['call_1'], [{ kind: 'reasoning', text: 'hm', sealed: { ...sealed, issuer } }]]])
  })
})

const STREAMS = { plain, withUsage, reasoning, toolCalls, twoChoices, oddlyFramed }

describe('an answer of this format', () => {
  it.each([
    ['plain', { text: 'Grüße, 世界 😀' }],
    ['withUsage', { text: 'Hello', usage: { kind: 'usage', usage: { inputTokens: 5_000 } } }],
    ['reasoning', { reasoning: '思考', text: 'Answer', finish: { kind: 'finish', reason: 'length' } }],
    [
      'toolCalls',
      {
        calls: [
          { id: 'call_1', name: 'weather', json: '{"city": "杭\\"州{"}' },
          { id: 'call_2', name: 'weather', json: '{"city":"Rome"}' },
        ],
        finish: { kind: 'finish', reason: 'tool-calls' },
      },
    ],
    ['twoChoices', { text: 'A' }],
    ['oddlyFramed', { text: '好' }],
  ] as const)('is read out of a stream as servers send it, at every cut: %s', (name, expected) => {
    const text = STREAMS[name]
    expect(sum(eventsOf(text))).toMatchObject(expected)
    for (let size = 1; size <= 16; size += 1) expect(eventsOf(text, size)).toEqual(eventsOf(text))
  })

  it('may have its content in parts', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'Hi' },
    ]
    const events = chatAnswerReader().whole({ choices: [{ message: { content }, finish_reason: 'stop' }] })
    expect(sum(events)).toMatchObject({ reasoning: 'hm', text: 'Hi' })
  })

  it('gets ids where its calls have none, and keeps apart two of one place', () => {
    const call = (id: string | null, name: string) => ({ index: 0, id, function: { name, arguments: '{}' } })
    const events = chatAnswerReader().whole({
      id: 'x',
      choices: [
        { message: { tool_calls: [{ function: { name: 'f', arguments: '{}' } }] }, finish_reason: 'tool_calls' },
      ],
    })
    expect(sum(events)).toMatchObject({ calls: [{ id: 'call_x_0', name: 'f', json: '{}' }] })
    const reader = chatAnswerReader()
    const both = ['a', 'b'].flatMap((id) => reader.event({ choices: [{ delta: { tool_calls: [call(id, 'f')] } }] }))
    expect(sum(both)).toMatchObject({ calls: [{ id: 'a' }, { id: 'b' }] })
  })

  it('is read whatever JSON it is, and never throws', () => {
    const choice = fc.record({
      index: fc.jsonValue(),
      delta: fc.jsonValue(),
      message: fc.jsonValue(),
      finish_reason: fc.jsonValue(),
    })
    const calls = fc
      .array(fc.record({ index: fc.jsonValue(), id: fc.jsonValue(), function: fc.jsonValue() }))
      .map((tool_calls) => ({ delta: { tool_calls } }))
    fc.assert(
      fc.property(fc.array(fc.oneof(choice, calls)), fc.jsonValue(), (choices, usage) => {
        const reader = chatAnswerReader()
        for (const one of choices) reader.event({ choices: [one], usage })
        chatAnswerReader().whole({ choices, usage })
      }),
    )
  })
})

it('is said at once, however many calls it has', () => {
  const events = Array.from({ length: 40_000 }, (_, index): AnswerEvent[] => [
    { kind: 'tool-call', index, id: `c${index}`, name: 'f' },
    { kind: 'tool-arguments', index, json: '{}' },
  ]).flat()
  const answer = JSON.parse(wholeChatAnswer(events, options())) as { choices: { message: { tool_calls: unknown[] } }[] }
  expect(answer.choices[0]?.message.tool_calls).toHaveLength(40_000)
}, 2_000)
