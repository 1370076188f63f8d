import { createParser } from 'eventsource-parser'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Usage, Verdict } from '../../core/verdict.ts'
import { errorFrame } from './errors.ts'
import { chatFailureReader } from './failure.ts'
import * as recorded from './recorded-streams.fixture.ts'
import { chunk, stream } from './recorded-streams.fixture.ts'
import { MAX_EVENT_BYTES, type StreamWatcher, type WatcherState } from '../stream-watcher.ts'
import { chatStreamWatcher } from './watcher.ts'

const { plain, withUsage, reasoning, toolCalls, twoChoices, oddlyFramed, errorAtOnce, errorAfterText, unclosedCall } =
  recorded
const whole = { plain, withUsage, reasoning, toolCalls, twoChoices, oddlyFramed }
const failing = {
  errorAtOnce,
  errorAfterText,
  unclosedCall,
  filtered: stream(chunk({ content: 'a' }), chunk({}, 'content_filter')),
}

describe('a whole stream', () => {
  it.each(Object.entries(whole))('is complete: %s', (_, text) => {
    expect(watched([Buffer.from(text)]).verdict).toEqual({ kind: 'complete' })
  })

  it('tells the tokens it was billed for', () => {
    const usage = { inputTokens: 5_000, outputTokens: 69, cachedInputTokens: 256, reasoningTokens: 40 }
    for (const text of [withUsage, reasoning, oddlyFramed]) expect(watched([Buffer.from(text)]).usage).toEqual(usage)
    expect(watched([Buffer.from(plain)]).usage).toBeUndefined()
  })

  it('goes out to its last byte, even without the last blank line', () => {
    const text = plain.trimEnd()
    expect(watched([Buffer.from(text)])).toMatchObject({
      verdict: { kind: 'complete' },
      passableBytes: Buffer.byteLength(text),
    })
  })

  it('takes a status in a comment for its own event only', () => {
    expect(watched([Buffer.from(`:HTTP_STATUS/500\n\n${plain}`)]).verdict.kind).toBe('complete')
    expect(watched([Buffer.from(`:HTTP_STATUS/200\n${plain}`)]).verdict.kind).toBe('complete')
    expect(watched([Buffer.from(`:HTTP_STATUS/500\n${plain}`)]).verdict.kind).toBe('error-inside-200')
  })

  it('is complete without [DONE], with two of them, and when its socket breaks after the finish', () => {
    expect(watched([Buffer.from(plain.replace('data: [DONE]\n\n', ''))]).verdict.kind).toBe('complete')
    expect(watched([Buffer.from(`${plain}data: [DONE]\n\n`)]).verdict.kind).toBe('complete')
    const watcher = newWatcher()
    const { passableBytes } = watcher.feed(Buffer.from(plain.replace('[DONE]\n\n', '')))
    const state = watcher.feed(Buffer.alloc(0))
    expect(watcher.end({ kind: 'network', scope: 'network', evidence: 'reset' }).kind).toBe('complete')
    expect(state.passableBytes).toBe(passableBytes)
  })
})

describe('the first good event', () => {
  it.each([
    ['text', chunk({ content: 'a' })],
    ['reasoning', chunk({ content: null, reasoning_content: 'a' })],
    ['reasoning under its other name', chunk({ content: '', reasoning: 'a' })],
    [
      'reasoning that is sealed',
      chunk({ content: '', reasoning_details: [{ type: 'reasoning.encrypted', data: 'a' }] }),
    ],
    ['a voice', chunk({ audio: { id: 'a', data: 'UklG' } })],
    ['a tool call', chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '' } }] })],
    ['a refusal', chunk({ refusal: 'no' })],
    ['a finish', chunk({}, 'stop')],
  ])('is %s', (_, event) => {
    expect(stateAfter(stream(chunk({ role: 'assistant', content: '' }), event)).good).toBe(true)
  })

  it.each([
    ['a role alone', stream(chunk({ role: 'assistant', content: '' }))],
    ['empty lists and nulls', stream(chunk({ content: null, reasoning_content: '', tool_calls: [], refusal: null }))],
    ['a comment', ': ping\n\n'],
    ['an event without choices', stream('{"choices":[]}')],
    ['half an event', `data: ${chunk({ content: 'a' })}\n`],
    ['the text of a failing finish', stream(chunk({ content: 'Throttling' }, 'error_finish'))],
  ])('is not %s', (_, text) => {
    expect(stateAfter(text).good).toBe(false)
  })
})

