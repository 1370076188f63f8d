/** Whether a request goes through a proxy, as the settings and the environment's variables say. */
import type { ProxyRule } from '../core/network.ts'
import { phrase, type Said } from '../core/phrase.ts'
import { Secret } from '../core/secret.ts'
import { isLoopbackHost } from './address.ts'

// A command that reaches nobody tells the proxy, too; node:net costs it 2 ms.
const net = () => process.getBuiltinModule('node:net')

export interface Proxy {
  /** Without user and password. */
  readonly url: URL
  /** `user:password`, where it asks for them. */
  readonly login?: Secret
}

export type ProxyChoice =
  | { readonly kind: 'direct' }
  | { readonly kind: 'proxy'; readonly proxy: Proxy }
  /** A proxy is set that we cannot speak to. Going around it would break what the person asked for. */
  | { readonly kind: 'unusable'; readonly reason: Said }

/** What is named, and by which setting or variable. */
type Named =
  | { readonly kind: 'address'; readonly written: Secret; readonly place: string }
  | { readonly kind: 'unset'; readonly variable: string; readonly place: string }

/** This machine is never reached through a proxy; NO_PROXY goes before every proxy, as in curl. */
export function proxyFor(target: URL, rule: ProxyRule, env: NodeJS.ProcessEnv): ProxyChoice {
  if (isLoopbackHost(target.hostname)) return { kind: 'direct' }
  const named = namedBy(rule, env, target.protocol)
  return named && !isExempt(target, noProxyIn(env)) ? read(named) : { kind: 'direct' }
}

/** What holds for hosts elsewhere, for people to see: never with a password. */
export type ProxyInUse =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'proxy'
      readonly address: string
      readonly place: string
      readonly exceptFor?: string | undefined
    }
  | { readonly kind: 'unusable'; readonly place: string; readonly reason: Said }

export function proxyInUse(rule: ProxyRule, env: NodeJS.ProcessEnv): ProxyInUse {
  const named = namedBy(rule, env, 'https:')
  if (!named) return { kind: 'none' }
  const { place } = named
  const choice = read(named)
  if (choice.kind !== 'proxy') return { kind: 'unusable', place, reason: choice.reason }
  const exceptFor = noProxyIn(env)
  return { kind: 'proxy', address: choice.proxy.url.origin, place, ...(exceptFor && { exceptFor }) }
}

function namedBy(rule: ProxyRule, env: NodeJS.ProcessEnv, protocol: string): Named | undefined {
  switch (rule.kind) {
    case 'off':
      return undefined
    case 'proxy':
      return { kind: 'address', written: rule.url, place: rule.place }
    case 'unset':
      return rule
    case 'environment':
      return inEnvironment(env, protocol)
  }
}

/**
 * Lower case goes before upper case, the scheme's own variable before ALL_PROXY, as in curl. HTTP_PROXY serves https
 * too where nothing else is set, as in undici. An empty variable names nothing.
 */
function inEnvironment(env: NodeJS.ProcessEnv, protocol: string): Named | undefined {
  const variables = protocol === 'https:' ? ['https_proxy', 'all_proxy', 'http_proxy'] : ['http_proxy', 'all_proxy']
  for (const lower of variables) {
    const place = env[lower] === undefined ? lower.toUpperCase() : lower
    const written = env[place]?.trim()
    if (written) return { kind: 'address', written: new Secret(written), place }
  }
  return undefined
}

function read(named: Named): Exclude<ProxyChoice, { kind: 'direct' }> {
  const { place } = named
  if (named.kind === 'unset') {
    return { kind: 'unusable', reason: phrase('proxy-variable-unset', { place, variable: named.variable }) }
  }
  const written = named.written.reveal()
  const url = URL.parse(written.includes('://') ? written : `http://${written}`)
  if (!url) return { kind: 'unusable', reason: phrase('proxy-no-url', { place }) }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { kind: 'unusable', reason: phrase('proxy-scheme', { place, scheme: url.protocol }) }
  }
  const { username, password } = url
  url.username = ''
  url.password = ''
  if (!username && !password) return { kind: 'proxy', proxy: { url } }
  return { kind: 'proxy', proxy: { url, login: new Secret(`${unescaped(username)}:${unescaped(password)}`) } }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A password with a bare % was written as it is.
    return text
  }
}

function noProxyIn(env: NodeJS.ProcessEnv): string {
  return env['no_proxy'] ?? env['NO_PROXY'] ?? ''
}

/**
 * `NO_PROXY`: names (theirs below too), `.name` or `*.name`, addresses and blocks of them (`10.0.0.0/8`), each with
 * `:port` if wanted; `*` = all. Names are not resolved for it.
 */
function isExempt(target: URL, noProxy: string): boolean {
  const host = withoutLastDot(bareHost(target).toLowerCase())
  const port = target.port || (target.protocol === 'https:' ? '443' : '80')
  return noProxy.split(/[\s,]+/).some((entry) => {
    const [, written = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(isBareIPv6(entry) ? `[${entry}]` : entry) ?? []
    if (wantedPort !== undefined && wantedPort !== port) return false
    const name = withoutLastDot(written.replace(/^\[(.*)\]$/, '$1').toLowerCase())
    if (name === '*') return true
    const parent = name.replace(/^\*?\./, '')
    if (parent === '') return false
    return net().isIP(host) ? isWithin(host, parent) : host === parent || host.endsWith(`.${parent}`)
  })
}

/** `block` = an address, or one with the length of a prefix; anything else holds no address. */
function isWithin(host: string, block: string): boolean {
  const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(block) ?? []
  const { BlockList, isIP } = net()
  const version = isIP(address)
  if (version === 0 || version !== isIP(host)) return false
  const most = version === 4 ? 32 : 128
  const length = Number(prefix ?? most)
  if (length > most) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(address, length, family)
  return list.check(host, family)
}

function isBareIPv6(entry: string): boolean {
  return !entry.startsWith('[') && entry.indexOf(':') !== entry.lastIndexOf(':')
}

/** `example.com.` is the same name, said to be whole. */
function withoutLastDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name
}

/** The host without the brackets of an IPv6 address: what sockets want. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}
