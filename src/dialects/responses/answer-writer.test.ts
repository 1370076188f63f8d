/** What the official SDK makes of our streams: event names, orders and fields are those of its types (openai 7.57, read 2026). */
import fc from 'fast-check'
import { APIError } from 'openai'
import type { Response, ResponseStreamEvent } from 'openai/resources/responses/responses'
import { describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../../core/answer.ts'
import type { WholeAnswer, WriterOptions } from '../caller-dialect.ts'
import { unwrapSeal } from '../sealed-reasoning.ts'
import { NO_SEALS } from '../target.fixture.ts'
import { args, call, clientGetting, ISSUER, optionsFor, START, STOP, text, thought, USAGE } from './answers.fixture.ts'
import { responsesAnswerWriter, wholeResponsesAnswer } from './answer-writer.ts'

const PATCH_TOOL = { type: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark', definition: 'x' } }
const REPLY = { status: 502, code: 'overload', message: 'The answer broke off.' }

describe('a stream of text', () => {
  it('tells of the response, the item and its part, and ends with the whole of it', async () => {
    const events = await eventsOf([START, text('Hel'), text('lo'), USAGE, STOP])
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
    expect(events.map((event) => 'sequence_number' in event && event.sequence_number)).toEqual([...events.keys()])
    const item = {
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Hello' }],
    }
    expect(events.at(-2)).toMatchObject({ output_index: 0, item })
    expect(events.at(-1)).toMatchObject({
      response: {
        object: 'response',
        status: 'completed',
        model: 'its-name',
        output: [item],
        usage: {
          input_tokens: 70,
          input_tokens_details: { cached_tokens: 20 },
          output_tokens: 30,
          output_tokens_details: { reasoning_tokens: 10 },
          total_tokens: 100,
        },
      },
    })
  })

  it('names each item in every event about it', async () => {
    const events = await eventsOf([START, thought('so'), text('Hi'), call(0, 'look'), args(0, '{}'), STOP])
    const ids = new Map<number, Set<string>>()
    for (const event of events) {
      if (!('output_index' in event)) continue
      const id = 'item_id' in event ? event.item_id : 'item' in event ? event.item.id : ''
      ids.set(event.output_index, (ids.get(event.output_index) ?? new Set()).add(String(id)))
    }
    expect([...ids.values()].map((each) => [...each].map((id) => id.replace(/_.*/, '')))).toEqual([
      ['rs'],
      ['msg'],
      ['fc'],
    ])
    for (const each of ids.values()) for (const id of each) expect(id.length).toBeLessThanOrEqual(64)
  })

  it('says that it is incomplete when the tokens ran out', async () => {
    const response = await finalOf([START, text('Hel'), { kind: 'finish', reason: 'length' }])
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete' }],
      output_text: 'Hel',
    })
  })

  it('tells a refusal as one', async () => {
    const refusal: AnswerEvent = { kind: 'refusal', text: 'No.' }
    const events = await eventsOf([START, text('Well. '), refusal, { kind: 'finish', reason: 'refusal' }])
    expect(events.map(({ type }) => type)).toContain('response.refusal.delta')
    expect(events.map(({ type }) => type)).toContain('response.refusal.done')
    const response = await finalOf([START, text('Well. '), refusal, { kind: 'finish', reason: 'refusal' }])
    expect(response).toMatchObject({
      status: 'completed',
      output: [
        {
          content: [
            { type: 'output_text', text: 'Well. ' },
            { type: 'refusal', refusal: 'No.' },
          ],
        },
      ],
    })
    expect(await finalOf([START, { kind: 'finish', reason: 'refusal' }])).toMatchObject({
      incomplete_details: { reason: 'content_filter' },
    })
  })
})

