/** A proxy as settings name it: `env`, `off` or an address, whose password nobody is shown. */
import type { ProxyRule } from '../core/network.ts'
import { Secret } from '../core/secret.ts'
import { formatPath } from './path.ts'

type Unset = readonly { readonly path: readonly string[]; readonly variable: string }[]

const VARIABLES = /^(?:\$\{[A-Z_][A-Z0-9_]*\})+$/
/** The last `@` before the path ends it, as URLs are read (WHATWG, 4.4). */
const USER_AND_PASSWORD = /(:\/\/)([^/?#\s]*)@/

export function isProxySetting(written: string): boolean {
  if (written === 'env' || written === 'off') return true
  const url = URL.parse(written)
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '' && /^\/?$/.test(url.pathname)
}

/** `written` with its variables put in. */
export function proxyFrom(written: string, path: readonly string[], unset: Unset): ProxyRule {
  const place = formatPath(path)
  const missing = unset.find((known) => formatPath(known.path) === place)
  if (missing) return { kind: 'unset', variable: missing.variable, place }
  if (written === 'off') return { kind: 'off' }
  return written === 'env' ? { kind: 'environment' } : { kind: 'proxy', url: new Secret(written), place }
}

/** An address with a password, or a bare user name, that is written out rather than named by a variable. */
export function holdsPassword(written: string): boolean {
  const userAndPassword = USER_AND_PASSWORD.exec(written)?.[2]
  return userAndPassword !== undefined && !VARIABLES.test(secretPartOf(userAndPassword))
}

/** For people to see. */
export function withPasswordHidden(written: string, mask: string): string {
  return holdsPassword(written) ? written.replace(USER_AND_PASSWORD, `$1${mask}@`) : written
}

/** Some proxies take a token in the user's place. */
function secretPartOf(userAndPassword: string): string {
  const colon = userAndPassword.indexOf(':')
  return colon < 0 ? userAndPassword : userAndPassword.slice(colon + 1)
}
