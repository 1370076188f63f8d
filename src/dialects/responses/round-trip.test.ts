/** What is written in this format and read again is the same. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../../core/answer.ts'
import type { AssistantPart, Prompt, Turn } from '../../core/prompt.ts'
import { fieldsOf, parsedJson } from '../fields.ts'
import { targetOf } from '../target.fixture.ts'
import { isWritten } from '../upstream-dialect.ts'
import { args, call, optionsFor, START, text, thought, USAGE } from './answers.fixture.ts'
import { responsesAnswerReader } from './answer-reader.ts'
import { responsesAnswerWriter, wholeResponsesAnswer } from './answer-writer.ts'
import { responsesPrompt } from './prompt.ts'
import { responsesWatcher } from './watcher.ts'
import { writeResponsesBody } from './write-body.ts'

const words = fc.string({ unit: 'grapheme', minLength: 1 })
const name = fc.stringMatching(/^[a-z]{1,8}$/)
const textPart = words.map((said) => ({ kind: 'text', text: said }) as const)
const image = words.map((said) => ({ kind: 'image', url: `data:image/png;base64,${said}`, detail: 'low' }) as const)
const file = words.map((said) => ({ kind: 'file', url: `data:application/pdf;base64,${said}`, name: 'a.pdf' }) as const)
const said = fc.oneof<fc.Arbitrary<AssistantPart>[]>(
  textPart,
  words.map((words_) => ({ kind: 'refusal', text: words_ })),
  fc.record({ kind: fc.constant('tool-call'), id: name, name, arguments: fc.json() }),
)
const others = fc.oneof<fc.Arbitrary<Turn>[]>(
  fc.record({ role: fc.constantFrom('system', 'developer'), parts: fc.tuple(textPart) }),
  fc.record({ role: fc.constant('user'), parts: fc.array(fc.oneof(textPart, image, file), { minLength: 1 }) }),
  fc.record({
    role: fc.constant('tool'),
    callId: name,
    parts: fc.oneof(fc.tuple(textPart), fc.tuple(textPart, image)),
  }),
)
const schema = fc.dictionary(name, fc.jsonValue())
const prompts: fc.Arbitrary<Prompt> = fc
  .record(
    {
      turns: fc
        .array(fc.tuple(others, fc.array(said, { maxLength: 4 })), { minLength: 1, maxLength: 5 })
        .map((pairs) =>
          pairs.flatMap(([turn, parts]): Turn[] => (parts.length > 0 ? [turn, { role: 'assistant', parts }] : [turn])),
        ),
      tools: fc.uniqueArray(fc.record({ name, description: words, parameters: schema, strict: fc.boolean() }), {
        selector: (tool) => tool.name,
        minLength: 1,
      }),
      toolChoice: fc.oneof(fc.constantFrom('auto', 'none', 'required'), fc.record({ name })),
      parallelToolCalls: fc.boolean(),
      format: fc.oneof(
        fc.constant({ kind: 'json' } as const),
        fc.record({ kind: fc.constant('json-schema'), name, schema, strict: fc.boolean() }),
      ),
      maxOutputTokens: fc.integer({ min: 16, max: 1_000_000 }),
      temperature: fc.double({ min: 0, max: 2, noNaN: true }).map((value) => value + 0),
      topP: fc.double({ min: 0.1, max: 1, noNaN: true }),
      reasoning: fc.oneof(
        fc.constant({ kind: 'off' } as const),
        fc.record({ kind: fc.constant('on'), effort: fc.constantFrom('low', 'high'), summary: fc.constant('auto') }),
      ),
      verbosity: fc.constantFrom('low', 'medium', 'high'),
      user: words,
      unsaid: fc.constant([]),
    },
    { requiredKeys: ['turns', 'tools', 'unsaid'] },
  )
  .map((prompt) => prompt satisfies Prompt)

it('a request', () => {
  fc.assert(
    fc.property(prompts, (prompt) => {
      const written = writeResponsesBody(prompt, targetOf('m'))
      if (!isWritten(written)) throw new Error(written.message)
      expect(written.dropped).toEqual([])
      const read = responsesPrompt(written.body)
      expect(read).toEqual({ kind: 'prompt', prompt: JSON.parse(JSON.stringify(prompt)) as unknown })
    }),
  )
})

describe('an answer', () => {
  const block = fc.oneof(
    words.map(text),
    words.map(thought),
    words.map((words_): AnswerEvent => ({ kind: 'refusal', text: words_ })),
  )
  const calls = fc.array(fc.tuple(name, schema), { maxLength: 3 })
  const answers = fc
    .tuple(fc.array(block, { maxLength: 8 }), calls, fc.boolean())
    .map(([blocks, called, isCut]) => [
      START,
      ...blocks,
      ...called.flatMap(([tool, given], at) => [call(at, tool), args(at, JSON.stringify(given))]),
      USAGE,
      { kind: 'finish', reason: isCut ? 'length' : called.length > 0 ? 'tool-calls' : 'stop' } as const,
    ])

  it('as a stream, cut anywhere', () => {
    fc.assert(
      fc.property(answers, fc.integer({ min: 1, max: 97 }), (events, size) => {
        const writer = responsesAnswerWriter(optionsFor())
        const bytes = Buffer.from(events.map((event) => writer.write(event)).join('') + writer.end())
        const reader = responsesAnswerReader()
        const read: AnswerEvent[] = []
        const watcher = responsesWatcher({
          readFailure: () => ({ kind: 'malformed', scope: 'model', evidence: 'none is due' }),
          now: () => new Date(0),
          contentType: 'text/event-stream',
          taken: (event) => void read.push(...reader.event(event)),
        })
        for (let at = 0; at < bytes.length; at += size) watcher.feed(bytes.subarray(at, at + size))
        expect(watcher.end()).toEqual({ kind: 'complete' })
        expect(joined(read)).toEqual(joined(events))
      }),
    )
  })

  it('in one piece', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const whole = fieldsOf(parsedJson(wholeResponsesAnswer(events, optionsFor()))) ?? {}
        expect(joined(responsesAnswerReader().whole(whole))).toEqual(joined(events))
      }),
    )
  })
})

/** Deltas of a block as one; whose id it is, and where reasoning is said to be over, is each format's own. */
function joined(events: readonly AnswerEvent[]): readonly unknown[] {
  const all: { kind: string; text?: string }[] = []
  for (const event of events) {
    if (event.kind === 'reasoning-end') continue
    const last = all.at(-1)
    if ('text' in event && last?.kind === event.kind) last.text = `${last.text ?? ''}${event.text}`
    else all.push(event.kind === 'start' ? { kind: 'start' } : { ...event })
  }
  return all
}
