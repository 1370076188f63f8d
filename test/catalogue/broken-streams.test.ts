/** Streams that break, in every place and in every way: rows S-03 to S-06 of the catalogue. */
import { describe, expect, it } from 'vitest'
import type { Usage, Verdict } from '../../src/core/verdict.ts'
import { errorFrame } from '../../src/dialects/chat-completions/errors.ts'
import { chatFailureReader } from '../../src/dialects/chat-completions/failure.ts'
import { chatTextReader } from '../../src/dialects/chat-completions/text-reader.ts'
import { chatStreamWatcher } from '../../src/dialects/chat-completions/watcher.ts'
import { MAX_EVENT_BYTES } from '../../src/dialects/stream-watcher.ts'
import { readQwenFailure } from '../../src/plugins/qwen-portal/read-failure.ts'
import { chunk, errorEvent, FINISH, ROLE, stream, text as saying } from '../../src/serving/fixtures/answers.ts'
import { twoModels } from '../../src/serving/fixtures/two-models.ts'
import { qwenChat, RECORDED_AT, textOf } from '../support/recorded.ts'
import { sizeOf } from './sizes.ts'
import { seeded } from './support/seeded.ts'

const MIB = 1_048_576
/** As servers sent them, whole and broken ones. */
const recorded = qwenChat
  .filter(({ name }) => name.startsWith('stream.'))
  .map((one) => ({ name: one.name, text: textOf(one) }))
const whole = recorded.filter((one) => watched([Buffer.from(one.text)]).verdict.kind === 'complete')

