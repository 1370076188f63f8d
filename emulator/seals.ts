/** What the emulator seals, so that it knows its own again: nobody else can make it, and it is good for one account and model. */
import { createHmac } from 'node:crypto'

export interface Sealer {
  readonly account: string
  readonly model: string
  /** Told of each that came back and is its own. */
  readonly known?: () => void
}

/** Not a secret that guards anything: it only makes what is sealed differ from what is made up. */
const ink = 'openclaw emulator'

/** Base64, as real ones are. */
export function sealOf(text: string, { account, model }: Sealer): string {
  return createHmac('sha256', ink)
    .update(JSON.stringify([account, model, text]))
    .digest('base64')
}

/** A seal that holds its text: what is redacted or encrypted stands for itself. */
export function closedSealOf(text: string, sealer: Sealer): string {
  const held = Buffer.from(text).toString('base64url')
  return Buffer.from(`${held}.${sealOf(text, sealer)}`).toString('base64')
}

export function isOwnSeal(seal: string, text: string, sealer: Sealer): boolean {
  const isOwn = seal === sealOf(text, sealer)
  if (isOwn) sealer.known?.()
  return isOwn
}

export function isOwnClosedSeal(value: unknown, sealer: Sealer): boolean {
  if (typeof value !== 'string') return false
  const [held, seal] = Buffer.from(value, 'base64').toString('utf8').split('.')
  if (held === undefined || seal === undefined) return false
  return isOwnSeal(seal, Buffer.from(held, 'base64url').toString('utf8'), sealer)
}
