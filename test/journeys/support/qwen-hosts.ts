/** portal.qwen.ai and chat.qwen.ai on this machine: a proxy that leads both names to the emulator over TLS. */
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, request } from 'node:http'
import { connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:https'
import { join, resolve } from 'node:path'

const tls = resolve(import.meta.dirname, '../../fixtures/tls')

export interface QwenHosts {
  /** What a child process needs to come here: the proxy, and the authority that vouches for the names. */
  readonly environment: NodeJS.ProcessEnv
  close(): Promise<void>
}

/** The product's own hosts, certificates checked: nothing in the product knows of it. */
export async function qwenHosts(emulatorUrl: string): Promise<QwenHosts> {
  const sockets = new Set<Socket>()
  const front = createTlsServer(
    { key: readFileSync(join(tls, 'test-hosts.key.pem')), cert: readFileSync(join(tls, 'test-hosts.pem')) },
    (incoming, outgoing) => {
      const { host: _host, ...headers } = incoming.headers
      const onward = request(emulatorUrl + (incoming.url ?? '/'), { method: incoming.method, headers }, (answer) => {
        const { 'content-length': _length, ...answerHeaders } = answer.headers
        outgoing.writeHead(answer.statusCode ?? 502, answerHeaders)
        if (!incoming.url?.startsWith('/api/')) return void answer.pipe(outgoing)
        // Where the emulator names its own address, these hosts name theirs.
        let text = ''
        answer.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
        answer.on('end', () => {
          const own = text.replace(`"resource_url":"${emulatorUrl}"`, '"resource_url":"portal.qwen.ai"')
          outgoing.end(own.replaceAll(emulatorUrl, 'https://chat.qwen.ai'))
        })
      })
      incoming.pipe(onward)
      outgoing.on('close', () => onward.destroy())
    },
  )
  const proxy = createHttpServer((_request, response) => response.writeHead(405).end())
  proxy.on('connect', ({ url }: { url?: string }, client: Socket) => {
    if (!/^(portal|chat)\.qwen\.ai:443$/.test(url ?? '')) return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    const server = connect((front.address() as AddressInfo).port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      server.pipe(client).pipe(server)
    })
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy()) // the other end went away
      socket.on('close', () => sockets.delete(socket))
    }
  })
  await Promise.all([front, proxy].map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))))
  return {
    environment: {
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      NODE_EXTRA_CA_CERTS: join(tls, 'test-authority.pem'),
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all([front, proxy].map((server: Server) => new Promise((done) => server.close(done))))
    },
  }
}
