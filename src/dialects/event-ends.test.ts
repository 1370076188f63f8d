import { createParser } from 'eventsource-parser'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { eventEndFinder } from './event-ends.ts'

it('finds the end of each event, whatever ends its lines', () => {
  expect(endsOf(['data: a\n\ndata: b\n\nda'])).toEqual([9, 18])
  expect(endsOf(['data: a\r\n\r\ndata: b\r\rdata: c\n\r\n'])).toEqual([11, 20, 30])
})

it('finds it when the chunks are cut within the line end', () => {
  expect(endsOf(['data: a\n', '\n'])).toEqual([9])
  expect(endsOf(['data: a\r\n\r', '\ndata: b\n\n'])).toEqual([10, 20])
})

it('agrees with the parser on every stream and every cut', () => {
  const piece = fc
    .array(fc.constantFrom('\r', '\n', '\r\n', 'data:x', 'a', ':'), { maxLength: 8 })
    .map((signs) => signs.join(''))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (chunks) => {
      const whole = chunks.join('')
      const ends = endsOf(chunks)
      // Fed in pieces that end where events end, the parser has told each event by the end of its piece.
      expect(eventsBy([whole.slice(0, ends.at(-1) ?? 0)])).toBe(eventsBy([whole]))
      for (const end of ends) {
        expect(eventsBy([whole.slice(0, end)]) + eventsBy([whole.slice(end)])).toBe(eventsBy([whole]))
      }
    }),
    { numRuns: 2_000 },
  )
})

function endsOf(chunks: readonly string[]): readonly number[] {
  const find = eventEndFinder()
  let start = 0
  return chunks.flatMap((chunk) => {
    const ends = find(chunk).map((end) => start + end)
    start += chunk.length
    return ends
  })
}

function eventsBy(chunks: readonly string[]): number {
  let events = 0
  const parser = createParser({ onEvent: () => (events += 1) })
  for (const chunk of chunks) parser.feed(chunk)
  return events
}
