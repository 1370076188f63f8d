/** Where the requests of a login may go: a token goes only to hosts that its provider declares or the person configured. */
import { hostMatches } from '../core/host.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { Provider } from '../core/provider.ts'
import { checkUpstreamUrl } from '../net/address.ts'

/** The address that a login's answer, or its file, names; undefined where its token must not go there. */
export function allowedAddress(named: string | undefined, provider: Provider): string | undefined {
  if (!named || /[^\x21-\x7e]/.test(named)) return undefined
  const checked = checkUpstreamUrl(named)
  if (checked.kind !== 'ok' || checked.url.search || checked.url.hash) return undefined
  const { hostname, host } = checked.url
  const { login, definition } = provider
  const configured = [
    ...(provider.baseUrlIsChosen && provider.baseUrl ? [provider.baseUrl] : []),
    ...(!login || login.baseUrl === definition?.login?.baseUrl ? [] : [login.baseUrl]),
  ].map((address) => URL.parse(address)?.host)
  return configured.includes(host) || hostMatches(hostname, definition?.hosts ?? []) ? named : undefined
}

export function hostOf(address: string): Said {
  return URL.parse(address)?.host || phrase('address-unreadable')
}
