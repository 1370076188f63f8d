/** A request's body: read whole, refused in time, and the refusal arrives. */
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { says } from '../serving/fixtures/answers.ts'
import { until } from '../serving/fixtures/upstream.ts'
import { LONGEST_BODY_BYTES } from './body.ts'
import { head, openGateway, TOKEN, type OpenGateway, type RawAnswer } from './fixtures/gateway.ts'

const POST = 'POST /v1/chat/completions'
const GOOD = '{"model":"a/m","messages":[{"role":"user","content":"hi"}],"stream":true}'

function lines(gateway: OpenGateway, ...more: readonly string[]): readonly string[] {
  return [`Host: ${gateway.host}`, `Authorization: Bearer ${TOKEN}`, ...more]
}

function post(gateway: OpenGateway, body: string | Uint8Array, ...more: readonly string[]): Promise<RawAnswer> {
  const bytes = Buffer.from(body)
  const start = head(POST, ...lines(gateway, `Content-Length: ${bytes.byteLength}`, ...more))
  return gateway.raw(Buffer.concat([Buffer.from(start), bytes]))
}

it.each([
  ['is not JSON', '{hello}', 'valid JSON'],
  ['breaks off', '{"model":"a/m"', 'valid JSON'],
  ['is empty', '', 'valid JSON'],
  ['is no object', '[]', 'JSON object'],
  ['names no model', '{"messages":[{"role":"user","content":"hi"}]}', '`model`'],
  ['names a model twice', `${GOOD.slice(0, -1)},"model":"b/n"}`, 'twice'],
  ['holds no messages', '{"model":"a/m","messages":[]}', '`messages`'],
  ['begins with a byte order mark', `\uFEFF${GOOD}`, 'byte order mark'],
  ['is no UTF-8', Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff]), Buffer.from('"}')]), 'UTF-8'],
])('is refused when it %s', async (_, body, words) => {
  const gateway = await openGateway()
  const answer = await post(gateway, body)
  expect([answer.status, answer.headers['content-type']]).toEqual([400, 'application/json'])
  const { error } = JSON.parse(answer.body) as { readonly error: Readonly<Record<string, unknown>> }
  expect(error).toMatchObject({ type: 'invalid_request_error', code: 'bad_request' })
  expect(error['message']).toContain(words)
})

it('names the field that is to blame', async () => {
  const gateway = await openGateway()
  const answer = await post(gateway, '{"model":7,"messages":[]}')
  expect(JSON.parse(answer.body)).toMatchObject({ error: { param: 'model' } })
})

it('is refused when it is compressed', async () => {
  const gateway = await openGateway()
  const answer = await post(gateway, gzipSync(GOOD), 'Content-Encoding: gzip')
  expect(answer.status).toBe(415)
})

it('may come in chunks of any size', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', says('hello'))
  const chunks = Array.from(GOOD, (sign) => `1\r\n${sign}\r\n`).join('')
  const answer = await gateway.raw(`${head(POST, ...lines(gateway, 'Transfer-Encoding: chunked'))}${chunks}0\r\n\r\n`)
  expect(answer.status).toBe(200)
})

