/** Whether somebody listens on a port, and one on which nobody does: the wished one, else any. */
import { createServer } from 'node:net'

export async function freePort(wished: number): Promise<number> {
  return (await tryPort(wished)) ?? (await tryPort(0)) ?? wished
}

const MOST_PORTS = 5

/** Between the look and the start somebody may come and take the port: then `start` fails, and is tried on another. */
export async function onFreePort<Started>(
  wished: number,
  start: (port: number) => Promise<Started>,
): Promise<{ readonly port: number; readonly started: Started }> {
  for (let tried = 1; ; tried += 1) {
    const port = await freePort(wished)
    try {
      return { port, started: await start(port) }
    } catch (error) {
      if (tried === MOST_PORTS || !(await isTaken(port))) throw error
    }
  }
}

export async function isTaken(port: number): Promise<boolean> {
  return (await tryPort(port)) === undefined
}

/** Free means free on both loopback addresses, as the gateway listens on both. */
async function tryPort(port: number): Promise<number | undefined> {
  const found = await tryAddress(port, '127.0.0.1')
  if (found === undefined) return undefined
  return (await tryAddress(found, '::1')) === undefined ? undefined : found
}

/** Undefined = somebody is there. A machine without IPv6 has nobody there. */
function tryAddress(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE' ? undefined : port))
    server.listen(port, host, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined))
    })
  })
}
