/** A Responses answer as it comes from upstream: the truth about it, and what is read of it. */
import { describe, expect, it } from 'vitest'
import { inPieces, joined, watched, watcherOf, type Watched } from '../watching.fixture.ts'
import * as recorded from './recorded-streams.fixture.ts'
import { created, hello, message, response, stream, wholeOutput } from './recorded-streams.fixture.ts'
import { RESPONSES_UPSTREAM } from './upstream.ts'

const { plain, reasoned, toolCalls, outOfTokens, failedLater, errorAtOnce, filtered, unclosedCall } = recorded
const whole = { plain, reasoned, toolCalls, outOfTokens }
const all = Object.entries({ ...whole, failedLater, errorAtOnce, filtered, unclosedCall })

function seen(text: string): Watched {
  return watched(RESPONSES_UPSTREAM, [Buffer.from(text)])
}

describe('a whole stream', () => {
  it.each(Object.entries(whole))('is complete and goes out to its last byte: %s', (_, text) => {
    const { verdict, passableBytes } = seen(text)
    expect(verdict).toEqual({ kind: 'complete' })
    expect(passableBytes).toBe(Buffer.byteLength(text))
  })

  it('is read into what it says', () => {
    const begin = { kind: 'start', id: 'resp_1', model: 'model-1' }
    const usage = { inputTokens: 200, outputTokens: 15, cachedInputTokens: 75, reasoningTokens: 4 }
    expect(seen(plain).usage).toEqual(usage)
    expect(joined(seen(plain).events)).toEqual([
      begin,
      { kind: 'text', text: 'Grüße, 世界 😀' },
      { kind: 'usage', usage },
      { kind: 'finish', reason: 'stop' },
    ])
    expect(joined(seen(reasoned).events).slice(1, 4)).toEqual([
      { kind: 'reasoning', text: '想一想\n\nThen.' },
      { kind: 'reasoning-end', sealed: { kind: 'encrypted', value: 'gAAAAAB==', id: 'rs_1' } },
      { kind: 'text', text: 'Yes.' },
    ])
    expect(joined(seen(toolCalls).events).slice(1)).toEqual([
      { kind: 'text', text: 'Looking.' },
      { kind: 'tool-call', index: 0, id: 'call_1', name: 'look' },
      { kind: 'tool-arguments', index: 0, json: '{"at":"东京"}' },
      { kind: 'tool-call', index: 1, id: 'call_2', name: 'now' },
      { kind: 'tool-arguments', index: 1, json: '{}' },
      { kind: 'usage', usage },
      { kind: 'finish', reason: 'tool-calls' },
    ])
    expect(seen(outOfTokens).events.at(-1)).toEqual({ kind: 'finish', reason: 'length' })
  })

  it('is no whole answer where it says that it is incomplete, whatever the reason', () => {
    const ended = { ...response('incomplete', wholeOutput), incomplete_details: { reason: 'max_tool_calls' } }
    expect(RESPONSES_UPSTREAM.answerReader().whole(ended).at(-1)).toEqual({ kind: 'finish', reason: 'length' })
  })

  it('names what is sealed in it', () => {
    expect(seen(reasoned).sealed).toEqual(['gAAAAAB=='])
  })

  it('says the same in one piece', () => {
    const answer = response('completed', wholeOutput)
    const options = {
      readFailure: () => ({ kind: 'overload', scope: 'model', evidence: 'x' }) as const,
      now: () => new Date(0),
    }
    const read = RESPONSES_UPSTREAM.readAnswer(Buffer.from(JSON.stringify(answer)), options)
    expect(read).toEqual({ verdict: { kind: 'complete' }, usage: seen(plain).usage })
    const events = RESPONSES_UPSTREAM.answerReader().whole({ ...answer })
    expect(joined(events)).toEqual(joined(seen(reasoned).events))
  })
})

describe('a stream that is none', () => {
  it.each([
    ['a failure after text', failedLater, 'error-inside-200', 'overload'],
    ['an error at once', errorAtOnce, 'error-inside-200', 'rate-limit'],
    ['a filter', filtered, 'filtered', 'filtered'],
    ['a call that was never closed', unclosedCall, 'malformed', 'malformed'],
    ['a stream that merely ends', stream(created, ...hello), 'truncated', 'malformed'],
    ['a page', '<!doctype html><title>Busy</title>', 'malformed', 'malformed'],
    ['a broken event', 'event: response.created\ndata: {"type"\n\n', 'malformed', 'malformed'],
    ['an answer in one piece', JSON.stringify(response('completed')), 'malformed', 'malformed'],
  ])('%s', (_, text, kind, failure) => {
    expect(seen(text).verdict).toMatchObject({ kind, failure: { kind: failure } })
  })

  it('keeps the words of the failure', () => {
    expect(seen(failedLater).verdict).toMatchObject({ failure: { evidence: 'The server had an error.' } })
  })
})

it('the first good event is the first word', () => {
  const watcher = watcherOf(RESPONSES_UPSTREAM)
  const [added = created, part = created, delta = created] = message(0, 'a')
  expect(watcher.feed(Buffer.from(stream(created, added, part))).good).toBe(false)
  expect(watcher.feed(Buffer.from(stream(delta))).good).toBe(true)
})

describe('however a stream is sent', () => {
  it.each(all)('it says the same in pieces of any size: %s', (_, text) => {
    const bytes = Buffer.from(text)
    const { events, ...truth } = seen(text)
    for (let size = 1; size <= 16; size += 1) {
      const { events: told, ...sliced } = watched(RESPONSES_UPSTREAM, inPieces(bytes, size))
      expect(sliced).toEqual(truth)
      expect(joined(told)).toEqual(joined(events))
    }
  })

  it.each(all)('relayed it comes to the same as translated: %s', (_, text) => {
    const { events: _events, ...truth } = seen(text)
    const { events: _none, ...relayed } = watched(RESPONSES_UPSTREAM, [Buffer.from(text)], true)
    expect(relayed).toEqual(truth)
  })

  it.each(Object.entries(whole))('cut before its end it is never complete: %s', (_, text) => {
    const bytes = Buffer.from(text)
    for (let length = 0; length < bytes.length - 1; length += 3) {
      const { verdict, passableBytes } = watched(RESPONSES_UPSTREAM, [bytes.subarray(0, length)])
      expect(verdict.kind).not.toBe('complete')
      expect(bytes.subarray(0, passableBytes).toString()).toMatch(/^$|\n\n$/)
    }
  })
})
