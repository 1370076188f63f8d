/** Outgoing HTTP as its callers meet it. */
import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { ask, listen, openClient, post, rawServer, record } from './fixtures/servers.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

it('sends method, path, headers and body as they were given', async () => {
  const server = await rawServer((socket) => socket.write(OK))
  const headers = ['authorization', 'Bearer t', 'X-Both', 'one', 'X-Both', 'two']
  await ask(
    openClient(),
    post(`http://127.0.0.1:${server.port}/v1/chat?a=%20b`, { headers, body: Buffer.from('你好') }),
  )
  const text = Buffer.from(server.requests[0]?.text ?? '', 'latin1').toString()
  await ask(openClient(), post(server.url, { body: new Uint8Array(Buffer.from('xxok')).subarray(2) }))
  expect(server.requests[1]?.text).toMatch(/content-length: 2\r\n\r\nok$/)
  expect(text).toBe(
    `POST /v1/chat?a=%20b HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nconnection: keep-alive\r\n` +
      'authorization: Bearer t\r\nX-Both: one\r\nX-Both: two\r\ncontent-length: 6\r\n\r\n你好',
  )
})

it('hands back whatever status came, redirects too, and every header', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(302, { location: 'https://evil.example/', 'set-cookie': ['a=1', 'b=2'] }).end('moved')
  })
  const port = await listen(server)
  const answer = await ask(openClient(), { ...post(`http://127.0.0.1:${port}/`), method: 'GET' })
  expect([answer.events, answer.text()]).toEqual([['head 302', 'data', 'end'], 'moved'])
  expect(answer.headers()).toMatchObject({ location: 'https://evil.example/', 'set-cookie': ['a=1', 'b=2'] })
})

it('lets no header name of an answer reach beyond the answer', async () => {
  const lines = '__proto__: polluted\r\nconstructor: x\r\n__proto__: again\r\n'
  const server = await rawServer((socket) => socket.write(`HTTP/1.1 200 OK\r\n${lines}content-length: 2\r\n\r\nok`))
  expect((await ask(openClient(), post(server.url))).text()).toBe('ok')
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

describe('nothing is sent', () => {
  it.each([
    ['http://portal.qwen.ai/v1'],
    ['http://192.168.1.1/'],
    ['http://169.254.169.254/latest/meta-data'],
    ['https://me:secret@portal.qwen.ai/'],
    ['ftp://127.0.0.1/'],
    ['secret'],
  ])('to %s', async (url) => {
    const answer = await ask(openClient(), post(url))
    expect(answer.problem()).toMatchObject({ kind: 'forbidden-address', neverSent: true })
    expect(answer.problem()?.message).not.toContain('secret')
  })

  it.each([
    ['a line break in a header', ['x-name', 'value\r\nx-injected: yes']],
    ['a header name that is none', ['x name', 'value']],
    ['a header about the connection itself', ['transfer-encoding', 'chunked']],
  ])('with %s', async (_what, headers) => {
    const server = await rawServer((socket) => socket.write(OK))
    const answer = await ask(openClient(), post(server.url, { headers }))
    expect(answer.problem()).toMatchObject({ kind: 'protocol', neverSent: true })
    expect(server.requests).toHaveLength(0)
  })

  it('where nobody listens, or no such name is', async () => {
    const client = openClient()
    expect((await ask(client, post('http://127.0.0.1:1/'))).problem()).toMatchObject({
      kind: 'refused',
      neverSent: true,
    })
    expect((await ask(client, post('https://no-such-host.invalid/'))).problem()).toMatchObject({
      kind: 'dns',
      neverSent: true,
    })
  })
})

it('calls no handler from inside send', async () => {
  const recording = record()
  openClient().send(post('nowhere'), recording.handler)
  expect(recording.events).toEqual([])
  await recording.over
  expect(recording.events).toEqual(['problem forbidden-address'])
})

it('takes a request made from inside an answer', async () => {
  const server = await rawServer((socket) => socket.write(OK))
  const client = openClient()
  const second = record()
  const first = record(() => client.send(post(server.url), second.handler))
  client.send(post(server.url), first.handler)
  await second.over
  expect(second.text()).toBe('ok')
})

it('gives up what is going on when it is closed, and sends nothing more', async () => {
  const server = await rawServer(() => {})
  const client = openClient()
  const going = record()
  client.send(post(server.url), going.handler)
  await new Promise((resolve) => setTimeout(resolve, 20))
  await client.close()
  expect(going.events).toEqual(['problem aborted'])
  expect((await ask(client, post(server.url))).problem()).toMatchObject({ kind: 'aborted', neverSent: true })
  expect(server.requests).toHaveLength(1)
})

it('keeps 200 parallel answers apart, byte for byte', async () => {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      let left = 20
      const timer = setInterval(() => {
        response.write(`<${body}>`)
        if (--left === 0) {
          clearInterval(timer)
          response.end()
        }
      }, 1)
    })
  })
  const port = await listen(server)
  const client = openClient()
  for (let round = 0; round < 3; round += 1) {
    const marks = Array.from({ length: 200 }, (_, index) => `${round}.${index}`)
    const answers = await Promise.all(
      marks.map((mark) => ask(client, post(`http://127.0.0.1:${port}/`, { body: Buffer.from(mark) }))),
    )
    expect(answers.map((answer) => answer.text())).toEqual(marks.map((mark) => `<${mark}>`.repeat(20)))
  }
})
