/** The way to upstreams in rows for people: proxy, extra authorities, deadlines, and who has some of their own. */
import type { NetworkStatus } from '../control/network-status.ts'
import type { Words } from '../texts/index.ts'

type Proxy = NetworkStatus['proxy']
type Limits = NetworkStatus['limits']

/** A label and its value each. */
export function networkRows(status: NetworkStatus, words: Words): readonly (readonly [string, string])[] {
  const { network } = words.texts
  const own = Object.entries(status.providers).flatMap(([id, { proxy, limits }]): [string, string][] => [
    ...(proxy ? [[network.ofProvider(id, network.proxy), proxyLine(proxy, words)] as [string, string]] : []),
    ...(limits ? [[network.ofProvider(id, network.limits), limitsLine(limits, words)] as [string, string]] : []),
  ])
  return [
    [network.proxy, proxyLine(status.proxy, words)],
    ...(status.ca
      ? [[network.ca, network.certificates(status.ca.file, status.ca.certificates)] as [string, string]]
      : []),
    [network.limits, limitsLine(status.limits, words)],
    ...(status.hedge ? [[network.late, hedgeLine(status.hedge, words)] as [string, string]] : []),
    ...own,
  ]
}

function proxyLine(proxy: Proxy, { texts, say }: Words): string {
  const { network } = texts
  switch (proxy.kind) {
    case 'none':
      return network.none
    case 'unusable':
      return say(proxy.reason)
    case 'proxy': {
      const from = network.from(proxy.address, proxy.place)
      return proxy.exceptFor ? `${from}${texts.comma}${network.exceptFor(proxy.exceptFor)}` : from
    }
  }
}

function limitsLine({ connectMs, firstEventMs, answerMs, idleMs, streamMs }: Limits, { texts }: Words): string {
  const said = (ms: number): string => texts.time.exact(ms / 1_000)
  return texts.network.waits(said(connectMs), said(firstEventMs), said(answerMs), said(idleMs), said(streamMs))
}

function hedgeLine(
  { mode, afterMs }: NonNullable<NetworkStatus['hedge']>,
  { texts: { network, time } }: Words,
): string {
  const after = time.exact(afterMs / 1_000)
  return mode === 'off' ? network.hedge.off : network.hedge[mode === 'always' ? 'always' : 'free'](after)
}
