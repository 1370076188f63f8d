/** A thousand slow streams at once, none of them short of a chunk. */
import { Agent, request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newHouse, type House } from './support/house.ts'

let house: House
let port: number
let token: string

beforeAll(async () => {
  house = newHouse()
  house.pointAt(await house.emulator())
  ;({ port, token } = await house.gateway())
})
afterAll(() => house.leave())

const agent = new Agent({ maxSockets: Infinity })
const CHUNKS = 60

/** How many pieces of text came, and whether the stream ended as it should. */
function stream(): Promise<{ readonly pieces: number; readonly whole: boolean }> {
  const body = JSON.stringify({
    model: 'backup/backup-model',
    stream: true,
    messages: [{ role: 'user', content: 'x' }],
    x_emulator: { chunks: CHUNKS, chunkDelayMs: 50 },
  })
  return new Promise((done, fail) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path: '/v1/chat/completions',
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
        response.on('error', fail)
        response.on('end', () =>
          done({ pieces: text.match(/"content":"[^"]/g)?.length ?? 0, whole: text.endsWith('data: [DONE]\n\n') }),
        )
      },
    )
    sent.on('error', fail)
    sent.end(body)
  })
}

it('carries 1,000 streams of 60 chunks, 50 ms apart, without a missed chunk', { timeout: 60_000 }, async () => {
  const seen = await Promise.all(Array.from({ length: 1_000 }, stream))
  expect(seen.filter(({ pieces, whole }) => pieces !== CHUNKS || !whole)).toEqual([])
})
