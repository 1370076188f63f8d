/** The certificates in a PEM text, each one read; or what is wrong with the first that cannot be. */
import { X509Certificate } from 'node:crypto'
import { phrase, type Said } from '../core/phrase.ts'

export type ReadAuthorities =
  | { readonly kind: 'ok'; readonly certificates: readonly string[] }
  | { readonly kind: 'broken'; readonly reason: Said }

/** RFC 7468, 5; `X509` and `TRUSTED` are OpenSSL's older words. What stands between the certificates is no matter. */
const BEGIN = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/g
const END = /-----END (?:X509 |TRUSTED )?CERTIFICATE-----/

export function readAuthorities(text: string): ReadAuthorities {
  const certificates: string[] = []
  for (const { index } of text.matchAll(BEGIN)) {
    const place = certificates.length + 1
    const end = END.exec(text.slice(index))
    if (!end) return broken(place, phrase('certificate-cut'))
    try {
      const block = text.slice(index, index + end.index + end[0].length)
      certificates.push(new X509Certificate(block).toString())
    } catch (error) {
      return broken(place, reasonOf(error))
    }
  }
  if (certificates.length === 0) return { kind: 'broken', reason: phrase('no-certificate') }
  return { kind: 'ok', certificates }
}

function broken(place: number, reason: Said): ReadAuthorities {
  return { kind: 'broken', reason: phrase('certificate-unreadable', { place, reason }) }
}

/** OpenSSL's own messages name its source files; its `reason` is the readable part. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'reason' in error && typeof error.reason === 'string') return error.reason
  return error instanceof Error ? error.message : String(error)
}