describe('tool calls', () => {
  it('are whole items, each over as soon as the next begins', async () => {
    const events = await eventsOf([
      START,
      call(0, 'look'),
      args(0, '{"at":'),
      args(0, '"x"}'),
      call(1, 'look'),
      args(1, '{}'),
      { kind: 'finish', reason: 'tool-calls' },
    ])
    expect(events.map(({ type }) => type.replace('response.', '')).slice(2)).toEqual([
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ])
    expect(events[6]).toMatchObject({
      item: { type: 'function_call', call_id: 'call_0', name: 'look', arguments: '{"at":"x"}', status: 'completed' },
    })
  })

  it('may come interleaved', async () => {
    const response = await finalOf([
      START,
      call(0, 'one'),
      call(1, 'two'),
      args(1, '{"b":'),
      args(0, '{"a":'),
      args(1, '2}'),
      args(0, '1}'),
      STOP,
    ])
    expect(response.output).toMatchObject([{ arguments: '{"a":1}' }, { arguments: '{"b":2}' }])
  })

  it('have ids of their own where the upstream gave none, or one twice', async () => {
    const response = await finalOf([START, call(0, 'a', ''), call(1, 'a', 'same'), call(2, 'a', 'same'), STOP])
    const ids = response.output.map((item) => ('call_id' in item ? item.call_id : ''))
    expect(new Set(ids).size).toBe(3)
    expect(ids[1]).toBe('same')
  })

  it('of a custom tool come back as its text', async () => {
    const input = '*** Begin Patch\n"quoted" \\ 你好 😀\n'
    const written = JSON.stringify({ input })
    const pieces = Array.from(written, (sign) => args(0, sign))
    const events = [START, call(0, 'apply_patch'), ...pieces, STOP]
    const said = await eventsOf(events, { tools: [PATCH_TOOL] })
    const deltas = said.map((event) => (event.type === 'response.custom_tool_call_input.delta' ? event.delta : ''))
    expect(deltas.join('')).toBe(input)
    expect(deltas.filter(Boolean).length).toBeGreaterThan(10)
    const response = await finalOf(events, { tools: [PATCH_TOOL] })
    expect(response.output).toMatchObject([{ type: 'custom_tool_call', name: 'apply_patch', call_id: 'call_0', input }])
  })

  it('of a namespace come back under its name', async () => {
    const tools = [{ type: 'namespace', name: 'mcp__mail__', tools: [{ type: 'function', name: 'send' }] }]
    const response = await finalOf([START, call(0, 'mcp__mail__send'), args(0, '{}'), STOP], { tools })
    expect(response.output).toMatchObject([{ type: 'function_call', namespace: 'mcp__mail__', name: 'send' }])
  })
})

describe('reasoning', () => {
  const SEALED: AnswerEvent = { kind: 'reasoning-end', sealed: { kind: 'signature', value: 'sig', id: 'r1' } }
  const EVENTS = [START, thought('Let me '), thought('see.'), SEALED, text('Hi'), STOP]

  it('is a summary', async () => {
    const events = await eventsOf(EVENTS)
    expect(events.map(({ type }) => type.replace('response.', '')).slice(2, 9)).toEqual([
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
    ])
    const response = await finalOf(EVENTS)
    expect(response.output[0]).toMatchObject({ type: 'reasoning', summary: [{ text: 'Let me see.' }] })
  })

  it('carries its seal for those who ask for it, and to who remembers', async () => {
    const include = ['reasoning.encrypted_content']
    const sealed = { kind: 'signature', value: 'sig', id: 'r1', issuer: ISSUER }
    expect(sealOf(await finalOf(EVENTS, { include }))).toEqual(sealed)
    const kept: WholeAnswer[] = []
    const options = { keep: (answer: WholeAnswer) => void kept.push(answer) }
    expect(sealOf(await finalOf(EVENTS, {}, options))).toBeUndefined()
    expect(sealOf(JSON.parse(kept[0]?.text ?? '') as Response)).toEqual(sealed)
    expect(kept[0]?.id).toMatch(/^resp_/)
  })

  it('may be sealed alone', async () => {
    const alone: AnswerEvent = { kind: 'reasoning-end', sealed: { kind: 'redacted', value: 'xyz' } }
    const response = await finalOf([START, alone, text('Hi'), STOP], { include: ['reasoning.encrypted_content'] })
    expect(response.output[0]).toMatchObject({ type: 'reasoning', summary: [] })
    expect(sealOf(response)).toMatchObject({ kind: 'redacted', value: 'xyz' })
  })

  it('is noted for its calls where the caller does not bring it back', async () => {
    const noted: unknown[] = []
    const seals = { ...NO_SEALS, noteBefore: (...given: unknown[]) => void noted.push(given) }
    const events = [START, thought('So.'), SEALED, call(0, 'look'), args(0, '{}'), STOP]
    await finalOf(events, {}, { seals })
    await finalOf(events, { include: ['reasoning.encrypted_content'] }, { seals })
    expect(noted).toMatchObject([[['call_0'], [{ kind: 'reasoning', text: 'So.', sealed: { value: 'sig' } }]]])
  })
})

