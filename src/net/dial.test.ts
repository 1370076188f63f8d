/** New connections: which certificates are trusted, which way they go. */
import { createServer as createProxy, type IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:https'
import { connect, createServer as createTcpServer, type Socket } from 'node:net'
import type { SecureVersion, TLSSocket } from 'node:tls'
import { describe, expect, it, vi } from 'vitest'
import { ask, listen, openClient, pem, post, rawServer, trusting } from './fixtures/servers.ts'

type Certificate = 'server' | 'expired' | 'elsewhere' | 'self-signed'

function secureServer(certificate: Certificate, versions: { only?: SecureVersion } = {}): Server {
  const only = versions.only && { minVersion: versions.only, maxVersion: versions.only }
  return createServer(
    { key: pem('server-key'), cert: pem(certificate), ...only, ...(only && { ciphers: 'DEFAULT:@SECLEVEL=0' }) },
    (request, response) => {
      request.resume()
      response.end(`${request.headers.host}${request.url}`)
    },
  )
}

describe('S-15 TLS', () => {
  it('trusts a server whose authority was given, beside the usual ones', async () => {
    const port = await listen(secureServer('server'))
    const client = openClient(trusting('ca'))
    expect((await ask(client, post(`https://127.0.0.1:${port}/v1`))).text()).toBe(`127.0.0.1:${port}/v1`)
    expect((await ask(client, post(`https://localhost:${port}/v1`))).text()).toBe(`localhost:${port}/v1`)
  })

  it.each<[string, Certificate, RegExp]>([
    ['self-signed', 'self-signed', /self.signed/],
    ['expired', 'expired', /expired/],
    ["for another server's name", 'elsewhere', /not in the cert/],
  ])('refuses a certificate that is %s, and says so', async (_what, certificate, words) => {
    const server = secureServer(certificate)
    let requests = 0
    server.on('request', () => (requests += 1))
    const port = await listen(server)
    const client = openClient(trusting('ca'))
    for (let round = 0; round < 3; round += 1) {
      const answer = await ask(client, post(`https://127.0.0.1:${port}/`))
      expect(answer.events).toEqual(['problem tls'])
      expect(answer.problem()).toMatchObject({ neverSent: true, message: expect.saying(words) })
    }
    expect(requests).toBe(0)
  })

  it.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])(
    'checks the name on every connection, sessions or not (%s)',
    async (only) => {
      const port = await listen(secureServer('elsewhere', { only }))
      const client = openClient(trusting('ca'))
      for (let round = 0; round < 3; round += 1) {
        expect((await ask(client, post(`https://localhost:${port}/`))).events).toEqual(['problem tls'])
      }
    },
  )

  it('refuses an authority that nobody named', async () => {
    const port = await listen(secureServer('server'))
    const answer = await ask(openClient(), post(`https://127.0.0.1:${port}/`))
    expect(answer.events).toEqual(['problem tls'])
    expect(answer.problem()?.message).toEqual(expect.saying('name the file of its authority in gateway.ca'))
  })

  it.each<SecureVersion>(['TLSv1', 'TLSv1.1'])('refuses %s', async (only) => {
    const port = await listen(secureServer('server', { only }))
    const answer = await ask(openClient(trusting('ca')), post(`https://127.0.0.1:${port}/`))
    expect(answer.problem()).toMatchObject({ kind: 'tls', neverSent: true })
  })

  it('cannot be talked out of checking by the environment', async () => {
    const port = await listen(secureServer('self-signed'))
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const answer = await ask(openClient(), post(`https://127.0.0.1:${port}/`))
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    expect(answer.events).toEqual(['problem tls'])
  })

  it('says what is wrong when the server speaks no TLS, without naming source files', async () => {
    const server = createTcpServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const port = await listen(server)
    const answer = await ask(openClient(), post(`https://127.0.0.1:${port}/`))
    expect(answer.problem()).toMatchObject({ kind: 'tls', neverSent: true })
    expect(String(answer.problem()?.message)).not.toMatch(/openssl|\.c:/)
  })

  it.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('resumes its session on the next connection (%s)', async (only) => {
    const resumed: boolean[] = []
    const server = secureServer('server', { only })
    server.keepAliveTimeout = 1
    server.on('secureConnection', (socket: TLSSocket) => resumed.push(socket.isSessionReused()))
    server.on('request', (_request, response: { shouldKeepAlive: boolean }) => (response.shouldKeepAlive = false))
    const port = await listen(server)
    const client = openClient(trusting('ca'))
    for (let round = 0; round < 3; round += 1) await ask(client, post(`https://localhost:${port}/`))
    expect(resumed).toEqual([false, true, true])
  })
})

