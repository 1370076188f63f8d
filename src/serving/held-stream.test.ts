/** Bytes held until the commit point. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { newCaller } from './fixtures/caller.ts'
import { heldStream } from './held-stream.ts'

const same = (bytes: Uint8Array): Uint8Array => bytes

it('passes each byte once, in order, up to where it may', () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 30 })
  fc.assert(
    fc.property(chunks, fc.infiniteStream(fc.nat(40)), fc.nat(30), (pieces, steps, commitAt) => {
      const caller = newCaller()
      const bytes: Buffer[] = []
      caller.reply.head(200, {})
      const stream = heldStream({ ...caller.reply, write: (chunk) => bytes.push(Buffer.from(chunk)) > 0 }, same)
      let held = 0
      let position = 0
      for (const [at, piece] of pieces.entries()) {
        if (at === commitAt) stream.commit()
        stream.hold(piece)
        held += piece.byteLength
        position = Math.min(held, position + (steps.next().value ?? 0))
        stream.pass({ passableBytes: position, edits: [] })
        if (at < commitAt) expect(bytes).toEqual([])
        else expect(Buffer.concat(bytes)).toEqual(Buffer.concat(pieces).subarray(0, position))
      }
    }),
  )
})

it('leaves out and replaces what is edited, however the stream was cut and whenever it went out', () => {
  const events = fc.array(
    fc.record({ size: fc.integer({ min: 1, max: 9 }), text: fc.option(fc.constantFrom('', '(new)')) }),
  )
  fc.assert(
    fc.property(events, fc.integer({ min: 1, max: 12 }), fc.nat(12), (list, step, commitAt) => {
      const caller = newCaller()
      caller.reply.head(200, {})
      const stream = heldStream(caller.reply, same)
      const passable = { passableBytes: 0, edits: [] as { start: number; end: number; text: string }[] }
      let expected = ''
      let whole = ''
      for (const [at, { size, text }] of list.entries()) {
        const came = String(at % 10).repeat(size)
        const start = whole.length
        whole += came
        expected += text ?? came
        for (let from = 0; from < size; from += step) stream.hold(Buffer.from(came.slice(from, from + step)))
        if (text !== null) passable.edits.push({ start, end: start + size, text })
        passable.passableBytes = whole.length
        if (at === commitAt) stream.commit()
        stream.pass(passable)
      }
      stream.commit()
      stream.end(passable, '!')
      expect(caller.text).toBe(`${expected}!`)
    }),
  )
})

it('gives up at the end what may not go out, and puts the last word there', () => {
  const caller = newCaller()
  caller.reply.head(200, {})
  const stream = heldStream(caller.reply, same)
  stream.commit()
  stream.hold(Buffer.from('whole half'))
  stream.end({ passableBytes: 6, edits: [] }, '!')
  expect([caller.text, caller.ended]).toEqual(['whole !', true])
})
