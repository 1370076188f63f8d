/** What the official SDK makes of an answer of another format. */
import { APIError } from '@anthropic-ai/sdk'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../../core/answer.ts'
import { unwrapSeal } from '../sealed-reasoning.ts'
import { messagesAnswerWriter, wholeMessagesAnswer } from './answer-writer.ts'
import { clientGetting, ISSUER, MESSAGES, optionsOf, streamed, streamOf, whole, type Noted } from './writer.fixture.ts'

const START: AnswerEvent = { kind: 'start', id: 'chatcmpl-1', model: 'upstream-name' }
const STOP: AnswerEvent = { kind: 'finish', reason: 'stop' }
const text = (said: string): AnswerEvent => ({ kind: 'text', text: said })
const thought = (said: string): AnswerEvent => ({ kind: 'reasoning', text: said })
const call = (index: number): AnswerEvent => ({ kind: 'tool-call', index, id: `call_${index}`, name: `tool${index}` })
const args = (index: number, json: string): AnswerEvent => ({ kind: 'tool-arguments', index, json })
const USAGE: AnswerEvent = {
  kind: 'usage',
  usage: { inputTokens: 100, cachedInputTokens: 60, cacheWriteInputTokens: 10, outputTokens: 7, reasoningTokens: 3 },
}

/** Both ways of asking for it, which must come to the same. */
async function bothWays(events: readonly AnswerEvent[], body: object = {}) {
  const inPieces = await streamed(streamOf(events, optionsOf(body)))
  const atOnce = await whole(events, optionsOf(body))
  // A stream tells no citations where there are none.
  const content = atOnce.content.map((block) =>
    block.type === 'text' ? { type: block.type, text: block.text } : block,
  )
  expect({ ...inPieces, usage: { ...inPieces.usage } }).toMatchObject({ ...atOnce, content })
  return atOnce
}

