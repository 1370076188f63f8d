/** Where a request goes, worked out once for each address. */
import { phrase, type Phrase } from '../core/phrase.ts'
import type { TransportProblem } from '../core/ports.ts'
import { checkUpstreamUrl } from './address.ts'

export interface Target {
  readonly origin: string
  /** With its port, where that is not the scheme's own. */
  readonly host: string
  /** With its query. */
  readonly path: string
  /** Why nothing may be sent there. */
  readonly forbidden?: TransportProblem
}

/** Addresses repeat: taking one apart costs as much as all the rest of sending. */
const MOST_REMEMBERED = 200

export function targetReader(): (url: string) => Target {
  const known = new Map<string, Target>()
  return (url) => {
    const remembered = known.get(url)
    if (remembered) return remembered
    const target = readTarget(url)
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(url, target)
    return target
  }
}

function readTarget(written: string): Target {
  const checked = checkUpstreamUrl(written)
  if (checked.kind === 'refused') return { origin: '', host: '', path: '', forbidden: FORBIDDEN[checked.reason] }
  const { origin, host, pathname, search } = checked.url
  return { origin, host, path: pathname + search }
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
