/** Hosts of others on this machine: a proxy that leads their names to a server of ours over TLS, and no other name anywhere. */
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:https'
import { join, resolve } from 'node:path'

const tls = resolve(import.meta.dirname, '../../fixtures/tls')

export interface NamedHosts {
  /** What a child process needs to come here: the proxy, and the authority that vouches for the names. */
  readonly environment: NodeJS.ProcessEnv
  close(): Promise<void>
}

export interface HostNames {
  /** `host:port`, as a proxy is asked for it. */
  readonly names: RegExp
  /** Files of test/fixtures/tls. */
  readonly certificate: string
  readonly key: string
  readonly authority: string
  /** Where a request to a host goes. */
  readonly onward: (host: string, path: string) => string
  /** Gives the answer to the caller; by default as it came. */
  readonly answer?: (from: IncomingMessage, to: ServerResponse, path: string) => void
}

/** The product's own hosts, certificates checked: nothing in the product knows of it. */
export async function namedHosts({
  names,
  certificate,
  key,
  authority,
  onward,
  answer,
}: HostNames): Promise<NamedHosts> {
  const sockets = new Set<Socket>()
  const front = createTlsServer(
    { key: readFileSync(join(tls, key)), cert: readFileSync(join(tls, certificate)) },
    (incoming, outgoing) => {
      const { host = '', ...headers } = incoming.headers
      const path = incoming.url ?? '/'
      const ahead = request(onward(host, path), { method: incoming.method, headers }, (from) => {
        if (answer) return answer(from, outgoing, path)
        outgoing.writeHead(from.statusCode ?? 502, from.headers)
        from.pipe(outgoing)
      })
      ahead.on('error', () => outgoing.destroy()) // ours broke the connection: so does this host
      incoming.pipe(ahead)
      outgoing.on('close', () => ahead.destroy())
    },
  )
  const proxy = createHttpServer((_request, response) => response.writeHead(405).end())
  proxy.on('connect', ({ url }: { url?: string }, client: Socket) => {
    if (!names.test(url ?? '')) return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
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
      NODE_EXTRA_CA_CERTS: join(tls, authority),
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all([front, proxy].map((server: Server) => new Promise((done) => server.close(done))))
    },
  }
}
