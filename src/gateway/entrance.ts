/** The one entrance: peer, Host, Origin and token are looked at before any route is. */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { OpenClawError } from '../core/errors.ts'
import type { Caller } from '../core/scope.ts'
import type { GatewaySettings } from '../core/settings.ts'
import type { Callers } from './callers.ts'
import { addressAsHost, namesOf, type Names } from './hosts.ts'
import { peerReader, type PeerReader } from './peers.ts'

export interface Entrance {
  /**
   * The path that is meant, as it was written. Throws `bad-request`, `foreign-peer`, `foreign-host` or
   * `foreign-origin`.
   */
  checkSite(request: IncomingMessage): string
  /** Undefined = nothing was shown; a wrong token throws `unauthorized`. */
  callerOf(request: IncomingMessage): Promise<Caller | undefined>
  /** False = the caller's token was taken back. */
  stillHolds(caller: Caller): boolean
  /** False = what this connection has shown was taken back. */
  mayStay(socket: Socket): boolean
}

export interface EntranceMeans {
  readonly port: number
  readonly callers: Callers
  /** As they stand now. */
  readonly settings: () => Pick<GatewaySettings, 'hosts' | 'trustedProxies'>
}

/** Node drops what is beyond its own limit without a word. */
const MOST_HEADERS = 100
/** What a browser says of a request that its own page, or the person, has made. */
const OWN_SITES: ReadonlySet<string | undefined> = new Set([undefined, 'same-origin', 'none'])
const BEARER = /^bearer +(.+)$/i

export function entrance({ port, callers, settings }: EntranceMeans): Entrance {
  const site = siteReader(port, settings)
  /** What a connection has shown: the same token again needs no hash. */
  const admitted = new WeakMap<Socket, { readonly shown: string; readonly caller: Caller }>()
  return {
    checkSite({ rawHeaders, headers, socket, url = '/', httpVersion }) {
      const { names, peerOf } = site()
      const peer = peerOf(socket)
      if (peer.kind === 'elsewhere' && !peer.isEncrypted) throw new OpenClawError('foreign-peer', {})
      // Node takes 0.9 and 2.0 in the first line, too.
      if (httpVersion !== '1.1' && httpVersion !== '1.0') {
        throw new OpenClawError('bad-request', { detail: 'This is not HTTP/1.1.' }, { status: 505 })
      }
      if (rawHeaders.length > 2 * MOST_HEADERS) {
        throw new OpenClawError('bad-request', { detail: 'There are too many headers.' }, { status: 431 })
      }
      const [host = '', ...others] = valuesOf(rawHeaders, 'host')
      // RFC 9112, 3.2.
      if (others.length > 0) throw new OpenClawError('bad-request', { detail: 'There is more than one Host header.' })
      const target = targetOf(url)
      // Whom the proxy was asked for counts too; what others say of themselves does not.
      const forwarded = peer.kind === 'proxy' ? valuesOf(rawHeaders, 'x-forwarded-host') : []
      const own = addressAsHost(socket.localAddress ?? '', port)
      for (const name of [host, target.host ?? host, ...forwarded]) {
        const written = name.toLowerCase()
        if (!names.hosts.has(written) && written !== own) {
          throw new OpenClawError('foreign-host', { host: printable(name) })
        }
      }
      const { origin } = headers
      // A page elsewhere that only loads us (an image, a script, a form) sends no Origin, but the browser tells.
      const fetchSite = headers['sec-fetch-site']
      if ((origin !== undefined && !names.origins.has(origin)) || !OWN_SITES.has(fetchSite?.toString())) {
        throw new OpenClawError('foreign-origin', {})
      }
      return target.path
    },

    async callerOf({ rawHeaders, socket }) {
      const bearer = valuesOf(rawHeaders, 'authorization')
      const key = valuesOf(rawHeaders, 'x-api-key')
      if (bearer.length + key.length === 0) return undefined
      const shown = [...bearer.map((value) => BEARER.exec(value)?.[1]), ...key]
      const [first] = shown
      // Two of a kind are no way to say one thing; a program that sends both headers sends the same token in both.
      const isClear = bearer.length <= 1 && key.length <= 1 && shown.every((value) => value === first)
      const before = admitted.get(socket)
      if (before && isClear && before.shown === first && callers.stillHolds(before.caller)) return before.caller
      const caller = isClear && first ? await callers.find(first) : undefined
      if (!caller || !first) throw new OpenClawError('unauthorized', {})
      // Behind a proxy the next request may be somebody else's.
      if (site().peerOf(socket).kind !== 'proxy') admitted.set(socket, { shown: first, caller })
      return caller
    },

    stillHolds: (caller) => callers.stillHolds(caller),

    mayStay(socket) {
      const before = admitted.get(socket)
      return !before || callers.stillHolds(before.caller)
    },
  }
}

/** Worked out once for each change of the settings. */
function siteReader(
  port: number,
  settings: EntranceMeans['settings'],
): () => { readonly names: Names; readonly peerOf: PeerReader } {
  let of: ReturnType<EntranceMeans['settings']> | undefined
  let made = { names: namesOf(port, []), peerOf: peerReader([]) }
  return () => {
    const now = settings()
    if (now !== of) {
      of = now
      made = { names: namesOf(port, now.hosts), peerOf: peerReader(now.trustedProxies) }
    }
    return made
  }
}

/** A request's target is a path, or a whole address (RFC 9112, 3.2), whose host then counts too. */
function targetOf(url: string): { readonly path: string; readonly host?: string } {
  const address = /^http:\/\/([^/?#]*)([^?#]*)/i.exec(url)
  if (address) return { host: address[1] ?? '', path: address[2] || '/' }
  if (url.startsWith('/')) return { path: url.split(/[?#]/, 1)[0] ?? '/' }
  throw new OpenClawError('bad-request', { detail: 'The request names no path.' })
}

function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const written = rawHeaders[at] ?? ''
    if (written.length === name.length && written.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '')
  }
  return values
}

export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100)
}
