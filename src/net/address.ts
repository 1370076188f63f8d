/** Which addresses a request may go to. */

// A command that reaches nobody asks this, too; node:net costs it 2 ms.
const net = () => process.getBuiltinModule('node:net')

export type UpstreamUrl =
  | { readonly kind: 'ok'; readonly url: URL }
  | { readonly kind: 'refused'; readonly reason: 'not-a-url' | 'scheme' | 'plain-http' | 'userinfo' }

/** https anywhere; plain http toward this machine only, since a credential rides on every request. */
export function checkUpstreamUrl(text: string): UpstreamUrl {
  const url = URL.parse(text)
  if (!url) return { kind: 'refused', reason: 'not-a-url' }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { kind: 'refused', reason: 'scheme' }
  if (url.username || url.password) return { kind: 'refused', reason: 'userinfo' }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) return { kind: 'refused', reason: 'plain-http' }
  return { kind: 'ok', url }
}

/** 127.0.0.0/8, ::1 (bare or in brackets), `localhost`. No other spelling: `URL` has put odd ones right already. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase()
  return name === 'localhost' || name === '::1' || name === '[::1]' || (name.startsWith('127.') && net().isIPv4(name))
}
