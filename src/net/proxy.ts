/** Whether a request goes through a proxy, as the environment's variables say. */
import { phrase, type Said } from '../core/phrase.ts'
import { isLoopbackHost } from './address.ts'

export type ProxyChoice =
  | { readonly kind: 'direct' }
  | { readonly kind: 'proxy'; readonly proxy: URL }
  /** A proxy is set that we cannot speak to. Going around it would break what the person asked for. */
  | { readonly kind: 'unusable'; readonly reason: Said }

/**
 * Lower case goes before upper case, as in curl. HTTP_PROXY serves https too where HTTPS_PROXY is not set.
 * This machine is never reached through a proxy.
 */
export function proxyFor(target: URL, env: NodeJS.ProcessEnv): ProxyChoice {
  if (isLoopbackHost(target.hostname)) return { kind: 'direct' }
  const plain = env['http_proxy'] || env['HTTP_PROXY']
  const written = target.protocol === 'https:' ? env['https_proxy'] || env['HTTPS_PROXY'] || plain : plain
  if (!written || isExempt(target, env['no_proxy'] ?? env['NO_PROXY'] ?? '')) return { kind: 'direct' }
  const proxy = URL.parse(written.includes('://') ? written : `http://${written}`)
  if (!proxy) return { kind: 'unusable', reason: phrase('proxy-no-url') }
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
    return { kind: 'unusable', reason: phrase('proxy-scheme', { scheme: proxy.protocol }) }
  }
  return { kind: 'proxy', proxy }
}

/** `NO_PROXY`: names (theirs below too), `.name` or `*.name`, each with `:port` if wanted; `*` = all. */
function isExempt(target: URL, noProxy: string): boolean {
  const host = bareHost(target).toLowerCase()
  const port = target.port || (target.protocol === 'https:' ? '443' : '80')
  return noProxy.split(/[\s,]+/).some((entry) => {
    const [, written = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(isBareIPv6(entry) ? `[${entry}]` : entry) ?? []
    if (wantedPort !== undefined && wantedPort !== port) return false
    const name = written.replace(/^\[(.*)\]$/, '$1').toLowerCase()
    if (name === '*') return true
    const parent = name.replace(/^\*?\./, '')
    if (parent === '') return false
    return host === parent || host.endsWith(`.${parent}`)
  })
}

function isBareIPv6(entry: string): boolean {
  return !entry.startsWith('[') && entry.indexOf(':') !== entry.lastIndexOf(':')
}

/** The host without the brackets of an IPv6 address: what sockets want. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}