/** The same stream in the other ways in which the standard lets it be written. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  'as it came': (text) => text,
  'with \\r\\n': (text) => text.replaceAll('\n', '\r\n'),
  'with \\r alone': (text) => text.replaceAll('\n', '\r'),
  'with a byte order mark': (text) => `\uFEFF${text}`,
  'with comments between': (text) => `: open\n\n${text.replaceAll('\n\n', '\n\n: ping\n\n')}`,
  'with fields that nobody knows': (text) => text.replaceAll('data:', 'x-trace: 7\nretry: 10\nid: 4\ndata:'),
  'with events of other names': (text) => text.replaceAll('\n\n', '\n\nevent: ping\n\n'),
  'without blanks after the colon': (text) => text.replaceAll('data: {', 'data:{'),
  'without [DONE]': (text) => text.replace('data: [DONE]\n\n', ''),
  'with [DONE] twice': (text) => text.replace('data: [DONE]\n\n', 'data: [DONE]\n\ndata: [DONE]\n\n'),
  'without its last blank line': (text) => text.replace(/\n\n$/, '\n'),
}

describe('S-03 a stream cut at any byte', () => {
  it.each(whole)('ends in one error and never in a false finish: $name', (one) => {
    const bytes = Buffer.from(one.text)
    const all = readBy(one.text)
    for (let length = 0; length <= bytes.length; length += 1) {
      const { verdict, passed } = watched([bytes.subarray(0, length)])
      if (verdict.kind === 'complete') continue
      expect(['truncated', 'malformed']).toContain(verdict.kind)
      const frame = errorFrame({ message: 'broke off', status: 502, code: 'network' })
      const got = readBy(`${passed}\n\n${frame}`)
      expect(got.error).toBe('broke off')
      expect(got.finish).toBeUndefined()
      expect(all.text.startsWith(got.text)).toBe(true)
      expect(passed).not.toContain('[DONE]')
    }
  })

  it('reaches its caller as an error event after what had come, and as the fallback’s answer before that', async () => {
    const body = Buffer.from([ROLE, saying('one '), saying('two '), FINISH].join(''))
    const random = seeded(503)
    const beginning = ROLE.length + saying('one ').length
    // Its finish is the last event: from its blank line on the answer is whole.
    const cuts = [
      0,
      beginning - 1,
      beginning,
      body.length - 1,
      ...Array.from({ length: sizeOf('S-03') }, () => random.below(body.length)),
    ]
    for (const length of cuts) {
      const { house } = await twoModels({
        a: [stream([body.subarray(0, length)], 'cut')],
        b: stream([saying('instead'), FINISH]),
      })
      const { served, caller } = await house.ask()
      expect(served.kind).toBe('answered')
      expect(caller.ended).toBe(true)
      const got = readBy(caller.text)
      if (length < beginning) expect(got).toMatchObject({ text: 'instead', finish: 'stop' })
      else if (length < body.length)
        expect(got).toMatchObject({ finish: undefined, error: expect.stringContaining('broke off') as string })
      expect(caller.text).not.toContain('[DONE]')
      const row = (await house.rows()).find(({ provider }) => provider === 'a')
      expect(row).toMatchObject({ outcome: 'failed', verdict: 'truncated' })
    }
  })
})

describe('S-04 an error inside a 200', () => {
  /** As programs know them. */
  const codes: Readonly<Record<string, string>> = {
    'rate-limit': 'rate_limit_exceeded',
    'model-missing': 'model_not_found',
    billing: 'insufficient_quota',
    filtered: 'content_filter',
  }
  const named = (data: string, status?: number): string =>
    `id:1\nevent:error\n${status === undefined ? '' : `:HTTP_STATUS/${status}\n`}data:${data}\n\n`
  const shapes: readonly (readonly [string, string, string])[] = [
    ['wrapped', errorEvent('busy', 'rate_limit_exceeded'), 'rate-limit'],
    [
      'flat, its status in a comment',
      named('{"request_id":"1","code":"Throttling.AllocationQuota","message":"Allocated quota exceeded."}', 429),
      'rate-limit',
    ],
    ['flat, without an event name', 'data: {"code":"InternalError","message":"x","request_id":"1"}\n\n', 'overload'],
    ['a text with a status', named('Service Unavailable', 503), 'overload'],
    ['a text without one', named('going down'), 'overload'],
    [
      'as a native event of another format',
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
      'overload',
    ],
    ['with a status for a code', 'data: {"error":{"message":"x","code":401}}\n\n', 'auth'],
    ['with a status beside it', 'data: {"error":{"message":"x","status":402}}\n\n', 'billing'],
    ['in one word', 'data: {"error":"model_not_found"}\n\n', 'model-missing'],
    ['beside empty choices', 'data: {"choices":[],"error":{"message":"x","type":"server_error"}}\n\n', 'overload'],
    ['in its finish', chunk({ delta: { content: 'Throttling: TPM(2/1)' }, finish_reason: 'error_finish' }), 'overload'],
    [
      'as a filter',
      named(
        '{"code":"content_filter","message":"Output data may contain inappropriate content.","request_id":"1"}',
        400,
      ),
      'filtered',
    ],
  ]

  it.each(shapes)('is a failure like one with a status before the first word: %s', async (_, event, kind) => {
    const { house, upstream } = await twoModels({ a: [stream([ROLE, event])], b: stream([saying('instead'), FINISH]) })
    const { served, caller } = await house.ask()
    if (kind === 'filtered') {
      expect(served.kind === 'refused' && served.refused.status).toBe(400)
      expect(upstream.hits('b')).toEqual([])
      return
    }
    expect(readBy(caller.text)).toMatchObject({ text: 'instead', finish: 'stop' })
    const attempts = caller.headers['x-openclaw-attempts']
    expect(attempts).toContain(`=${kind}`)
  })

  it.each(shapes)('ends in an error event after it, and is not asked again: %s', async (_, event, kind) => {
    const { house, upstream } = await twoModels({
      a: [stream([ROLE, saying('Par'), event])],
      b: stream([saying('no'), FINISH]),
    })
    const { caller } = await house.ask()
    const got = readBy(caller.text)
    expect(got).toMatchObject({ text: 'Par', finish: undefined })
    expect(got.error).toContain('broke off')
    expect(caller.text.trimEnd().endsWith(`"code":"${codes[kind] ?? kind}"}}`)).toBe(true)
    expect([upstream.hits('a').length, upstream.hits('b').length]).toEqual([1, 0])
  })
})