describe('an answer', () => {
  it('says text, who said it, what it cost and why it ended', async () => {
    const message = await bothWays([START, text('Hel'), text('lo'), STOP, USAGE])
    expect(message).toMatchObject({
      id: 'msg_chatcmpl-1',
      type: 'message',
      role: 'assistant',
      model: 'upstream-name',
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: {
        input_tokens: 30,
        cache_read_input_tokens: 60,
        cache_creation_input_tokens: 10,
        output_tokens: 7,
        output_tokens_details: { thinking_tokens: 3 },
      },
    })
  })

  it('is the model’s that was asked, where the upstream names none, and counts nothing that was not told', async () => {
    const message = await bothWays([text('a'), STOP])
    expect(message).toMatchObject({ id: 'msg_r1', model: 'the-model', usage: { input_tokens: 0, output_tokens: 0 } })
  })

  it.each<[string, AnswerEvent, readonly AnswerEvent[], object]>([
    ['length', { kind: 'finish', reason: 'length' }, [], { stop_reason: 'max_tokens' }],
    ['a call', { kind: 'finish', reason: 'tool-calls' }, [call(0)], { stop_reason: 'tool_use' }],
    ['a call that is called a stop', STOP, [call(0)], { stop_reason: 'tool_use' }],
    [
      'a stop sequence',
      { kind: 'finish', reason: 'stop', stopSequence: 'END' },
      [],
      { stop_reason: 'stop_sequence', stop_sequence: 'END' },
    ],
    ['a refusal', { kind: 'finish', reason: 'refusal' }, [], { stop_reason: 'refusal' }],
    [
      'a refusal in words',
      STOP,
      [{ kind: 'refusal', text: 'No.' }],
      { stop_reason: 'refusal', stop_details: { type: 'refusal', category: null, explanation: 'No.' } },
    ],
  ])('ends with %s', async (_, finish, before, expected) => {
    expect(await bothWays([START, text('a'), ...before, finish])).toMatchObject(expected)
  })

  it('thinks before it speaks; the wrapped seal says whose thoughts these are', async () => {
    const seal = { kind: 'encrypted', value: 'gAAA', id: 'rs_1' } as const
    const { content } = await bothWays([
      START,
      thought('Let '),
      thought('me'),
      { kind: 'reasoning-end', sealed: seal },
      text('Hi'),
      STOP,
    ])
    expect(content).toMatchObject([
      { type: 'thinking', thinking: 'Let me' },
      { type: 'text', text: 'Hi' },
    ])
    expect(content[0]?.type === 'thinking' && unwrapSeal(content[0].signature)).toEqual({ ...seal, issuer: ISSUER })
  })

  it('has a signature for thoughts that nobody sealed', async () => {
    const { content } = await bothWays([thought('hm'), text('Hi'), STOP])
    expect(content[0]?.type === 'thinking' && unwrapSeal(content[0].signature)).toMatchObject({
      value: '',
      issuer: ISSUER,
    })
  })

  it('keeps apart thoughts that end one after another, and shows none where only a seal was told', async () => {
    const end = (value: string): AnswerEvent => ({ kind: 'reasoning-end', sealed: { kind: 'encrypted', value } })
    const { content } = await bothWays([thought('a'), end('1'), thought('b'), end('2'), end('3'), text('Hi'), STOP])
    expect(content.map((block) => (block.type === 'thinking' ? block.thinking : block.type))).toEqual([
      'a',
      'b',
      '',
      'text',
    ])
  })

  it('redacts thoughts that are redacted', async () => {
    const { content } = await bothWays([
      { kind: 'reasoning-end', sealed: { kind: 'redacted', value: 'xyz' } },
      text('Hi'),
      STOP,
    ])
    expect(content[0]?.type === 'redacted_thinking' && unwrapSeal(content[0].data)).toMatchObject({ value: 'xyz' })
  })

  it('shows no thoughts to a caller that switched them off, and keeps them for the model that called a tool', async () => {
    const noted: Noted[] = []
    const events = [thought('a'), thought('b'), call(0), args(0, '{}'), STOP]
    for (const type of ['disabled', 'adaptive'] as const) {
      const options = optionsOf({ thinking: { type, display: 'omitted' } }, noted)
      const { content } = await streamed(streamOf(events, options))
      const shown = type === 'adaptive' ? [{ type: 'thinking', thinking: '' }] : []
      expect(content).toMatchObject([...shown, { type: 'tool_use' }])
    }
    const kept = { callIds: ['call_0'], reasoning: [{ kind: 'reasoning', text: 'ab' }] }
    expect(noted).toEqual([kept, kept])
    await bothWays(events, { thinking: { type: 'disabled' } })
  })

  it('lives while it thinks unseen', () => {
    const writer = messagesAnswerWriter(optionsOf({ thinking: { type: 'disabled' } }))
    const said = Array.from({ length: 100 }, () => writer.write(thought('x'))).join('')
    expect(said.match(/event: ping\n/g)).toHaveLength(3)
  })
})

describe('calls of tools', () => {
  it('come one after another, though their arguments come interleaved', async () => {
    const events = [
      START,
      text('Look: '),
      call(0),
      args(0, '{"a":'),
      call(1),
      args(1, '{"b":"'),
      args(0, '"}"'),
      args(1, '{"}'),
      text('and'),
      args(0, ',"c":[1]}'),
      call(2),
      { kind: 'finish', reason: 'tool-calls' },
    ] as const
    const { content } = await bothWays(events)
    expect(content).toMatchObject([
      { type: 'text', text: 'Look: ' },
      { type: 'tool_use', id: 'call_0', name: 'tool0', input: { a: '}', c: [1] } },
      { type: 'tool_use', id: 'call_1', name: 'tool1', input: { b: '{' } },
      { type: 'text', text: 'and' },
      { type: 'tool_use', id: 'call_2', name: 'tool2', input: {} },
    ])
  })

  it('go out as they come where they come in turn', () => {
    const writer = messagesAnswerWriter(optionsOf())
    writer.write(call(0))
    expect(writer.write(args(0, '{"a":1}'))).toContain('"partial_json":"{\\"a\\":1}"')
    expect(writer.write(call(1))).toContain('"index":1,"content_block":{"type":"tool_use","id":"call_1"')
    expect(writer.write(args(1, '{'))).toContain('"index":1,"delta":{"type":"input_json_delta"')
  })

  it('lose no digit', async () => {
    const json = '{"id":12345678901234567890,"huge":1e400,"plain":1.50}'
    expect(wholeMessagesAnswer([call(0), args(0, json), STOP], optionsOf())).toContain(
      '"input":{"id":12345678901234567890,"huge":1e400,"plain":1.5}',
    )
  })

  it.each(['{"a":', 'no json', '[1]'])('are handed on though their arguments are %s', async (json) => {
    const message = await whole([call(0), args(0, json), { kind: 'finish', reason: 'length' }])
    expect(message.content).toMatchObject([{ type: 'tool_use', input: { INVALID_JSON: json } }])
  })
})

