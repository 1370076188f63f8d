/** Which way requests go to upstreams, as status tells it: never with a password. */
import { limitsOf, type Limits } from '../core/network.ts'
import type { Said } from '../core/phrase.ts'
import type { Setup } from '../core/setup.ts'
import { proxyInUse, type ProxyInUse } from '../net/proxy.ts'

export interface NetworkStatus {
  readonly proxy: ProxyInUse
  readonly ca: { readonly file: string; readonly certificates: number } | null
  readonly limits: Limits
  /** When another model is asked beside a late one; a gateway of an earlier version does not tell. */
  readonly hedge?: { readonly mode: string; readonly afterMs: number }
  /** By provider id: those with a proxy or limits of their own, in full. */
  readonly providers: Readonly<
    Record<string, { readonly proxy?: ProxyInUse | undefined; readonly limits?: Limits | undefined }>
  >
}

export function networkStatus({ network, settings, providers }: Setup, environment: NodeJS.ProcessEnv): NetworkStatus {
  const own = [...providers.values()].filter(({ proxy, limits }) => proxy !== undefined || limits !== undefined)
  return {
    proxy: proxyInUse(network.proxy, environment),
    ca: network.ca ? { file: network.ca.file, certificates: network.ca.certificates.length } : null,
    limits: settings.limits,
    hedge: { mode: settings.gateway.hedge, afterMs: settings.gateway.hedgeAfterMs },
    providers: Object.fromEntries(
      own.map((provider) => [
        provider.id,
        {
          ...(provider.proxy && { proxy: proxyInUse(provider.proxy, environment) }),
          ...(provider.limits && { limits: limitsOf(provider, settings.limits) }),
        },
      ]),
    ),
  }
}

/** The same with every reason in words. */
export function networkInWords(status: NetworkStatus, say: (said: Said) => string): NetworkStatus {
  const worded = (proxy: ProxyInUse): ProxyInUse =>
    proxy.kind === 'unusable' ? { ...proxy, reason: say(proxy.reason) } : proxy
  const providers = Object.entries(status.providers).map(([id, { proxy, ...rest }]) => [
    id,
    { ...(proxy && { proxy: worded(proxy) }), ...rest },
  ])
  return {
    ...status,
    proxy: worded(status.proxy),
    providers: Object.fromEntries(providers) as NetworkStatus['providers'],
  }
}
