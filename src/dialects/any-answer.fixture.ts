/** Answers of all kinds as events, for the round trips of every format's tests. */
import * as fc from 'fast-check'
import type { AnswerEvent } from '../core/answer.ts'
import type { Usage } from '../core/verdict.ts'

const said = fc
  .oneof(
    fc.string({ minLength: 1 }),
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.constantFrom('世界 😀', '\n\ndata: [DONE]\n', '"\\u'),
  )
  .filter((text) => text.isWellFormed())
const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,12}$/)
const usage: fc.Arbitrary<Usage> = fc.record(
  { inputTokens: fc.nat(), outputTokens: fc.nat(), cachedInputTokens: fc.nat(), reasoningTokens: fc.nat() },
  { requiredKeys: ['inputTokens', 'outputTokens'] },
)

const texts = (kind: 'text' | 'reasoning'): fc.Arbitrary<readonly AnswerEvent[]> =>
  fc.array(said, { maxLength: 4 }).map((list) => list.map((text) => ({ kind, text })))

const calls: fc.Arbitrary<readonly AnswerEvent[]> = fc
  .array(fc.record({ name, json: fc.array(said, { maxLength: 3 }) }), { maxLength: 3 })
  .map((list) =>
    list.flatMap(({ name: called, json }, index): readonly AnswerEvent[] => [
      { kind: 'tool-call', index, id: `call_${index}`, name: called },
      // Arguments must close what they open: a text of JSON does.
      ...json.map((text): AnswerEvent => ({ kind: 'tool-arguments', index, json: JSON.stringify(text) })),
    ]),
  )

/** Reasoning, then text, then calls, as models speak. */
export const anyAnswer: fc.Arbitrary<readonly AnswerEvent[]> = fc
  .tuple(texts('reasoning'), texts('text'), calls, usage, fc.boolean())
  .map(([reasoning, text, called, tokens, isCut]): readonly AnswerEvent[] => [
    { kind: 'start', id: 'answer-1', model: 'model-1' },
    ...reasoning,
    ...(reasoning.length > 0 ? [{ kind: 'reasoning-end' } as const] : []),
    ...text,
    ...called,
    { kind: 'finish', reason: isCut ? 'length' : called.length > 0 ? 'tool-calls' : 'stop' },
    { kind: 'usage', usage: tokens },
  ])

/** What was said in the end, whatever its pieces. */
export function sum(events: readonly AnswerEvent[]): object {
  const joined = (kind: 'text' | 'reasoning' | 'refusal'): string =>
    events.map((event) => (event.kind === kind ? event.text : '')).join('')
  return {
    text: joined('text'),
    reasoning: joined('reasoning'),
    refusal: joined('refusal'),
    calls: events.flatMap((event) => {
      if (event.kind !== 'tool-call') return []
      const { id, name: called, index } = event
      const json = events
        .map((each) => (each.kind === 'tool-arguments' && each.index === index ? each.json : ''))
        .join('')
      return [{ id, name: called, json }]
    }),
    finish: events.findLast((event) => event.kind === 'finish'),
    usage: events.findLast((event) => event.kind === 'usage'),
  }
}
