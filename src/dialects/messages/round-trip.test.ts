/** What goes out of this format and comes back into it is the same. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AnswerEvent } from '../../core/answer.ts'
import type { Prompt, Turn } from '../../core/prompt.ts'
import { isWritten } from '../upstream-dialect.ts'
import { targetOf } from '../target.fixture.ts'
import { inPieces, joined, watched, watcherOf } from '../watching.fixture.ts'
import { unwrapSeal } from '../sealed-reasoning.ts'
import { messagesPrompt } from './prompt.ts'
import { MESSAGES_UPSTREAM } from './upstream.ts'
import { writeMessagesBody } from './write-body.ts'
import { ISSUER, streamOf } from './writer.fixture.ts'

/** Blank texts are refused by servers of this format, and left out. */
const words = fc.string({ minLength: 1, unit: 'grapheme' }).filter((said) => said.trim() !== '')
const name = fc.stringMatching(/^[a-z]\w{0,8}$/)
const text = words.map((said) => ({ kind: 'text' as const, text: said }))
const image = fc
  .constantFrom('data:image/png;base64,iVBO', 'https://example.com/a.png')
  .map((url) => ({ kind: 'image' as const, url }))
const file = fc.constant({ kind: 'file' as const, url: 'data:application/pdf;base64,JVBE', name: 'A' })
const said = fc.array(fc.oneof(text, image, file), { minLength: 1, maxLength: 3 })
const json = fc
  .dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    fc.jsonValue({ maxDepth: 2 }),
  )
  .map((value) => JSON.stringify(value))

/** An assistant's turn, what its calls gave back, and what the person says then. */
const round = fc
  .record({
    texts: fc.array(text, { minLength: 1, maxLength: 2 }),
    calls: fc.array(fc.record({ name, json, result: said, failed: fc.boolean() }), { maxLength: 3 }),
    said,
  })
  .map(({ texts, calls, said: next }) => (at: number): readonly Turn[] => [
    {
      role: 'assistant',
      parts: [
        ...texts,
        ...calls.map((call, of) => ({
          kind: 'tool-call' as const,
          id: `call_${at}_${of}`,
          name: call.name,
          arguments: call.json,
        })),
      ],
    },
    ...calls.map(({ result, failed }, of): Turn => ({
      role: 'tool',
      callId: `call_${at}_${of}`,
      parts: result,
      ...(failed && { isError: true }),
    })),
    { role: 'user', parts: next },
  ])

const prompts: fc.Arbitrary<Prompt> = fc
  .record(
    {
      system: fc.array(text, { minLength: 1, maxLength: 2 }),
      first: said,
      rounds: fc.array(round, { maxLength: 3 }),
      tools: fc.uniqueArray(name, { maxLength: 3 }),
      choice: fc.constantFrom('auto', 'none', 'required', 'named'),
      most: fc.integer({ min: 1, max: 100_000 }),
      stop: fc.array(fc.constantFrom('END', '停'), { minLength: 1 }),
      temperature: fc.constantFrom(0, 0.5, 1),
      user: name,
    },
    { requiredKeys: ['first', 'rounds', 'tools', 'most'] },
  )
  .map(({ system, first, rounds, tools, choice, most, stop, temperature, user }): Prompt => {
    const [named] = tools
    const toolChoice = choice === 'named' ? named && { name: named } : named && choice
    return {
      turns: [
        ...(system ? [{ role: 'system' as const, parts: system }] : []),
        { role: 'user', parts: first },
        ...rounds.flatMap((one, at) => one(at)),
      ],
      tools: tools.map((each) => ({ name: each, description: 'x', parameters: { type: 'object', properties: {} } })),
      ...(toolChoice && { toolChoice }),
      maxOutputTokens: most,
      ...(stop && { stop }),
      ...(temperature !== undefined && { temperature }),
      ...(user && { user }),
      unsaid: [],
    }
  })

it('a prompt', () => {
  fc.assert(
    fc.property(prompts, (prompt) => {
      const written = writeMessagesBody(prompt, targetOf('m'))
      if (!isWritten(written)) throw new Error(written.message)
      expect(messagesPrompt(written.body)).toEqual({ kind: 'prompt', prompt })
    }),
    { numRuns: 300 },
  )
})

it('an answer, sliced anywhere; cut anywhere it is not complete', () => {
  const reasoning = fc.tuple(words, fc.string()).map(([thought, value]): readonly AnswerEvent[] => [
    { kind: 'reasoning', text: thought },
    { kind: 'reasoning-end', sealed: { kind: 'encrypted', value } },
  ])
  const pieces = fc.array(
    fc.oneof(
      reasoning,
      words.map((each): readonly AnswerEvent[] => [{ kind: 'text', text: each }]),
    ),
    { maxLength: 4 },
  )
  const calls = fc.array(fc.record({ name, json }), { maxLength: 3 })
  fc.assert(
    fc.property(
      pieces,
      calls,
      fc.integer({ min: 1, max: 64 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (first, called, size, share) => {
        const events: readonly AnswerEvent[] = [
          { kind: 'start', id: 'msg_1', model: 'm' },
          ...first.flat(),
          ...called.flatMap((call, index): readonly AnswerEvent[] => [
            { kind: 'tool-call', index, id: `call_${index}`, name: call.name },
            { kind: 'tool-arguments', index, json: call.json },
          ]),
          { kind: 'usage', usage: { inputTokens: 9, outputTokens: 5, cachedInputTokens: 2, cacheWriteInputTokens: 1 } },
          { kind: 'finish', reason: called.length > 0 ? 'tool-calls' : 'stop' },
        ]
        const bytes = Buffer.from(streamOf(events))
        const seen = watched(MESSAGES_UPSTREAM, inPieces(bytes, size))
        expect(seen.verdict.kind).toBe('complete')
        const withoutUsage = (all: readonly AnswerEvent[]): readonly AnswerEvent[] =>
          joined(all.filter(({ kind }) => kind !== 'usage'))
        expect(withoutUsage(seen.events).map(unwrapped)).toEqual(withoutUsage(events).map(wrappedAlike))
        expect(seen.events.findLast(({ kind }) => kind === 'usage')).toEqual(
          events.find(({ kind }) => kind === 'usage'),
        )
        const watcher = watcherOf(MESSAGES_UPSTREAM)
        const finish = bytes.lastIndexOf('event: message_delta')
        watcher.feed(bytes.subarray(0, Math.floor(finish * share)))
        expect(watcher.end().kind).not.toBe('complete')
      },
    ),
    { numRuns: 200 },
  )
})

/** It comes back in its wrapping. */
function unwrapped(event: AnswerEvent): unknown {
  if (event.kind !== 'reasoning-end' || !event.sealed) return event
  return { kind: event.kind, seal: unwrapSeal(event.sealed.value) }
}

function wrappedAlike(event: AnswerEvent): unknown {
  return event.kind === 'reasoning-end' ? { kind: event.kind, seal: { ...event.sealed, issuer: ISSUER } } : event
}
