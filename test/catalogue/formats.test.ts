/** The three wire formats against noise and against each other: rows F-01 and F-02 of the catalogue. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../../src/core/answer.ts'
import type { AssistantPart, Prompt, Turn } from '../../src/core/prompt.ts'
import type { DialectId } from '../../src/core/provider.ts'
import { callerDialect, upstreamDialect } from '../../src/dialects/formats.ts'
import { NO_SEALS, targetOf } from '../../src/dialects/target.fixture.ts'
import { isWritten } from '../../src/dialects/upstream-dialect.ts'
import { inPieces, joined, watched } from '../../src/dialects/watching.fixture.ts'
import * as chat from '../../src/dialects/chat-completions/recorded-streams.fixture.ts'
import * as messages from '../../src/dialects/messages/recorded-streams.fixture.ts'
import * as responses from '../../src/dialects/responses/recorded-streams.fixture.ts'
import { sizeOf } from './sizes.ts'

const FORMATS: readonly DialectId[] = ['chat-completions', 'messages', 'responses']
const PAIRS = FORMATS.flatMap((one) => FORMATS.map((other) => [one, other] as const))
const RECORDED: Readonly<Record<DialectId, readonly string[]>> = {
  'chat-completions': streamsIn(chat),
  messages: streamsIn(messages),
  responses: streamsIn(responses),
}

describe.each(FORMATS)('F-01 a stream of %s', (format) => {
  const dialect = upstreamDialect(format)

  it('with bytes changed, left out or put in anywhere is told as something, and never thrown at anybody', () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      gone: fc.integer({ min: 0, max: 40 }),
      put: fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.constantFrom('\n', '\n\n', '\r', '}', '{', '"', 'data: ', 'null', '[', '\\u'),
      ),
    })
    fc.assert(
      fc.property(
        fc.constantFrom(...RECORDED[format]),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        (text, edits) => {
          const bytes = edits.reduce((changed, { at, gone, put }) => {
            const from = Math.floor(at * changed.length)
            return Buffer.concat([changed.subarray(0, from), Buffer.from(put), changed.subarray(from + gone)])
          }, Buffer.from(text))
          const { verdict, passableBytes } = watched(dialect, [bytes])
          expect(passableBytes).toBeLessThanOrEqual(bytes.length)
          expect(verdict.kind).toBeDefined()
          const sliced = watched(dialect, inPieces(bytes, 7))
          expect({ ...sliced, events: joined(sliced.events) }).toEqual({
            ...watched(dialect, [bytes]),
            events: joined(watched(dialect, [bytes]).events),
          })
        },
      ),
      { numRuns: Math.ceil(sizeOf('F-01') / FORMATS.length) },
    )
  })

  it('of any JSON at all is told as something, as a stream and in one piece', () => {
    const options = { readFailure: dialect.failureReader(undefined), now: () => new Date(0) }
    const types = fc.constantFrom(
      ...RECORDED[format].flatMap((text) => [...text.matchAll(/"type":"([\w.]+)"/g)].map(([, type]) => type)),
      'message',
      undefined,
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...FIELDS), fc.jsonValue({ maxDepth: 4 })), types, (fields, type) => {
        const json = JSON.stringify({ ...fields, ...(type !== undefined && { type }) })
        expect(watched(dialect, [Buffer.from(`data: ${json}\n\n`)]).verdict.kind).toBeDefined()
        expect(dialect.readAnswer(Buffer.from(json), options).verdict.kind).toBeDefined()
        expect(Array.isArray(dialect.answerReader().whole({ ...fields }))).toBe(true)
      }),
      { numRuns: Math.ceil(sizeOf('F-01') / FORMATS.length) },
    )
  })
})

describe.each(PAIRS)('F-02 from %s to %s', (from, to) => {
  it('a request keeps its words, pictures, calls, results and tools', () => {
    fc.assert(
      fc.property(prompts, (prompt) => {
        const written = readBack(from, bodyIn(from, prompt))
        expect(said(readBack(to, bodyIn(to, written)))).toEqual(said(prompt))
        // Said again in the same words it changes no more.
        const again = readBack(to, bodyIn(to, written))
        expect(readBack(to, bodyIn(to, again))).toEqual(again)
      }),
      { numRuns: Math.ceil(sizeOf('F-02') / PAIRS.length) },
    )
  })

  it('an answer keeps its words, reasoning, calls, tokens and finish, as a stream and in one piece', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const passed = spoken(from, events)
        expect(passed).toEqual(plain(events))
        expect(spoken(to, passed)).toEqual(plain(events))
        const whole = callerDialect(to).wholeAnswer(passed, writing(to))
        expect(plain(upstreamDialect(to).answerReader().whole(JSON.parse(whole)))).toEqual(plain(events))
      }),
      { numRuns: Math.ceil(sizeOf('F-02') / PAIRS.length) },
    )
  })
})

const FIELDS =
  'id type object choices delta usage error index content message content_block response item output status model'.split(
    ' ',
  )

/** Blank texts are refused by servers of Messages, and left out. */
const words = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((told) => told.trim() !== '')
const name = fc.stringMatching(/^[a-z]{1,8}$/)
const json = fc
  .dictionary(name, fc.oneof(fc.string(), fc.integer(), fc.boolean()), { maxKeys: 3 })
  .map((value) => JSON.stringify(value))
