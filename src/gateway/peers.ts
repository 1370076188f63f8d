/** Who is at the other end of a connection: this machine, a trusted proxy, or another machine. */
import { BlockList, isIP, type Socket } from 'node:net'

export type Peer =
  | { readonly kind: 'local' }
  /** Its X-Forwarded-Host is looked at, nobody else's. */
  | { readonly kind: 'proxy' }
  | { readonly kind: 'elsewhere'; readonly isEncrypted: boolean }

export type PeerReader = (socket: Socket) => Peer

/** A proxy on this machine is a proxy. */
export function peerReader(trustedProxies: readonly string[]): PeerReader {
  const trusted = new BlockList()
  for (const written of trustedProxies) {
    const [address = '', bits] = written.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  return (socket) => {
    const address = plainAddress(socket.remoteAddress ?? '')
    if (isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return { kind: 'proxy' }
    if (isLoopback(address)) return { kind: 'local' }
    return { kind: 'elsewhere', isEncrypted: 'encrypted' in socket && socket.encrypted === true }
  }
}

export function isLocal(socket: Socket): boolean {
  return isLoopback(plainAddress(socket.remoteAddress ?? ''))
}

/** An IPv4 address that came in on an IPv6 socket is that IPv4 address; a link's name is no part of one. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
}

function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}
