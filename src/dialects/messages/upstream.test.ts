/** A Messages answer as it comes from upstream: the truth about it, and what is read of it. */
import { describe, expect, it } from 'vitest'
import { inPieces, joined, watched, watcherOf } from '../watching.fixture.ts'
import * as recorded from './recorded-streams.fixture.ts'
import { block, finish, start, stop, stream, textBlock } from './recorded-streams.fixture.ts'
import { MESSAGES_UPSTREAM } from './upstream.ts'

const { plain, thinking, toolCalls, stopSequence, serverTool, overloaded, overloadedAtOnce, refused, unclosedCall } =
  recorded
const whole = { plain, thinking, toolCalls, stopSequence, serverTool }
const failing = { overloaded, overloadedAtOnce, refused, unclosedCall }
const all = Object.entries({ ...whole, ...failing })
const seen = (text: string) => watched(MESSAGES_UPSTREAM, [Buffer.from(text)])

describe('a whole stream', () => {
  it.each(Object.entries(whole))('is complete and goes out to its last byte: %s', (_, text) => {
    const { verdict, passableBytes } = seen(text)
    expect(verdict).toEqual({ kind: 'complete' })
    expect(passableBytes).toBe(Buffer.byteLength(text))
  })

  it('tells its tokens, those of the cache among the input', () => {
    expect(seen(plain).usage).toEqual({
      inputTokens: 200,
      outputTokens: 15,
      cachedInputTokens: 75,
      cacheWriteInputTokens: 100,
    })
  })

  it('is read into what it says', () => {
    const begin = { kind: 'start', id: 'msg_1', model: 'model-1' }
    const usage = { kind: 'usage', usage: seen(plain).usage }
    const first = { kind: 'usage', usage: { ...seen(plain).usage, outputTokens: 1 } }
    expect(joined(seen(plain).events)).toEqual([
      begin,
      first,
      { kind: 'text', text: 'Grüße, 世界 😀' },
      usage,
      { kind: 'finish', reason: 'stop' },
    ])
    expect(joined(seen(thinking).events).slice(2)).toEqual([
      { kind: 'reasoning', text: '想一想' },
      { kind: 'reasoning-end', sealed: { kind: 'signature', value: 'EqQBCg==' } },
      { kind: 'reasoning-end', sealed: { kind: 'redacted', value: 'EmwKAh==' } },
      { kind: 'text', text: 'Yes.' },
      usage,
      { kind: 'finish', reason: 'stop' },
    ])
    expect(joined(seen(toolCalls).events).slice(2)).toEqual([
      { kind: 'text', text: 'Looking.' },
      { kind: 'tool-call', index: 0, id: 'toolu_1', name: 'look' },
      { kind: 'tool-arguments', index: 0, json: '{"at":"东京"}' },
      { kind: 'tool-call', index: 1, id: 'toolu_2', name: 'now' },
      { kind: 'tool-arguments', index: 1, json: '{}' },
      usage,
      { kind: 'finish', reason: 'tool-calls' },
    ])
    expect(seen(stopSequence).events.at(-1)).toEqual({ kind: 'finish', reason: 'stop', stopSequence: 'END' })
    expect(joined(seen(serverTool).events).slice(2, 3)).toEqual([{ kind: 'text', text: 'Found.' }])
  })

  it('names what is sealed in it', () => {
    expect(seen(thinking).sealed).toEqual(['EqQBCg==', 'EmwKAh=='])
  })

  it('says the same in one piece', () => {
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'model-1',
      content: [
        { type: 'thinking', thinking: '想一想', signature: 'EqQBCg==' },
        { type: 'redacted_thinking', data: 'EmwKAh==' },
        { type: 'text', text: 'Yes.' },
      ],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 25, cache_creation_input_tokens: 100, cache_read_input_tokens: 75, output_tokens: 15 },
    }
    const options = {
      readFailure: () => ({ kind: 'overload', scope: 'model', evidence: 'x' }) as const,
      now: () => new Date(0),
    }
    const read = MESSAGES_UPSTREAM.readAnswer(Buffer.from(JSON.stringify(message)), options)
    expect(read).toEqual({ verdict: { kind: 'complete' }, usage: seen(plain).usage })
    const events = MESSAGES_UPSTREAM.answerReader().whole(message)
    const streamed = joined(seen(thinking).events)
    expect(events.filter(({ kind }) => kind !== 'usage')).toEqual(streamed.filter(({ kind }) => kind !== 'usage'))
  })
})

