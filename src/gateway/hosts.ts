/** The names to which the gateway answers, and the pages that may speak to it. */
import { isIP } from 'node:net'
import { plainAddress } from './peers.ts'

export interface Names {
  /** In lower case, as Host headers say them. */
  readonly hosts: ReadonlySet<string>
  readonly origins: ReadonlySet<string>
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/** `configured`: `name` stands for itself, as behind a proxy, and with our port; `name:port` for itself alone. */
export function namesOf(port: number, configured: readonly string[]): Names {
  const loopback = LOOPBACK.map((name) => `${name}:${port}`)
  const others = configured
    .map((name) => name.toLowerCase())
    .flatMap((name) => (/:\d+$/.test(name) ? [name] : [name, `${name}:${port}`]))
  return {
    hosts: new Set([...loopback, ...others]),
    // Beyond loopback there is TLS, ours or a proxy's.
    origins: new Set([...loopback.map((host) => `http://${host}`), ...others.map((host) => `https://${host}`)]),
  }
}

/** The address that a connection was made to, as a Host header says it: an address is no name that could be rebound. */
export function addressAsHost(localAddress: string, port: number): string {
  const address = plainAddress(localAddress)
  return `${isIP(address) === 6 ? `[${address}]` : address}:${port}`
}