describe('a stream that fails', () => {
  it('breaks off: without a finish reason it is truncated, [DONE] or not', () => {
    const cut = stream(chunk({ role: 'assistant' }), chunk({ content: 'Hel' }))
    expect(watched([Buffer.from(cut)]).verdict).toMatchObject({ kind: 'truncated', failure: { kind: 'malformed' } })
    expect(stateAfter(`${cut}data: [DONE]\n\n`).failed).toMatchObject({ kind: 'truncated' })
    expect(watched([]).verdict.kind).toBe('truncated')
    expect(watched([Buffer.from(': ping\n\n: ping\n\n')]).verdict.kind).toBe('truncated')
  })

  it('lacks the finish of one of two choices', () => {
    const cut = twoChoices.slice(0, twoChoices.lastIndexOf('data: {'))
    expect(watched([Buffer.from(`${cut}data: [DONE]\n\n`)]).verdict.kind).toBe('truncated')
  })

  it('tells its error with the status from the comment, and in its own script', () => {
    const { failed } = stateAfter(errorAfterText)
    expect(failed).toEqual({
      kind: 'error-inside-200',
      failure: {
        kind: 'rate-limit',
        scope: 'account-and-model',
        evidence: 'Too busy, 稍后再试.',
        status: 429,
        code: 'Throttling',
      },
    })
  })

  it.each([
    ['wrapped', stream('{"error":{"message":"overloaded","type":"server_error","code":null}}'), 'overload'],
    ['with a status for a code', stream('{"error":{"message":"x","code":429},"choices":[]}'), 'rate-limit'],
    ['flat', stream('{"code":"internal_error","message":"x","request_id":"1"}'), 'overload'],
    ['in one word', stream('{"error":"model_not_found"}'), 'model-missing'],
    ['named and not JSON', 'event: error\ndata: going down\n\n', 'overload'],
    ['as a finish', stream(chunk({ content: 'Throttling: TPM(1/2)' }, 'error_finish')), 'overload'],
    ['after the finish', stream(chunk({}, 'stop'), '{"error":{"message":"x","code":"invalid_api_key"}}'), 'auth'],
  ])('has its error %s', (_, text, kind) => {
    expect(stateAfter(text).failed).toMatchObject({ kind: 'error-inside-200', failure: { kind } })
  })

  it('has its error beside a choice, or where the text of one would be, each in its own script', () => {
    const beside = { index: 0, delta: { content: '' }, finish_reason: 'error', error: { code: 429, message: '请稍后' } }
    const events = [
      chunk({ content: '服务器繁忙' }, 'error_finish'),
      // Written with escapes alone, as many servers do.
      chunk({ content: '服务器繁忙' }, 'error_finish').replaceAll(
        /[^ -~]/g,
        (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
      chunk({}, null, { choices: [beside] }),
    ]
    expect(events.map((event) => stateAfter(stream(event)).failed?.failure)).toMatchObject([
      { kind: 'overload', evidence: '服务器繁忙' },
      { kind: 'overload', evidence: '服务器繁忙' },
      { kind: 'rate-limit', evidence: '请稍后' },
    ])
  })

  it('says nothing of the answer itself where only its finish tells that it failed', () => {
    const { failed } = stateAfter(stream(chunk({ content: 'my secret' }, 'error')))
    expect(failed).toMatchObject({ kind: 'error-inside-200', failure: { evidence: 'finish_reason: error' } })
  })

  it('was filtered, by its finish or by its error', () => {
    expect(stateAfter(stream(chunk({}, 'content_filter'))).failed).toMatchObject({
      kind: 'filtered',
      failure: { kind: 'filtered', scope: 'request' },
    })
    expect(stateAfter(stream('{"error":{"code":"content_filter","message":"x"}}')).failed?.kind).toBe('filtered')
  })

  it('was refused by the model, which is the request’s doing', () => {
    expect(stateAfter(stream(chunk({}, 'refusal'))).failed).toMatchObject({
      kind: 'refused',
      failure: { kind: 'filtered', scope: 'request' },
    })
    // What the model says in so many words is its answer.
    expect(watched([Buffer.from(stream(chunk({ refusal: 'No.' }), chunk({}, 'stop')))]).verdict.kind).toBe('complete')
  })

  it('counts no more choices and calls than an answer may have', () => {
    const choice = (index: number): string => JSON.stringify({ choices: [{ index, delta: { content: 'a' } }] })
    const call = (index: number): string =>
      chunk({ tool_calls: [{ index, id: `call_${index}`, function: { name: 'f', arguments: '{' } }] })
    for (const event of [choice, call]) {
      const watcher = newWatcher()
      let fed = 0
      while (!watcher.feed(Buffer.from(stream(event(fed)))).failed) fed += 1
      expect(fed).toBeLessThanOrEqual(4_096)
      expect(watcher.end().kind).toBe('malformed')
    }
  })

  it.each([
    ['broken JSON', stream(chunk({ content: 'my secret' }).slice(0, -4))],
    ['JSON that is no object', stream('[1]')],
    ['two events without the blank line between', `data: ${chunk({ content: 'a' })}\ndata: ${chunk({}, 'stop')}\n\n`],
    ['a tool call that was never closed', unclosedCall],
  ])('is malformed: %s', (_, text) => {
    const { failed } = stateAfter(text)
    expect(failed).toMatchObject({ kind: 'malformed', failure: { kind: 'malformed', scope: 'model' } })
    expect(failed?.failure.evidence).not.toContain('secret')
  })

  it('may stop within a tool call when it ran out of tokens', () => {
    expect(watched([Buffer.from(unclosedCall.replace('"tool_calls","index"', '"length","index"'))]).verdict.kind).toBe(
      'complete',
    )
  })

  it('is a page, an error or an answer, and no stream at all', () => {
    const verdict = (text: string): Verdict => watched([Buffer.from(text)]).verdict
    expect(verdict('<html><title>Blocked</title></html>')).toMatchObject({
      kind: 'malformed',
      failure: { scope: 'provider', evidence: 'A web page instead of an answer: Blocked' },
    })
    expect(verdict('{"error":{"code":"invalid_api_key","message":"bad"}}')).toMatchObject({
      kind: 'error-inside-200',
      failure: { kind: 'auth' },
    })
    expect(verdict('{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}').kind).toBe('malformed')
    expect(verdict('Service Unavailable').kind).toBe('malformed')
  })

  it('is known for no stream before 64 KiB of it have come, so that another can be asked', () => {
    const long = 'x'.repeat(70_000)
    for (const text of [`<html><title>Blocked</title>${long}`, `{"choices":[{"message":{"content":"${long}`])
      expect(stateAfter(text).failed?.kind).toBe('malformed')
    for (const text of [`data: {"choices":[],"x":"${long}`, `: ${long}`, `event: ping\ndata: ${long}`])
      expect(stateAfter(text).failed).toBeUndefined()
  })

  it('is no error because its events carry fields that an error would have', () => {
    const event = chunk({ content: 'a' }, 'stop', { message: 'ok', code: 0, request_id: '1' })
    expect(watched([Buffer.from(stream(event))]).verdict.kind).toBe('complete')
  })

  it('has an error that is flat and known by the id of its request alone', () => {
    expect(stateAfter(stream('{"request_id":"1","message":"boom"}')).failed).toMatchObject({
      kind: 'error-inside-200',
      failure: { kind: 'overload', evidence: 'boom' },
    })
  })

  it("gives the status that its error tells to the provider's own reading", () => {
    const met: number[] = []
    const readFailure = chatFailureReader(({ status }) => void met.push(status))
    const watcher = chatStreamWatcher({ readFailure, now: () => new Date(0) })
    watcher.feed(Buffer.from(stream('{"error":{"message":"x","code":429}}')))
    expect(met).toEqual([429])
  })

  it('says nothing of our credential, be it where its words are cut short', () => {
    const strike = (words: string): string => words.replaceAll('our-own-secret', '***')
    for (let before = 0; before < 330; before += 1) {
      const watcher = chatStreamWatcher({ readFailure: chatFailureReader(undefined), now: () => new Date(0), strike })
      const { failed } = watcher.feed(Buffer.from(stream(`${'x'.repeat(before)} our-own-secret`)))
      expect(JSON.stringify(failed?.failure.evidence)).not.toContain('our')
    }
  })

  it('was cut before it could be known what it was', () => {
    const reset = { kind: 'network', scope: 'network', evidence: 'reset' } as const
    for (const text of ['da', '{"choices":[', 'x']) {
      const watcher = newWatcher()
      watcher.feed(Buffer.from(text))
      expect(watcher.end(reset)).toEqual({ kind: 'truncated', failure: reset })
    }
  })

  it('was cut by the network or by the clock', () => {
    const watcher = newWatcher()
    watcher.feed(Buffer.from(stream(chunk({ content: 'a' }))))
    const reset = { kind: 'network', scope: 'network', evidence: 'reset' } as const
    expect(watcher.end(reset)).toEqual({ kind: 'truncated', failure: reset })
    expect(watcher.end()).toEqual({ kind: 'truncated', failure: reset })
    expect(newWatcher().end({ kind: 'timeout', scope: 'model', evidence: 'idle' }).kind).toBe('stalled')
  })

  it('sends an event without end: memory stays bounded', () => {
    const watcher = newWatcher()
    const megabyte = Buffer.alloc(1_024 * 1_024, 'a')
    watcher.feed(Buffer.from('data: '))
    let fed = 0
    while (!watcher.feed(megabyte).failed) fed += megabyte.length
    expect(fed).toBeLessThanOrEqual(MAX_EVENT_BYTES)
    expect(watcher.end().kind).toBe('malformed')
  })
})

describe('a stream cut into pieces', () => {
  const everyStream = Object.entries({ ...whole, ...failing })

  it.each(everyStream)('gives the same verdict, usage and passable bytes at every size: %s', (_, text) => {
    const bytes = Buffer.from(text)
    const expected = watched([bytes])
    for (let size = 1; size <= 16; size += 1) expect(watched(inPieces(bytes, [size]))).toEqual(expected)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (sizes) => {
        expect(watched(inPieces(bytes, sizes))).toEqual(expected)
      }),
    )
  })

  it.each(Object.entries(whole))('is never complete before its finish: %s', (_, text) => {
    const bytes = Buffer.from(text)
    const finish = text.lastIndexOf('"finish_reason":"')
    const end = text.indexOf(text.includes('\r') ? '\r\n\r' : '\n\n', finish)
    const lastCut = Buffer.byteLength(text.slice(0, end)) + (text.includes('\r') ? 2 : 1)
    for (let length = 0; length <= lastCut; length += 1) {
      expect(['truncated', 'malformed']).toContain(watched([bytes.subarray(0, length)]).verdict.kind)
    }
    for (let length = lastCut + 1; length <= bytes.length; length += 1) {
      expect(watched([bytes.subarray(0, length)]).verdict.kind).toBe('complete')
    }
  })

  it.each(everyStream)('lets an error frame follow wherever it stops, and no false [DONE] before it: %s', (_, text) => {
    const bytes = Buffer.from(text)
    const events = eventsOf(text)
    for (let length = 0; length <= bytes.length; length += 1) {
      const watcher = newWatcher()
      const { passableBytes } = watcher.feed(bytes.subarray(0, length))
      if (watcher.end().kind === 'complete') continue
      const frame = errorFrame({ message: 'broke off', status: 502, code: 'stream-broken' })
      const got = eventsOf(bytes.subarray(0, passableBytes).toString() + frame)
      expect(got.pop()).toContain('broke off')
      expect(got).toEqual(events.slice(0, got.length))
      expect(got).not.toContain('[DONE]')
    }
  })
})

