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
        stream.pass(position)
        if (at < commitAt) expect(bytes).toEqual([])
        else expect(Buffer.concat(bytes)).toEqual(Buffer.concat(pieces).subarray(0, position))
      }
    }),
  )
})

it('gives up at the end what may not go out, and puts the last word there', () => {
  const caller = newCaller()
  caller.reply.head(200, {})
  const stream = heldStream(caller.reply, same)
  stream.commit()
  stream.hold(Buffer.from('whole half'))
  stream.end(6, '!')
  expect([caller.text, caller.ended]).toEqual(['whole !', true])
})