it('reaches a plain localhost on this machine without asking any name server', async () => {
  const server = await rawServer((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
  expect((await ask(openClient(), post(`http://localhost:${server.port}/`))).text()).toBe('ok')
})

describe('a proxy', () => {
  interface Asked {
    readonly url: string | undefined
    readonly authorization: string | undefined
  }

  /** Tunnels whatever is asked for to `port`. */
  async function proxyTo(port: number, answer = 'HTTP/1.1 200 Connection established\r\n\r\n') {
    const asked: Asked[] = []
    const server = createProxy()
    server.on('connect', (request: IncomingMessage, socket: Socket) => {
      asked.push({ url: request.url, authorization: request.headers['proxy-authorization'] })
      socket.on('error', () => {})
      socket.write(answer)
      if (!answer.startsWith('HTTP/1.1 200')) return
      const onward = connect(port, '127.0.0.1', () => socket.pipe(onward).pipe(socket))
      onward.on('error', () => socket.destroy())
      socket.on('close', () => onward.destroy())
    })
    return { asked, port: await listen(server) }
  }

  it('is used for a host elsewhere, which is still checked end to end', async () => {
    const target = await listen(secureServer('server'))
    const proxy = await proxyTo(target)
    const client = openClient({
      ...trusting('ca'),
      proxyFromEnv: { HTTPS_PROXY: `http://me:p%40ss@127.0.0.1:${proxy.port}` },
    })
    for (let round = 0; round < 3; round += 1) {
      expect((await ask(client, post('https://api.example.test/v1'))).text()).toBe('api.example.test/v1')
    }
    expect(proxy.asked).toEqual([
      { url: 'api.example.test:443', authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}` },
    ])
    const lying = await ask(client, post('https://bank.example.test/v1'))
    expect(lying.problem()).toMatchObject({ kind: 'tls', neverSent: true })
  })

  it('may itself be reached over TLS', async () => {
    const target = await listen(secureServer('server'))
    const server = createServer({ key: pem('server-key'), cert: pem('server') })
    server.on('connect', (_request: IncomingMessage, socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const onward = connect(target, '127.0.0.1', () => socket.pipe(onward).pipe(socket))
      socket.on('close', () => onward.destroy())
    })
    const port = await listen(server)
    const proxyFromEnv = { https_proxy: `https://127.0.0.1:${port}` }
    const url = post('https://api.example.test/v1')
    expect((await ask(openClient({ ...trusting('ca'), proxyFromEnv }), url)).text()).toBe('api.example.test/v1')
    const distrusted = await ask(openClient({ proxyFromEnv }), url)
    expect(distrusted.problem()).toMatchObject({ kind: 'refused', neverSent: true })
  })

  it('is not used for this machine, nor for what NO_PROXY names', async () => {
    const server = await rawServer((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
    const proxy = await proxyTo(server.port)
    const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }
    expect((await ask(openClient({ proxyFromEnv: env }), post(server.url))).text()).toBe('ok')
    const passing = openClient({ proxyFromEnv: { ...env, NO_PROXY: '.invalid' } })
    expect((await ask(passing, post('https://api.invalid/'))).events).toEqual(['problem dns'])
    expect(proxy.asked).toEqual([])
  })

  it.each([
    ['refuses', 'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n', 'answered 407'],
    ['fails', 'HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n', 'answered 502'],
  ])('that %s makes a problem without a secret in it', async (_what, answer, words) => {
    const proxy = await proxyTo(0, answer)
    const client = openClient({ proxyFromEnv: { HTTPS_PROXY: `http://me:secret@127.0.0.1:${proxy.port}` } })
    const got = await ask(client, post('https://api.example.test/'))
    expect(got.problem()).toMatchObject({ kind: 'refused', neverSent: true, message: expect.saying(words) })
    expect(String(got.problem()?.message)).not.toContain('secret')
  })

  it('that wants a login is told how one is given', async () => {
    const { port } = await proxyTo(0, 'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n')
    const client = openClient({ proxyFromEnv: { HTTPS_PROXY: `http://127.0.0.1:${port}` } })
    const got = await ask(client, post('https://api.example.test/'))
    expect(got.problem()).toMatchObject({
      kind: 'refused',
      message: expect.saying('wants a user and a password (407)'),
    })
  })

  it('that is not there, or cannot be spoken to, is not gone around', async () => {
    for (const proxy of ['http://127.0.0.1:1', 'socks5://127.0.0.1:1080']) {
      const client = openClient({ proxyFromEnv: { HTTPS_PROXY: proxy } })
      expect((await ask(client, post('https://api.example.test/'))).problem()).toMatchObject({
        kind: 'refused',
        neverSent: true,
      })
    }
  })
})