describe('a body over 32 MiB', () => {
  it('is refused by what it announces, and the answer arrives though the caller goes on sending', async () => {
    const gateway = await openGateway()
    const body = Buffer.alloc(LONGEST_BODY_BYTES + 1, ' ')
    for (let round = 0; round < 5; round += 1) {
      const answer = await post(gateway, body)
      expect([answer.status, answer.headers['connection']]).toEqual([413, 'close'])
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'body_too_large' } })
    }
  })

  it('fails no program’s writing, so that it comes to read the answer', async () => {
    const gateway = await openGateway()
    const met: unknown[] = []
    await new Promise<void>((resolve) => {
      const outgoing = httpRequest({
        host: '127.0.0.1',
        port: gateway.port,
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { authorization: `Bearer ${TOKEN}` },
      })
      outgoing.on('error', (error) => met.push(error))
      outgoing.on('response', (response) => void met.push(response.statusCode, response.resume()))
      outgoing.on('close', resolve)
      outgoing.end(Buffer.alloc(LONGEST_BODY_BYTES + 8_388_608))
    })
    expect(met[0]).toBe(413)
    expect(met).toHaveLength(2)
  })

  it('reaches the official client as an error of its own', async () => {
    const { openai } = await openGateway()
    const content = 'x'.repeat(LONGEST_BODY_BYTES)
    const asked = openai.chat.completions.create({ model: 'a/m', messages: [{ role: 'user', content }] })
    await expect(asked).rejects.toMatchObject({ status: 413, code: 'body_too_large' })
  })

  it('is refused once so much has come in chunks, and is not kept', async () => {
    const gateway = await openGateway()
    const before = process.memoryUsage().rss
    const answer = await endless(gateway, 400)
    expect(answer.status).toBe(413)
    expect(process.memoryUsage().rss - before).toBeLessThan(160 * 1_048_576)
  })

  it('that is announced and never sent is refused at once', async () => {
    const gateway = await openGateway()
    const began = performance.now()
    const answer = await gateway.raw(head(POST, ...lines(gateway, 'Content-Length: 1073741824')))
    expect(answer.status).toBe(413)
    // The connection stays a moment, for a caller that is still sending.
    expect(performance.now() - began).toBeLessThan(3_000)
  })

  it('is taken at exactly that size', async () => {
    const gateway = await openGateway()
    gateway.upstream.script('a', says('hello'))
    const answer = await post(gateway, GOOD + ' '.repeat(LONGEST_BODY_BYTES - GOOD.length))
    expect(answer.status).toBe(200)
    expect(gateway.upstream.hits('a')[0]?.body.byteLength).toBeGreaterThan(LONGEST_BODY_BYTES - 10)
  })
})

it('is forgotten when the caller breaks it off', async () => {
  const gateway = await openGateway()
  const socket = connect(gateway.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(head(POST, ...lines(gateway, 'Content-Length: 1000')) + GOOD)
  await until(() => gateway.active() === 1)
  socket.destroy()
  await until(() => gateway.active() === 0)
  expect(gateway.upstream.hits('a')).toEqual([])
})

it('with a broken chunk is a 400, and harms nobody else', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', says('hello'))
  const broken = await gateway.raw(
    `${head(POST, ...lines(gateway, 'Transfer-Encoding: chunked'))}zz\r\n{}\r\n0\r\n\r\n`,
  )
  expect(broken.status).toBe(400)
  expect((await post(gateway, GOOD)).status).toBe(200)
})

it('that is sent with a wrong token is thrown away, and the 401 arrives', async () => {
  const gateway = await openGateway()
  const body = Buffer.alloc(20 * 1_048_576, ' ')
  const start = head(POST, `Host: ${gateway.host}`, `Content-Length: ${body.byteLength}`)
  const answer = await gateway.raw(Buffer.concat([Buffer.from(start), body]))
  expect(answer.status).toBe(401)
})

/** Sends chunks until it is answered, at most so many MiB. */
function endless(gateway: OpenGateway, mostMiB: number): Promise<{ readonly status: number | undefined }> {
  return new Promise((resolve, reject) => {
    let sent = 0
    let answered = false
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port: gateway.port,
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { authorization: `Bearer ${TOKEN}`, 'transfer-encoding': 'chunked' },
      },
      (response) => {
        answered = true
        response.resume().on('end', () => resolve({ status: response.statusCode }))
      },
    )
    const piece = Buffer.alloc(1_048_576, ' ')
    const send = (): void => {
      if (answered || sent >= mostMiB) return
      sent += 1
      if (outgoing.write(piece)) setImmediate(send)
      else outgoing.once('drain', send)
    }
    outgoing.on('error', (error) => (answered ? undefined : reject(error)))
    send()
  })
}