describe('S-05 a stream in any slices and spellings', () => {
  for (const [how, spelled] of Object.entries(SPELLINGS)) {
    it.each(recorded)(`says the same, ${how}: $name`, (one) => {
      const bytes = Buffer.from(spelled(one.text))
      const expected = watched([bytes])
      const plain = watched([Buffer.from(one.text)])
      // What has no blank line behind it is no event: a broken stream loses its last one with that.
      if (!how.startsWith('without its last') || plain.verdict.kind === 'complete') {
        expect(expected.verdict).toEqual(plain.verdict)
        expect(expected.usage).toEqual(plain.usage)
        expect(readBy(spelled(one.text)).text).toBe(readBy(one.text).text)
      }
      for (let size = 1; size <= 16; size += 1) expect(watched(inPieces(bytes, () => size))).toEqual(expected)
    })
  }

  it('says the same in slices of every size', () => {
    for (const one of recorded) {
      const bytes = Buffer.from(one.text)
      const expected = watched([bytes])
      for (let size = 17; size <= bytes.length; size += 1)
        expect(watched(inPieces(bytes, () => size))).toEqual(expected)
    }
  })

  it('says the same in slices of mixed sizes', () => {
    const random = seeded(505)
    const texts = recorded.flatMap((one) => Object.values(SPELLINGS).map((spelled) => spelled(one.text)))
    for (let turn = 0; turn < sizeOf('S-05'); turn += 1) {
      const bytes = Buffer.from(texts[random.below(texts.length)] ?? '')
      expect(watched(inPieces(bytes, () => 1 + random.below(300)))).toEqual(watched([bytes]))
    }
  })
})

describe('S-06 a stream that would fill the memory', () => {
  it('S-06 fails at a line of more than 8 MiB, however it comes', () => {
    for (const piece of [200, 65_536]) {
      const watcher = newWatcher()
      watcher.feed(Buffer.from('data: '))
      const filler = Buffer.alloc(piece, 'a')
      let fed = 6
      while (!watcher.feed(filler).failed) fed += piece
      expect(fed).toBeLessThanOrEqual(MAX_EVENT_BYTES)
      expect(watcher.end()).toMatchObject({ kind: 'malformed', failure: { kind: 'malformed' } })
    }
  })

  it('S-06 keeps nothing of blank lines, comments and events that say nothing', () => {
    const times = sizeOf('S-06')
    for (const line of ['\n', ': ping\n\n', 'data: {"choices":[]}\n\n', 'event: ping\n\n', 'x\n\n']) {
      const watcher = newWatcher()
      const batch = Buffer.from(line.repeat(1_000))
      const before = process.memoryUsage().rss
      for (let fed = 0; fed < times; fed += 1_000) expect(watcher.feed(batch).failed).toBeUndefined()
      expect(process.memoryUsage().rss - before).toBeLessThan(32 * MIB)
      watcher.feed(Buffer.from([ROLE, saying('a'), FINISH].join('')))
      expect(watcher.end().kind).toBe('complete')
    }
  })
})

function newWatcher() {
  return chatStreamWatcher({ readFailure: chatFailureReader(readQwenFailure), now: () => RECORDED_AT })
}

function watched(pieces: readonly Buffer[]): { verdict: Verdict; usage: Usage | undefined; passed: string } {
  const watcher = newWatcher()
  const state = watcher.feed(Buffer.alloc(0))
  for (const piece of pieces) watcher.feed(piece)
  const verdict = watcher.end()
  // Where a \r\n was cut in two, the second half of an event's last one goes out with the next event, or not at all.
  const passed = Buffer.concat(pieces)
    .subarray(0, state.passableBytes)
    .toString()
    .replace(/[\r\n]+$/, '')
  return { verdict, usage: watcher.usage(), passed }
}

function inPieces(bytes: Buffer, size: () => number): readonly Buffer[] {
  const pieces: Buffer[] = []
  for (let start = 0; start < bytes.length;) {
    const end = start + size()
    pieces.push(bytes.subarray(start, end))
    start = end
  }
  return pieces
}

/** What a person would see of it. */
function readBy(wire: string): { text: string; finish: string | undefined; error: string | undefined } {
  let seen = ''
  const reader = chatTextReader((_, piece) => (seen += piece))
  reader.feed(Buffer.from(wire))
  return { text: seen, finish: reader.finishReason(), error: reader.error() }
}
