/** Where a request goes, worked out once for each address. */
import type { ProxyRule } from '../core/network.ts'
import { phrase, type Phrase } from '../core/phrase.ts'
import type { TransportProblem } from '../core/ports.ts'
import { checkUpstreamUrl } from './address.ts'

export interface Target {
  readonly origin: string
  readonly proxy: ProxyRule
  /** Requests with the same one may share their connections. */
  readonly way: string
  /** With its port, where that is not the scheme's own. */
  readonly host: string
  /** With its query. */
  readonly path: string
  /** Why nothing may be sent there. */
  readonly forbidden?: TransportProblem
}

/** Addresses repeat: taking one apart costs as much as all the rest of sending. */
const MOST_REMEMBERED = 200

export function targetReader(): (url: string, proxy: ProxyRule) => Target {
  const known = new Map<string, Target>()
  return (url, proxy) => {
    const remembered = known.get(url)
    if (remembered?.proxy === proxy) return remembered
    const target = readTarget(url, proxy)
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(url, target)
    return target
  }
}

function readTarget(written: string, proxy: ProxyRule): Target {
  const checked = checkUpstreamUrl(written)
  if (checked.kind === 'refused') {
    return { origin: '', proxy, way: '', host: '', path: '', forbidden: FORBIDDEN[checked.reason] }
  }
  const { origin, host, pathname, search } = checked.url
  return { origin, proxy, way: `${origin} ${wayOf(proxy)}`, host, path: pathname + search }
}

/** By the proxy's login too: two that differ in it alone share no connection. */
function wayOf(proxy: ProxyRule): string {
  if (proxy.kind !== 'proxy') return JSON.stringify(proxy)
  // Few have a proxy with a login; node:crypto costs a command 4 ms.
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(proxy.url.reveal()).digest('hex')
}

function forbidden(message: Phrase): TransportProblem {
  return { kind: 'forbidden-address', message, neverSent: true }
}

const FORBIDDEN = {
  'not-a-url': forbidden(phrase('address-no-url')),
  scheme: forbidden(phrase('address-scheme')),
  'plain-http': forbidden(phrase('address-plain-http')),
  userinfo: forbidden(phrase('address-userinfo')),
}