describe('a stream that is none', () => {
  it.each([
    ['an error after text', overloaded, 'error-inside-200', 'overload'],
    ['an error at once', overloadedAtOnce, 'error-inside-200', 'overload'],
    ['a refusal', refused, 'refused', 'filtered'],
    ['a call that was never closed', unclosedCall, 'malformed', 'malformed'],
    ['an end without a reason', stream(start, ...textBlock, stop), 'truncated', 'malformed'],
    ['a page', '<!doctype html><title>Busy</title>', 'malformed', 'malformed'],
    ['a broken event', 'event: ping\ndata: {"type"\n\n', 'malformed', 'malformed'],
    ['an answer in one piece', '{"type":"message","content":[],"usage":{}}', 'malformed', 'malformed'],
  ])('%s', (_, text, kind, failure) => {
    expect(seen(text).verdict).toMatchObject({ kind, failure: { kind: failure } })
  })

  it('may have run out of tokens within a call', () => {
    expect(
      seen(
        unclosedCall
          .replace('tool_use"', 'tool_use"')
          .replace('"stop_reason":"tool_use"', '"stop_reason":"max_tokens"'),
      ).verdict.kind,
    ).toBe('complete')
  })
})

it('adds the last event, without which official programs see a fault, where only that is missing', () => {
  const { verdict, ending } = seen(plain.replace(stream(stop), ''))
  expect([verdict.kind, ending]).toEqual(['complete', stream(stop)])
  expect(seen(plain).ending).toBe('')
})

it.each([
  ['text', block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'a' })],
  ['a thought', block(0, { type: 'thinking', thinking: '' }, { type: 'thinking_delta', thinking: 'a' })],
  ['a call', block(0, { type: 'tool_use', id: 't', name: 'n', input: {} })],
  ['a finish', [finish('end_turn')]],
])('the first good event is %s', (_, events) => {
  const watcher = watcherOf(MESSAGES_UPSTREAM)
  expect(watcher.feed(Buffer.from(stream(start))).good).toBe(false)
  expect(watcher.feed(Buffer.from(stream(...events))).good).toBe(true)
})

describe('however a stream is sent', () => {
  it.each(all)('it says the same in pieces of any size: %s', (_, text) => {
    const bytes = Buffer.from(text)
    const { events, ...truth } = seen(text)
    for (let size = 1; size <= 16; size += 1) {
      const { events: told, ...sliced } = watched(MESSAGES_UPSTREAM, inPieces(bytes, size))
      expect(sliced).toEqual(truth)
      expect(joined(told)).toEqual(joined(events))
    }
  })

  it.each(all)('relayed it comes to the same as translated: %s', (_, text) => {
    const { events: _events, ...truth } = seen(text)
    const { events: _none, ...relayed } = watched(MESSAGES_UPSTREAM, [Buffer.from(text)], true)
    expect(relayed).toEqual(truth)
  })

  it.each(Object.entries(whole))('cut before its finish it is never complete: %s', (_, text) => {
    const bytes = Buffer.from(text)
    const finished = Buffer.byteLength(text.slice(0, text.indexOf('\n\n', text.indexOf('message_delta'))))
    for (let length = 0; length < bytes.length; length += 1) {
      const { verdict, passableBytes } = watched(MESSAGES_UPSTREAM, [bytes.subarray(0, length)])
      expect(verdict.kind === 'complete').toBe(length > finished + 1)
      if (verdict.kind !== 'complete') expect(bytes.subarray(0, passableBytes).toString()).toMatch(/^$|\n\n$/)
    }
  })
})
