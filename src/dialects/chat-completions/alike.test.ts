import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { alikeEvents } from './alike.ts'
import { chatFailureReader } from './failure.ts'
import { chunk, stream } from './recorded-streams.fixture.ts'
import type { WatcherState } from '../stream-watcher.ts'
import { chatStreamWatcher } from './watcher.ts'

const words = (text: string, more: object = {}): string => stream(chunk({ content: text }, null, more))
const endOf = (learnt: string, event: string): number => {
  const alike = alikeEvents()
  alike.learn(Buffer.from(learnt).toString('latin1'))
  return alike.endOf(Buffer.from(event), 0)
}

it.each([
  ['words', words('one'), words('another, "quoted"\n\u0001 — 世界 😀')],
  ['no words after words', words('one'), words('')],
  ['reasoning', stream(chunk({ content: null, reasoning: 'a' })), stream(chunk({ content: null, reasoning: 'b' }))],
  ['words with their length hidden', words('one', { obfuscation: 'xyz' }), words('four', { obfuscation: 'ab' })],
  ['words with blanks between', words('a').replaceAll(':"', ': "'), words('b').replaceAll(':"', ': "')],
])('knows %s again', (_, learnt, event) => {
  expect(endOf(learnt, event)).toBe(Buffer.byteLength(event))
  expect(endOf(learnt, `${event}${event}`)).toBe(Buffer.byteLength(event))
})

it.each([
  ['half an event', words('one'), words('one').slice(0, -1)],
  ['another time', words('one'), words('one', { created: 1 })],
  ['a finish', words('one'), stream(chunk({ content: 'one' }, 'stop'))],
  ['a sign that must be escaped', words('one'), words('one').replace('one', 'o\tne')],
  ['an escape that is none', words('one'), words('one').replace('one', String.raw`o\xne`)],
  ['half an escape', words('one'), words('one').replace('one', String.raw`o\u12`)],
  ['a finish learnt', stream(chunk({ content: 'one' }, 'stop')), stream(chunk({ content: 'two' }, 'stop'))],
  ['usage learnt', words('one', { usage: { prompt_tokens: 1 } }), words('two', { usage: { prompt_tokens: 1 } })],
  ['an error learnt', words('one', { error: { content: 'a' } }), words('one', { error: { content: 'b' } })],
  ['nothing said yet', words(''), words('one')],
  ['broken JSON learnt', words('one').replace('}]', '}'), words('two').replace('}]', '}')],
  ['a tool call learnt', tools('a'), tools('a')],
  ['two answers at once learnt', twoAnswers('a'), twoAnswers('b')],
  ['lines that end otherwise', words('one').replace('data: ', 'data:\r'), words('two').replace('data: ', 'data:\r')],
])('reads anew %s', (_, learnt, event) => {
  expect(endOf(learnt, event)).toBe(-1)
})

it('tells what reading each event would have told, however odd the events are', () => {
  const piece = fc.constantFrom(
    'a',
    '世',
    '"',
    '\\',
    '\\n',
    '\\u00e9',
    '\\u12',
    '\t',
    '\n',
    '\r',
    '\n\n',
    '',
    '}',
    '{"',
  )
  const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''))
  const event = fc.oneof(
    { weight: 6, arbitrary: text.map((odd) => words('WORDS').replace('WORDS', () => odd)) },
    text.map((odd) => words('one', { usage: null, text: 'WORDS' }).replace('WORDS', () => odd)),
    fc.constantFrom(
      stream(chunk({ role: 'assistant', content: '' })),
      stream(chunk({}, 'stop')),
      stream(chunk({ content: 'cut' }, 'error_finish')),
      stream(chunk({}, null, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } })),
      stream('[DONE]'),
      ': ping\n\n',
      ':HTTP_STATUS/500\n',
      'event: error\n',
      '\r',
      '\n',
      tools('{"a":'),
      words('a').replaceAll('\n', '\r\n'),
    ),
  )
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 12 }), (events) => {
      const bytes = events.map((each) => Buffer.from(each))
      expect(told(bytes)).toEqual(told(bytes.flatMap((each) => [...each].map((byte) => Buffer.from([byte])))))
    }),
    { numRuns: 3_000 },
  )
})

function tools(args: string): string {
  const call = { index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: args } }
  return stream(chunk({ content: 'one', tool_calls: [call] }))
}

function twoAnswers(text: string): string {
  const [one, two] = [0, 1].map((index) => ({ index, delta: { content: text }, finish_reason: null }))
  return stream(chunk({}, null, { choices: [one, two] }))
}

function told(chunks: readonly Buffer[]): object {
  const watcher = chatStreamWatcher({ readFailure: chatFailureReader(undefined), now: () => new Date(0) })
  let state: WatcherState | undefined
  for (const each of chunks) state = watcher.feed(each)
  const { good, finished, done } = state ?? {}
  const verdict = watcher.end()
  // The second half of a \r\n that was cut in two goes out with what comes next.
  const passed = Buffer.concat(chunks).subarray(0, state?.passableBytes)
  return { good, finished, done, verdict, usage: watcher.usage(), passed: passed.toString().trimEnd() }
}
