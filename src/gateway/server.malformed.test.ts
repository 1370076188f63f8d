/** What is no HTTP. */
import { describe, expect, it } from 'vitest'
import { DONE, FINISH, stream, text } from '../serving/fixtures/answers.ts'
import { until } from '../serving/fixtures/upstream.ts'
import { CHAT, open } from './fixtures/connection.ts'
import { head, openGateway } from './fixtures/gateway.ts'

describe('malformed HTTP', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['a TLS greeting', Buffer.from('16030100a5010000a10303', 'hex')],
    ['a version that there is not', 'GET /health HTTP/9.9\r\nHost: HOST\r\n\r\n'],
    ['a header without a colon', 'GET /health HTTP/1.1\r\nHost HOST\r\n\r\n'],
    ['a folded header', 'GET /health HTTP/1.1\r\nHost: HOST\r\nx-a: 1\r\n 2\r\n\r\n'],
    ['a blank before the colon', 'GET /health HTTP/1.1\r\nHost : HOST\r\n\r\n'],
    ['a NUL in a header', 'GET /health HTTP/1.1\r\nHost: HOST\r\nx-a: \0\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['a length that is none', 'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n'],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a bare line feed', 'GET /health HTTP/1.1\nHost: HOST\n\n'],
  ])('is a 400, and the gateway lives on: %s', async (_, written) => {
    const gateway = await openGateway()
    const sent = typeof written === 'string' ? written.replace('HOST', gateway.host) : written
    const answer = await gateway.raw(sent)
    expect([400, 505]).toContain(answer.status)
    const next = await gateway.raw(head('GET /health', `Host: ${gateway.host}`))
    expect(next.status).toBe(200)
  })

  it('is no matter to a stream on another connection', async () => {
    const gateway = await openGateway()
    const gate = Promise.withResolvers<void>()
    gateway.upstream.script('a', stream([text('one'), gate.promise, FINISH, DONE]))
    const running = open(gateway, CHAT(gateway))
    await until(() => running.text().includes('one'))
    for (let round = 0; round < 50; round += 1) await gateway.raw(`\0${round}\r\n\r\n`)
    gate.resolve()
    await until(() => running.text().includes('[DONE]'))
  })
})
