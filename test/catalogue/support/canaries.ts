/** Secrets that were planted, and every trace of them that a text or a file may hold. */
import { randomInt } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** So much of a secret is as bad as all of it. */
const PIECE = 12

/** 40 random characters; `more` = what may stand among letters and digits. */
export function canary(more = '-_', length = 40): string {
  const signs = LETTERS + more
  return Array.from({ length }, () => signs.charAt(randomInt(signs.length))).join('')
}

/** As many random words of six letters. */
export function sentence(count: number): string {
  return Array.from({ length: count }, () => canary('', 6).replace(/\d/g, 'q').toLowerCase()).join(' ')
}

export interface Trace {
  /** Whose. */
  readonly slot: string
  /** In which spelling. */
  readonly as: string
}

/** Which of the secrets have left a trace there; `secrets` = by slot. */
export function tracesIn(content: string | Uint8Array, secrets: Readonly<Record<string, string>>): readonly Trace[] {
  const bytes =
    typeof content === 'string'
      ? Buffer.from(content)
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  return Object.entries(secrets).flatMap(([slot, secret]) =>
    spellings(secret)
      .filter(([, spelling]) => bytes.includes(spelling))
      .map(([as]) => ({ slot, as })),
  )
}

function spellings(secret: string): readonly (readonly [string, string])[] {
  const hex = Buffer.from(secret).toString('hex')
  return [
    // Whole secrets hold their ends too.
    ['beginning', secret.slice(0, PIECE)],
    ['end', secret.slice(-PIECE)],
    [
      'JSON',
      JSON.stringify(secret)
        .slice(1, -1)
        .slice(0, PIECE + 4),
    ],
    ['JSON, slashes escaped', secret.slice(0, PIECE).replaceAll('/', '\\/')],
    ['address', encodeURIComponent(secret.slice(0, PIECE))],
    ['hex', hex.slice(0, 2 * PIECE)],
    ['HEX', hex.slice(0, 2 * PIECE).toUpperCase()],
    ...[0, 1, 2].flatMap((offset) => base64At(secret, offset)),
  ]
}

/** As it stands within a longer text that was encoded: at each place within a group of three bytes. */
function base64At(secret: string, offset: number): readonly (readonly [string, string])[] {
  const encoded = Buffer.from('\0'.repeat(offset) + secret).toString('base64')
  // The first and the last group hold neighbours' bits.
  const own = encoded.slice(offset === 0 ? 0 : 4, 16)
  return [
    [`base64 ${offset}`, own],
    [`base64url ${offset}`, own.replaceAll('+', '-').replaceAll('/', '_')],
  ]
}
