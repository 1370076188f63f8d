/** Whether a gateway may listen where it is told to: beyond this machine only where its tokens are protected on their way. */
import { OpenClawError } from '../core/errors.ts'
import type { GatewaySettings } from '../core/settings.ts'

export interface Beyond {
  /** Of this machine; `0.0.0.0` and `::` are all that it has. */
  readonly address: string
  /** Undefined = what comes from other machines comes through trusted proxies, or not at all. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

/** What was changed since a gateway began, and counts at its next start only. */
export function changedSince(first: GatewaySettings, now: GatewaySettings): readonly OpenClawError[] {
  const changed = (setting: string, more: { readonly port?: number } = {}): OpenClawError =>
    new OpenClawError('counts-at-start', { setting, ...more })
  return [
    ...(first.port === now.port ? [] : [changed('gateway.port', { port: now.port })]),
    ...(first.bind === now.bind ? [] : [changed('gateway.bind')]),
    ...(first.tls.cert === now.tls.cert && first.tls.key === now.tls.key ? [] : [changed('gateway.tls')]),
  ]
}

/** Undefined = on this machine alone. `wished` goes before the settings. Throws `bind-unprotected`. */
export function beyondLoopback(gateway: GatewaySettings, wished?: string): Beyond | undefined {
  const bind = wished ?? gateway.bind
  if (bind === 'loopback' || bind === '::1' || bind.startsWith('127.')) return undefined
  const address = bind === 'lan' ? '0.0.0.0' : bind
  const { cert, key } = gateway.tls
  if (cert && key) return { address, tls: { cert, key } }
  // One of the two was forgotten: proxies are then hardly what was meant.
  if (cert || key) throw new OpenClawError('bind-unprotected', { address, missing: cert ? 'key' : 'cert' })
  if (gateway.trustedProxies.length > 0) return { address }
  throw new OpenClawError('bind-unprotected', { address })
}
