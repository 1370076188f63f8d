/** The one entrance: Host, Origin and token are looked at before any route is. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { OpenClawError } from '../core/errors.ts'

export interface Entrance {
  /** Throws `foreign-host` or `foreign-origin`. */
  checkSite(request: IncomingMessage): void
  /** `absent` = nothing was shown; a wrong one throws `unauthorized`. */
  checkToken(request: IncomingMessage): 'shown' | 'absent'
}

export function entrance(port: number, token: string): Entrance {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)
  const origins = new Set(hosts.map((host) => `http://${host}`))
  const wanted = digest(token)

  return {
    checkSite({ rawHeaders, headers }) {
      const given = valuesOf(rawHeaders, 'host')
      const [host] = given
      if (given.length !== 1 || host === undefined || !hosts.includes(host.toLowerCase())) {
        throw new OpenClawError('foreign-host', { host: printable(given.join(', ')) })
      }
      const { origin } = headers
      // A page elsewhere that only loads us (an image, a script, a form) sends no Origin, but the browser tells.
      const site = headers['sec-fetch-site']
      if ((origin !== undefined && !origins.has(origin)) || site === 'cross-site' || site === 'same-site') {
        throw new OpenClawError('foreign-origin', {})
      }
    },

    checkToken({ rawHeaders }) {
      const bearer = valuesOf(rawHeaders, 'authorization')
      const key = valuesOf(rawHeaders, 'x-api-key')
      if (bearer.length + key.length === 0) return 'absent'
      const shown = key[0] ?? /^bearer +(.+)$/i.exec(bearer[0] ?? '')?.[1]
      // Two of a kind are no way to say one thing; a program that sends both headers sends the same token in both.
      const single = bearer.length <= 1 && key.length <= 1
      const agree = bearer.length === 0 || key.length === 0 || /^bearer +(.+)$/i.exec(bearer[0] ?? '')?.[1] === key[0]
      if (!single || !agree || shown === undefined || !timingSafeEqual(digest(shown), wanted)) {
        throw new OpenClawError('unauthorized', {})
      }
      return 'shown'
    },
  }
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

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100)
}
