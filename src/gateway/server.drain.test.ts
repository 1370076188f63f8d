/** The gateway's end: what runs comes to its own. */
import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DONE, FINISH, ROLE, stream, text } from '../serving/fixtures/answers.ts'
import { until } from '../serving/fixtures/upstream.ts'
import { ask, CHAT, open, refused } from './fixtures/connection.ts'
import { openGateway, TOKEN } from './fixtures/gateway.ts'

describe('while it ends', () => {
  it('takes no new connection, and lets a running stream come to its end', async () => {
    const gateway = await openGateway()
    const gate = Promise.withResolvers<void>()
    gateway.upstream.script('a', stream([ROLE, text('one'), gate.promise, text('two'), FINISH, DONE]))
    const running = open(gateway, CHAT(gateway))
    await until(() => running.text().includes('one'))
    const drained = gateway.drain(60_000)
    await expect(refused(gateway.port)).resolves.toBe('ECONNREFUSED')
    expect(running.isClosed()).toBe(false)
    gate.resolve()
    const began = performance.now()
    await drained
    expect(performance.now() - began).toBeLessThan(1_000)
    await until(() => running.isClosed())
    expect(running.text()).toContain('two')
    expect(running.text()).toContain('data: [DONE]')
    expect(running.text().endsWith('0\r\n\r\n')).toBe(true)
  })

  it('closes connections that rest, and those on which nothing was asked yet', async () => {
    const gateway = await openGateway()
    const resting = open(gateway, ask(gateway, 'GET /v1/models'))
    const silent = open(gateway)
    await until(() => resting.text().includes('200 OK'))
    const began = performance.now()
    await gateway.drain(60_000)
    expect(performance.now() - began).toBeLessThan(1_000)
    await until(() => resting.isClosed() && silent.isClosed())
  })

  it('says so to a caller whose answer has not begun', async () => {
    const gateway = await openGateway()
    const gate = Promise.withResolvers<void>()
    gateway.upstream.script('a', stream([gate.promise, text('one'), FINISH, DONE]))
    const running = open(gateway, CHAT(gateway))
    await until(() => gateway.upstream.hits('a').length === 1)
    const drained = gateway.drain(60_000)
    gate.resolve()
    await drained
    await until(() => running.isClosed())
    expect(running.text().toLowerCase()).toContain('connection: close')
    expect(running.text()).toContain('data: [DONE]')
  })

  it('serves what comes on a connection that it has already, as that one’s last', async () => {
    const gateway = await openGateway()
    const gate = Promise.withResolvers<void>()
    gateway.upstream.script('a', stream([text('one'), gate.promise, FINISH, DONE]))
    const running = open(gateway, CHAT(gateway))
    await until(() => running.text().includes('one'))
    const drained = gateway.drain(60_000)
    running.socket.write(ask(gateway, 'GET /v1/models'))
    await new Promise((resolve) => void setTimeout(resolve, 30))
    gate.resolve()
    await drained
    await until(() => running.isClosed())
    const [, second = ''] = running.text().split('[DONE]')
    expect(second).toContain('200 OK')
    expect(second.toLowerCase()).toContain('connection: close')
  })

  it('passes on what comes on a resting connection to the process that serves now, and says that it is the last', async () => {
    const gateway = await openGateway()
    const gate = Promise.withResolvers<void>()
    gateway.upstream.script('a', stream([text('one'), gate.promise, FINISH, DONE]))
    const running = open(gateway, CHAT(gateway))
    const resting = open(gateway, ask(gateway, 'GET /v1/models'))
    const foreign = open(gateway, ask(gateway, 'GET /v1/models'))
    await until(() => [running, resting, foreign].every((each) => each.text().includes('200 OK')))
    const handed = gateway.handOver(60_000)
    await expect(refused(gateway.port)).resolves.toBe('ECONNREFUSED')
    const asked: string[] = []
    const next = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.host} ${request.headers.authorization}`)
      request.pipe(response.setHeader('x-next', 'yes'))
    })
    await new Promise<void>((resolve) => void next.listen(gateway.port, '127.0.0.1', resolve))
    onTestFinished(() => void next.close())
    expect(resting.isClosed()).toBe(false)
    resting.socket.write(ask(gateway, 'POST /v1/anything', 'a body'))
    await until(() => resting.isClosed())
    expect(asked).toEqual([`POST /v1/anything ${gateway.host} Bearer ${TOKEN}`])
    const [, , last = ''] = resting.text().split('HTTP/1.1')
    expect(last).toMatch(/x-next: yes/)
    expect(last.toLowerCase()).toContain('connection: close')
    expect(last).toContain('a body')
    // Who may not come in here does not come in there.
    foreign.socket.write('GET /v1/models HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n')
    await until(() => foreign.isClosed())
    expect(foreign.text()).toContain('HTTP/1.1 403')
    expect(asked).toHaveLength(1)
    gate.resolve()
    await until(() => running.text().includes('[DONE]'))
    running.socket.destroy()
    await handed
  })

  it('cuts what has not ended in time, and has its row written', async () => {
    const gateway = await openGateway()
    gateway.upstream.script('a', stream([text('one')], 'stall'))
    const running = open(gateway, CHAT(gateway))
    await until(() => running.text().includes('one'))
    const began = performance.now()
    await gateway.drain(100)
    expect(performance.now() - began).toBeGreaterThanOrEqual(95)
    expect(performance.now() - began).toBeLessThan(1_000)
    expect(await gateway.house.rows()).toMatchObject([{ outcome: 'aborted' }])
    await until(() => running.isClosed())
    await until(() => gateway.upstream.hits('a')[0]?.isAborted ?? false)
  })

  it('cuts at once when it is told to', async () => {
    const gateway = await openGateway()
    gateway.upstream.script('a', 'silent')
    open(gateway, CHAT(gateway))
    await until(() => gateway.upstream.hits('a').length === 1)
    const drained = gateway.drain(60_000)
    expect(gateway.active()).toBe(1)
    gateway.end()
    await drained
    expect(gateway.active()).toBe(0)
    expect(await gateway.house.rows()).toMatchObject([{ outcome: 'aborted' }])
  })
})
