/** Servers of models at the ports where such servers listen, each of them the emulator's. */
import { createServer, request, type Server } from 'node:http'

export interface LocalServers {
  close(port: number): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Undefined = one of the ports is taken on this machine. `local` = the emulator's server of models. */
export async function localServers(ports: readonly number[], local: string): Promise<LocalServers | undefined> {
  const open = new Map<number, Server>()
  const close = async (port: number): Promise<void> => {
    const server = open.get(port)
    open.delete(port)
    server?.closeAllConnections()
    await new Promise((done) => (server ? server.close(done) : done(undefined)))
  }
  const closeAll = async (): Promise<void> => {
    for (const port of open.keys()) await close(port)
  }
  for (const port of ports) {
    const server = forwarding(local)
    const isFree = await new Promise<boolean>((done) => {
      server.once('error', () => done(false))
      server.listen(port, '127.0.0.1', () => done(true))
    })
    if (!isFree) {
      await closeAll()
      return undefined
    }
    open.set(port, server)
  }
  return { close, [Symbol.asyncDispose]: closeAll }
}

function forwarding(local: string): Server {
  return createServer((incoming, outgoing) => {
    const ahead = request(`${local.slice(0, -'/v1'.length)}${incoming.url ?? ''}`, {
      method: incoming.method,
      headers: incoming.headers,
    })
    ahead.on('response', (from) => from.pipe(outgoing.writeHead(from.statusCode ?? 502, from.headers)))
    incoming.pipe(ahead)
  })
}