it('never throws and never calls noise complete', () => {
  const line = fc.constantFrom(
    'data:',
    'data: {',
    '}',
    '\n',
    '\r',
    '\r\n',
    ':HTTP_STATUS/500',
    'event:error',
    '[DONE]',
    '{"choices":[{}]}',
    'id',
    '\u00EF\u00BB\u00BF',
    '"',
  )
  fc.assert(
    fc.property(fc.array(fc.array(line).map((signs) => signs.join(''))), (chunks) => {
      expect(watched(chunks.map((text) => Buffer.from(text, 'latin1'))).verdict.kind).not.toBe('complete')
    }),
    { numRuns: 2_000 },
  )
})

function newWatcher(): StreamWatcher {
  return chatStreamWatcher({ readFailure: chatFailureReader(undefined), now: () => new Date(0) })
}

function watched(chunks: readonly Uint8Array[]): { verdict: Verdict; usage: Usage | undefined; passableBytes: number } {
  const watcher = newWatcher()
  const state = watcher.feed(Buffer.alloc(0))
  for (const bytes of chunks) watcher.feed(bytes)
  return { verdict: watcher.end(), usage: watcher.usage(), passableBytes: state.passableBytes }
}

function stateAfter(text: string): WatcherState {
  return newWatcher().feed(Buffer.from(text))
}

function inPieces(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const pieces: Buffer[] = []
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    pieces.push(bytes.subarray(start, start + size))
    start += size
  }
  return pieces
}

function eventsOf(text: string): string[] {
  const events: string[] = []
  createParser({ onEvent: ({ data }) => void events.push(data) }).feed(text)
  return events
}
