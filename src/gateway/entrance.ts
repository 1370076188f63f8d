/** The one entrance: Host, Origin and token are looked at before any route is. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { OpenClawError } from '../core/errors.ts'

export interface Entrance {
  /** The path that is meant, as it was written. Throws `bad-request`, `foreign-host` or `foreign-origin`. */
  checkSite(request: IncomingMessage): string
  /** `absent` = nothing was shown; a wrong one throws `unauthorized`. */
  checkToken(request: IncomingMessage): 'shown' | 'absent'
}

/** Node drops what is beyond its own limit without a word. */
const MOST_HEADERS = 100
/** What a browser says of a request that its own page, or the person, has made. */
const OWN_SITES: ReadonlySet<string | undefined> = new Set([undefined, 'same-origin', 'none'])
const BEARER = /^bearer +(.+)$/i

export function entrance(port: number, token: string): Entrance {
  const hosts = new Set(['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`))
  const origins = new Set([...hosts].map((host) => `http://${host}`))
  const wanted = digest(token)

  return {
    checkSite({ rawHeaders, headers, url = '/' }) {
      if (rawHeaders.length > 2 * MOST_HEADERS) {
        throw new OpenClawError('bad-request', { detail: 'There are too many headers.' }, { status: 431 })
      }
      const [host = '', ...others] = valuesOf(rawHeaders, 'host')
      // RFC 9112, 3.2.
      if (others.length > 0) throw new OpenClawError('bad-request', { detail: 'There is more than one Host header.' })
      const target = targetOf(url)
      for (const name of [host, target.host ?? host]) {
        if (!hosts.has(name.toLowerCase())) throw new OpenClawError('foreign-host', { host: printable(name) })
      }
      const { origin } = headers
      // A page elsewhere that only loads us (an image, a script, a form) sends no Origin, but the browser tells.
      const site = headers['sec-fetch-site']
      if ((origin !== undefined && !origins.has(origin)) || !OWN_SITES.has(site?.toString())) {
        throw new OpenClawError('foreign-origin', {})
      }
      return target.path
    },

    checkToken({ rawHeaders }) {
      const bearer = valuesOf(rawHeaders, 'authorization')
      const key = valuesOf(rawHeaders, 'x-api-key')
      if (bearer.length + key.length === 0) return 'absent'
      const shown = [...bearer.map((value) => BEARER.exec(value)?.[1]), ...key]
      const [first] = shown
      // Two of a kind are no way to say one thing; a program that sends both headers sends the same token in both.
      const isClear = bearer.length <= 1 && key.length <= 1 && shown.every((value) => value === first)
      if (!isClear || !first || !timingSafeEqual(digest(first), wanted)) throw new OpenClawError('unauthorized', {})
      return 'shown'
    },
  }
}

/** A request's target is a path, or a whole address (RFC 9112, 3.2), whose host then counts too. */
function targetOf(url: string): { readonly path: string; readonly host?: string } {
  const address = /^http:\/\/([^/?#]*)([^?#]*)/i.exec(url)
  if (address) return { host: address[1] ?? '', path: address[2] || '/' }
  if (url.startsWith('/')) return { path: url.split(/[?#]/, 1)[0] ?? '/' }
  throw new OpenClawError('bad-request', { detail: 'The request names no path.' })
}

/** Equal lengths, so that the comparison tells nothing by its time. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '')
  }
  return values
}

export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100)
}
