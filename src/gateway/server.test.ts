/** The gateway's server: where it listens, what it says of itself. */
import { Agent, get as httpGet } from 'node:http'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, it, onTestFinished } from 'vitest'
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'
import { Secret } from '../core/secret.ts'
import { says, stream, text } from '../serving/fixtures/answers.ts'
import { until } from '../serving/fixtures/upstream.ts'
import { ask, CHAT, open, refused } from './fixtures/connection.ts'
import { head, openBehind, openGateway, servicesOf, TOKEN } from './fixtures/gateway.ts'
import { bindPort } from './server.ts'

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === '::1')

describe('where it listens', () => {
  it('is this machine alone', async () => {
    const gateway = await openGateway()
    const lan = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal)?.address
    if (lan) await expect(refused(gateway.port, lan)).resolves.toBe('ECONNREFUSED')
  })

  it.skipIf(!hasIpv6)('is IPv6’s loopback too', async () => {
    const gateway = await openGateway()
    const status = await new Promise((resolve, reject) => {
      httpGet({ host: '::1', port: gateway.port, path: '/health', agent: new Agent() }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).on('error', reject)
    })
    expect(status).toBe(200)
  })

  it.skipIf(!hasIpv6)(
    'is not shared with another program on IPv6’s loopback, who would be sent our token',
    async () => {
      const other = createServer()
      await new Promise<void>((resolve) => void other.listen(0, '::1', resolve))
      onTestFinished(() => void other.close())
      const address = other.address()
      const port = typeof address === 'object' && address ? address.port : 0
      const started = bindPort({ port })
      await expect(started).rejects.toMatchObject({ code: 'port-in-use' })
      await expect(refused(port)).resolves.toBe('ECONNREFUSED')
    },
  )

  it('is refused by name when another program is there', async () => {
    const gateway = await openGateway()
    const second = bindPort({ port: gateway.port })
    await expect(second).rejects.toMatchObject({ code: 'port-in-use', status: 503 })
  })
})

it('keeps those waiting who ask before it serves, and answers them then', async () => {
  const { house } = await openBehind()
  const bound = await bindPort({ port: 0 })
  onTestFinished(() => bound.close())
  const asked = fetch(`http://127.0.0.1:${bound.port}/health`)
  await new Promise((resolve) => void setTimeout(resolve, 30))
  const token = new Secret(TOKEN)
  bound.serve(servicesOf(house), () => token)
  expect((await asked).status).toBe(200)
})

it('keeps a connection for the next request', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', says('hello'))
  const one = open(gateway, CHAT(gateway))
  await until(() => one.text().endsWith('0\r\n\r\n'))
  one.socket.write(ask(gateway, 'GET /v1/models'))
  await until(() => one.text().includes('"object":"list"'))
  expect(one.isClosed()).toBe(false)
})

it('answers requests that come in one piece one after the other', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', says('hello'))
  const one = open(gateway, CHAT(gateway) + ask(gateway, 'GET /v1/models') + ask(gateway, 'GET /health'))
  await until(() => one.text().includes('"uptimeS"'))
  expect(one.text().indexOf('[DONE]')).toBeLessThan(one.text().indexOf('"object":"list"'))
})

it('tells those who show the token how it stands', async () => {
  const gateway = await openGateway({ problems: () => ['the disk is full'] })
  gateway.upstream.script('a', stream([text('one')], 'stall'))
  const running = open(gateway, CHAT(gateway))
  await until(() => running.text().includes('one'))
  gateway.house.clock.advance(5_000)
  const answer = await gateway.raw(head('GET /health', `Host: ${gateway.host}`, `x-api-key: ${TOKEN}`))
  expect(JSON.parse(answer.body)).toEqual({
    status: 'degraded',
    version: '9.9.9',
    pid: process.pid,
    stateFolder: '/state',
    startedAt: '2026-03-14T12:00:00.000Z',
    uptimeS: 5,
    streams: 1,
    stateWritable: true,
    resting: [],
    problems: [{ message: 'the disk is full' }],
    network: {
      proxy: { kind: 'none' },
      ca: null,
      limits: { connectMs: 5_000, firstEventMs: 5_000, answerMs: 300_000, idleMs: 5_000, streamMs: 21_600_000 },
      hedge: { mode: 'free', afterMs: 10_000 },
      providers: {},
    },
  })
})

it('tells its problems in the language that is asked for, and in English where none of ours is', async () => {
  const broken = new OpenClawError('unset-variable', { provider: 'a', variable: 'KEY' })
  const gateway = await openGateway({ problems: () => [broken, phrase('proxy-no-url', { place: 'HTTPS_PROXY' })] })
  const problems = async (...accepted: readonly string[]): Promise<unknown> => {
    const lines = accepted.map((languages) => `Accept-Language: ${languages}`)
    const answer = await gateway.raw(head('GET /health', `Host: ${gateway.host}`, `x-api-key: ${TOKEN}`, ...lines))
    return (JSON.parse(Buffer.from(answer.body, 'latin1').toString()) as { problems: unknown }).problems
  }
  const { code, message } = broken
  const run = 'export KEY=...'
  const english = [{ code, message, run }, { message: 'the proxy address in HTTPS_PROXY is not a URL' }]
  expect(await problems()).toEqual(english)
  expect(await problems('ja, *;q=0.1')).toEqual(english)
  expect(await problems('ja;q=0.9, zh-TW;q=0.8, en;q=0.7')).toEqual([
    {
      code,
      message: 'a 的設定引用了 ${KEY}，但目前的環境沒有設定這個變數。執行中的閘道只知道它啟動時的環境。',
      run,
    },
    { message: 'HTTPS_PROXY 裡的代理位址不是 URL' },
  ])
})

it('tells a caller of a fault of our own no more than that it was one', async () => {
  const gateway = await openGateway({
    setup: () => {
      throw new Error('a secret of the inside')
    },
  })
  const answer = await gateway.raw(head('GET /v1/models', `Host: ${gateway.host}`, `x-api-key: ${TOKEN}`))
  expect(answer.status).toBe(500)
  expect(answer.text).not.toContain('secret')
  expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'internal', type: 'server_error' } })
})