describe('a stream', () => {
  it('has the documented events in their order', () => {
    const names = [...streamOf([START, text('a'), STOP, USAGE]).matchAll(/^event: (.*)$/gm)].map(([, name]) => name)
    expect(names).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
  })

  it('that breaks off ends in one error, for which the SDK raises its own', async () => {
    const writer = messagesAnswerWriter(optionsOf())
    const begun = writer.write(START) + writer.write(text('Hel'))
    const broken = begun + writer.broken({ status: 503, message: 'It broke off.', code: 'overload' })
    expect(broken).not.toContain('message_stop')
    const seen: string[] = []
    const reading = (async () => {
      const events = await clientGetting(broken).messages.create({
        model: 'm',
        max_tokens: 1,
        messages: MESSAGES,
        stream: true,
      })
      for await (const event of events) seen.push(event.type)
    })()
    await expect(reading).rejects.toBeInstanceOf(APIError)
    await expect(reading).rejects.toMatchObject({ type: 'overloaded_error', errorCode: 'overload' })
    expect(seen).toEqual(['message_start', 'content_block_start', 'content_block_delta'])
  })

  it('is one event a frame, whatever the model says', () => {
    const said = streamOf([START, text('a\n\nevent: message_stop\r\ndata: {}\n\n\u2028'), STOP])
    expect(said).toContain('event: message_stop\\r')
    expect([...said.matchAll(/^event: message_stop$/gm)]).toHaveLength(1)
  })
})

const anyEvent: fc.Arbitrary<AnswerEvent> = fc.oneof(
  fc.string().map(text),
  fc.string().map(thought),
  fc.constant<AnswerEvent>({ kind: 'reasoning-end' }),
  fc.string().map((value): AnswerEvent => ({ kind: 'reasoning-end', sealed: { kind: 'encrypted', value } })),
  fc.string().map((value): AnswerEvent => ({ kind: 'reasoning-end', sealed: { kind: 'redacted', value } })),
  fc.string().map((said): AnswerEvent => ({ kind: 'refusal', text: said })),
)

it('loses nothing and mixes nothing up, however texts, thoughts and calls come', async () => {
  const inputs = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(inputs, fc.array(anyEvent), fc.infiniteStream(fc.nat(9)), async (given, others, die) => {
      const waiting = [...others]
      const calls = given.map((input, at) => ({ at, json: JSON.stringify(input), begun: false }))
      const events: AnswerEvent[] = []
      while (waiting.length > 0 || calls.some(({ json, begun }) => json !== '' || !begun)) {
        const open = calls.filter(({ json }) => json !== '')
        const next = open[die.next().value % Math.max(1, open.length)]
        if (next && (waiting.length === 0 || die.next().value > 3)) {
          const earlier = calls.find(({ begun }) => !begun) ?? next
          const one = next.begun ? next : earlier
          if (!one.begun) events.push(call(one.at))
          one.begun = true
          const size = 1 + die.next().value
          events.push(args(one.at, one.json.slice(0, size)))
          one.json = one.json.slice(size)
        } else events.push(waiting.shift() ?? STOP)
      }
      const { content } = await streamed(streamOf([...events, STOP]))
      const joined = (type: 'text' | 'thinking'): string =>
        content
          .map((block) =>
            block.type === type ? ('text' in block ? block.text : 'thinking' in block ? block.thinking : '') : '',
          )
          .join('')
      const saidIn = (...kinds: readonly string[]): string =>
        events.map((event) => (kinds.includes(event.kind) && 'text' in event ? event.text : '')).join('')
      expect(joined('text')).toBe(saidIn('text', 'refusal'))
      expect(joined('thinking')).toBe(saidIn('reasoning'))
      expect(content.flatMap((block) => (block.type === 'tool_use' ? [block.input] : []))).toEqual(
        given.map((input) => JSON.parse(JSON.stringify(input)) as unknown),
      )
    }),
    { numRuns: 200 },
  )
})
