/** Servers that fail by themselves: the model behind them, the service, what stands before it. */
import { sendText } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import type { Refusals } from './format.ts'
import { sendFirewall } from './instead.ts'

export interface Outage {
  /** The beginning of the paths that it concerns. */
  readonly path: string
  /** `gateway`: the server behind the gateway does not answer it in time; `firewall`: it takes us for a robot. */
  readonly kind: 'service' | 'model' | 'gateway' | 'firewall'
}

export const outageKinds = ['none', 'service', 'model', 'gateway', 'firewall'] as const

/** What stands before the service answers in its place, whoever asks. */
export function answeredBefore(exchange: Exchange, outage: Outage | undefined): boolean {
  if (outage === undefined || !exchange.path.startsWith(outage.path)) return false
  if (outage.kind === 'firewall') {
    sendFirewall(exchange, 405)
    return true
  }
  if (outage.kind !== 'gateway') return false
  const page = '<html><head><title>504 Gateway Time-out</title></head></html>'
  sendText(exchange, 504, page, { 'content-type': 'text/html' })
  return true
}

/** Throws what the service itself says of its trouble. */
export function refuseInTrouble({ path }: Exchange, outage: Outage | undefined, { inTrouble }: Refusals): void {
  if (outage === undefined || !path.startsWith(outage.path)) return
  if (outage.kind === 'service' || outage.kind === 'model') throw inTrouble(outage.kind)
}