const text = words.map((told) => ({ kind: 'text' as const, text: told }))
const picture = fc.constant({ kind: 'image' as const, url: 'data:image/png;base64,iVBORw0KGgo=' })
const asked = fc.tuple(text, fc.array(picture, { maxLength: 1 })).map(([one, more]) => [one, ...more])

const rounds = fc.array(
  fc.record({ answer: text, calls: fc.array(fc.record({ name, json, result: text }), { maxLength: 2 }), next: asked }),
  { maxLength: 3 },
)

const prompts: fc.Arbitrary<Prompt> = fc
  .record({ system: text, first: asked, rounds, tools: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }) })
  .map(({ system, first, rounds: all, tools }) => ({
    turns: [
      { role: 'system', parts: [system] },
      { role: 'user', parts: first },
      ...all.flatMap(({ answer, calls, next }, at): Turn[] => {
        const called = calls.map((call, of): AssistantPart & { kind: 'tool-call' } => ({
          kind: 'tool-call',
          id: `call_${at}_${of}`,
          name: call.name,
          arguments: call.json,
        }))
        return [
          { role: 'assistant', parts: [answer, ...called] },
          ...calls.map(({ result }, of): Turn => ({ role: 'tool', callId: `call_${at}_${of}`, parts: [result] })),
          { role: 'user', parts: next },
        ]
      }),
    ],
    tools: tools.map((tool) => ({ name: tool, description: 'Does.', parameters: { type: 'object', properties: {} } })),
    toolChoice: 'auto',
    maxOutputTokens: 1_000,
    temperature: 0.5,
    unsaid: [],
  }))

const answers: fc.Arbitrary<readonly AnswerEvent[]> = fc
  .record({
    thought: fc.option(words),
    told: words,
    calls: fc.array(fc.record({ name, json }), { maxLength: 3 }),
    isCut: fc.boolean(),
    cached: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ thought, told, calls, isCut, cached }) => [
    { kind: 'start', id: 'x', model: 'm' },
    ...(thought === null
      ? []
      : ([{ kind: 'reasoning', text: thought }, { kind: 'reasoning-end' }] satisfies AnswerEvent[])),
    { kind: 'text', text: told },
    ...calls.flatMap((call, index): AnswerEvent[] => [
      { kind: 'tool-call', index, id: `call_${index}`, name: call.name },
      { kind: 'tool-arguments', index, json: call.json },
    ]),
    { kind: 'usage', usage: { inputTokens: 10, outputTokens: 5, cachedInputTokens: cached } },
    { kind: 'finish', reason: isCut ? 'length' : calls.length > 0 ? 'tool-calls' : 'stop' },
  ])

function bodyIn(format: DialectId, prompt: Prompt): Uint8Array {
  const written = upstreamDialect(format).writeBody(prompt, targetOf('m'))
  if (!isWritten(written)) throw new Error(written.message)
  expect(written.dropped).toEqual([])
  return written.body
}

function readBack(format: DialectId, body: Uint8Array): Prompt {
  const read = callerDialect(format).read(body, {})
  if (read.kind === 'refused') throw new Error(read.message)
  const prompt = read.request.prompt()
  if (prompt.kind === 'uncarried') throw new Error(prompt.message)
  return prompt.prompt
}

/** What a person and a model would notice; how a format cuts it into parts is its own. */
function said({ turns, tools, toolChoice, maxOutputTokens, temperature }: Prompt): unknown {
  return {
    turns: turns.map((turn) => ({ ...turn, parts: turn.parts.map((part) => ({ ...part, detail: undefined })) })),
    tools: tools.map((tool) => ({ ...tool, strict: tool.strict || undefined })),
    toolChoice,
    maxOutputTokens,
    temperature,
  }
}

function spoken(format: DialectId, events: readonly AnswerEvent[]): readonly AnswerEvent[] {
  const writer = callerDialect(format).answerWriter(writing(format))
  const stream = events.map((event) => writer.write(event)).join('') + writer.end()
  const seen = watched(upstreamDialect(format), inPieces(Buffer.from(stream), 11))
  expect(seen.verdict).toEqual({ kind: 'complete' })
  return plain(seen.events)
}

/** Without what is a format's own: ids, seals, where the usage comes. */
function plain(events: readonly AnswerEvent[]): readonly AnswerEvent[] {
  const usage = events.findLast((event) => event.kind === 'usage')
  const others = joined(events.filter(({ kind }) => kind !== 'usage' && kind !== 'start')).map((event) =>
    event.kind === 'reasoning-end' ? ({ kind: 'reasoning-end' } as const) : event,
  )
  // A format that must name a figure says 0 where nobody told one.
  const told = Object.entries(usage?.usage ?? {}).filter(([, tokens]) => tokens !== 0)
  return [{ kind: 'start', model: 'm' }, ...others, { kind: 'usage', usage: Object.fromEntries(told) }]
}

function writing(format: DialectId): Parameters<ReturnType<typeof callerDialect>['answerWriter']>[0] {
  const body = bodyIn(format, {
    turns: [{ role: 'user', parts: [{ kind: 'text', text: 'x' }] }],
    tools: [],
    unsaid: [],
  })
  const read = callerDialect(format).read(body, {})
  if (read.kind === 'refused') throw new Error(read.message)
  return {
    requestId: '058ca478-2e67-4cac-aa23-80bbe223773f',
    request: read.request,
    issuer: targetOf('m').issuer,
    now: new Date(0),
    seals: NO_SEALS,
  }
}

function streamsIn(fixture: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.values(fixture).filter((value): value is string => typeof value === 'string' && value.includes('data:'))
}
