/** The server under its answers: unknown addresses, large bodies, clients that leave. */
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { chunksIn, eventually, question, startWithClient } from './test-client.ts'
import type { TestClient } from './test-client.ts'

let portal: TestClient
let token: string
const lines: string[] = []
beforeEach(async () => {
  lines.length = 0
  portal = await startWithClient({ log: (line) => lines.push(line) })
  token = (await portal.login()).access_token
})
afterEach(() => portal.close())

it('tells at its bare address what it is', async () => {
  expect((await portal.send('/')).json).toMatchObject({ emulator: 'qwen-portal', portal: `${portal.url}/v1` })
})

it('knows no other addresses and methods', async () => {
  expect(await portal.send('/v1/embeddings', { method: 'POST' })).toMatchObject({
    status: 404,
    json: { error: { code: 'not_found' } },
  })
  const wrongMethod = await portal.send('/v1/chat/completions')
  expect(wrongMethod.status).toBe(405)
  expect(wrongMethod.headers.get('allow')).toBe('POST')
})

it('refuses a body over 40 MiB with 413, and takes one just below', async () => {
  const large = question('x'.repeat(40 * 1024 * 1024))
  expect(await portal.chat(token, large)).toMatchObject({
    status: 413,
    json: { error: { code: 'request_too_large' } },
  })
  expect((await portal.chat(token, question('x'.repeat(40 * 1024 * 1024 - 1_000)))).status).toBe(200)
})

it('stops a stream at once when its client leaves, and counts it', async () => {
  const leave = new AbortController()
  const response = await fetch(`${portal.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(question('hello', { stream: true, x_emulator: { chunks: 1_000, chunkDelayMs: 50 } })),
    signal: leave.signal,
  })
  await response.body?.getReader().read()
  expect((await portal.state()).counters.aborted).toBe(0)
  leave.abort()
  const { counters } = await eventually(portal.state, (state) => state.counters.aborted === 1)
  expect(counters.aborted).toBe(1)
})

it('waits for a reader that is slow, and loses nothing', async () => {
  const body = JSON.stringify(
    question('hello', { stream: true, x_emulator: { replyChars: 3_000_000, chunks: 30_000 } }),
  )
  const socket = connect(portal.port, '127.0.0.1')
  socket.write(
    `POST /v1/chat/completions HTTP/1.0\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  const received: Buffer[] = []
  socket.on('data', (bytes) => received.push(bytes))
  socket.once('data', () => {
    socket.pause()
    setTimeout(() => socket.resume(), 60)
  })
  await new Promise((resolve) => socket.once('close', resolve))
  const text = Buffer.concat(received).toString('utf8').split('\r\n\r\n')[1] ?? ''
  expect(chunksIn(text)).toHaveLength(30_002)
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
})

it('carries 200 slow streams at once without a missed chunk', async () => {
  const ask = () => portal.chat(token, question('hello', { stream: true, x_emulator: { chunks: 20, chunkDelayMs: 5 } }))
  const streams = await Promise.all(Array.from({ length: 200 }, ask))
  expect(streams.every(({ text }) => chunksIn(text).length === 22)).toBe(true)
})

it('logs a line for each exchange, without tokens and codes', async () => {
  await portal.chat(token, question('hello'))
  await portal.send('/authorize?user_code=ABCD&client=qwen-code')
  await eventually(
    () => Promise.resolve(lines.length),
    (count) => count === 5,
  )
  expect(lines).toEqual([
    expect.stringMatching(/^POST \/api\/v1\/oauth2\/device\/code 200 \d+ ms$/),
    expect.stringMatching(/^POST \/__emulator\/approve 200 \d+ ms$/),
    expect.stringMatching(/^POST \/api\/v1\/oauth2\/token 200 \d+ ms$/),
    expect.stringMatching(/^POST \/v1\/chat\/completions 200 \d+ ms$/),
    expect.stringMatching(/^GET \/authorize 404 \d+ ms$/),
  ])
})