describe('an answer that breaks off', () => {
  it('raises the API error of the official SDK, streamed either way', async () => {
    const writer = responsesAnswerWriter(optionsFor())
    const body = [START, text('Hel')].map((event) => writer.write(event)).join('') + writer.broken(REPLY)
    const texts: string[] = []
    const reading = (async () => {
      const stream = await clientGetting(body).responses.create({ model: 'm', input: 'x', stream: true })
      for await (const event of stream) if (event.type === 'response.output_text.delta') texts.push(event.delta)
    })()
    await expect(reading).rejects.toBeInstanceOf(APIError)
    await expect(reading).rejects.toMatchObject({ code: 'overload', message: expect.stringContaining('broke off') })
    expect(texts).toEqual(['Hel'])
    const final = clientGetting(body).responses.stream({ model: 'm', input: 'x' }).finalResponse()
    await expect(final).rejects.toBeInstanceOf(APIError)
  })

  it('ends with a failed response for programs that know no error event, and with no completed one', () => {
    const writer = responsesAnswerWriter(optionsFor())
    writer.write(text('Hel'))
    const frames = writer
      .broken({ ...REPLY, status: 429, code: 'rate_limit_exceeded' })
      .trimEnd()
      .split('\n\n')
    expect(frames.map((frame) => frame.split('\n')[0])).toEqual(['event: error', 'event: response.failed'])
    // Where clients of other times look for it.
    const error = JSON.parse(frames[0]?.split('\ndata: ')[1] ?? '') as { message: string; error: object }
    expect([error.message, error.error]).toMatchObject([
      REPLY.message,
      { message: REPLY.message, code: 'rate_limit_exceeded', type: 'rate_limit_error' },
    ])
    const { response } = JSON.parse(frames[1]?.split('\ndata: ')[1] ?? '') as { response: Response }
    expect(response).toMatchObject({ status: 'failed', error: { code: 'rate_limit_exceeded', message: REPLY.message } })
  })
})

it('repeats what the request said', async () => {
  const said = {
    instructions: 'Be brief.',
    metadata: { a: '你' },
    tools: [{ type: 'function', name: 'look', parameters: {}, strict: false }],
    tool_choice: 'required',
    temperature: 0.25,
    text: { format: { type: 'json_object' } },
    reasoning: { effort: 'low' },
  }
  expect(await finalOf([START, STOP], said)).toMatchObject({ ...said, truncation: 'disabled', user: null })
})

describe('an answer in one piece', () => {
  it('is what the stream ends with', async () => {
    const events = [START, thought('So.'), text('Hi'), call(0, 'look'), args(0, '{}'), USAGE, STOP]
    const body = wholeResponsesAnswer(events, optionsFor())
    const whole = await clientGetting(body, 'application/json').responses.create({ model: 'm', input: 'x' })
    expect(whole.output_text).toBe('Hi')
    const streamed = (await eventsOf(events)).at(-1)
    expect(streamed?.type === 'response.completed' && JSON.parse(JSON.stringify(streamed.response))).toEqual(
      JSON.parse(body),
    )
  })
})

it('says the same, whichever way the events are cut', async () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme' }).map(text),
    fc.string().map(thought),
    fc.string().map((said): AnswerEvent => ({ kind: 'refusal', text: said })),
    fc.constantFrom<AnswerEvent>(
      { kind: 'reasoning-end' },
      { kind: 'reasoning-end', sealed: { kind: 'encrypted', value: 'v' } },
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.nat(3), async (pieces, calls) => {
      const events = [START, ...pieces, ...Array.from({ length: calls }, (_, at) => call(at, 'f')), STOP]
      const response = await finalOf(events)
      const said = pieces.map((each) => (each.kind === 'text' ? each.text : '')).join('')
      expect(response.output_text).toBe(said)
      expect(response.output.filter(({ type }) => type === 'function_call')).toHaveLength(calls)
      expect(JSON.parse(wholeResponsesAnswer(events, optionsFor()))).toMatchObject({ output: outputOf(response) })
    }),
    { numRuns: 60 },
  )
})

/** Without what the SDK adds. */
function outputOf({ output }: Response): unknown {
  return JSON.parse(JSON.stringify(output), (key, value: unknown) => (key.startsWith('parsed') ? undefined : value))
}

async function eventsOf(events: readonly AnswerEvent[], body: object = {}): Promise<ResponseStreamEvent[]> {
  const stream = await clientGetting(streamOf(events, optionsFor(body))).responses.create({
    model: 'm',
    input: 'x',
    stream: true,
  })
  const said: ResponseStreamEvent[] = []
  for await (const event of stream) said.push(event)
  return said
}

/** As the SDK gathers it from the deltas, and checks it against what came whole. */
async function finalOf(
  events: readonly AnswerEvent[],
  body: object = {},
  more: Partial<WriterOptions> = {},
): Promise<Response> {
  const client = clientGetting(streamOf(events, optionsFor(body, more)))
  return client.responses.stream({ model: 'm', input: 'x' }).finalResponse()
}

function streamOf(events: readonly AnswerEvent[], options: WriterOptions): string {
  const writer = responsesAnswerWriter(options)
  return events.map((event) => writer.write(event)).join('') + writer.end()
}

function sealOf({ output }: Response): unknown {
  const item = output.find(({ type }) => type === 'reasoning')
  return item?.type === 'reasoning' && item.encrypted_content ? unwrapSeal(item.encrypted_content) : undefined
}
