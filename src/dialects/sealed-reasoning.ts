/** Reasoning that only its issuer may see again, on its way through callers of another format: wrapped with its issuer's name. */
import type { SealedReasoning } from '../core/prompt.ts'
import { fieldsOf, parsedJson } from './fields.ts'

/** No signature and no encrypted text that is known begins so. */
const MARK = 'oc1.'

/** An empty `value` = nothing is sealed: the wrapping only says whose reasoning it is. */
export function wrapSeal({ kind, value, id, issuer }: SealedReasoning): string {
  const { provider, profile, model } = issuer
  const written = JSON.stringify({ issuer: { provider, profile, model }, kind, value, ...(id !== undefined && { id }) })
  return MARK + Buffer.from(written).toString('base64url')
}

/** Undefined = it is as its issuer wrote it, or nothing that we wrapped. */
export function unwrapSeal(text: string): SealedReasoning | undefined {
  if (!text.startsWith(MARK)) return undefined
  const wrapped = fieldsOf(parsedJson(Buffer.from(text.slice(MARK.length), 'base64url').toString()))
  const { provider, profile, model } = fieldsOf(wrapped?.issuer) ?? {}
  const { kind, value, id } = wrapped ?? {}
  if (typeof provider !== 'string' || typeof profile !== 'string' || typeof model !== 'string') return undefined
  if (!isKind(kind) || typeof value !== 'string' || (id !== undefined && typeof id !== 'string')) return undefined
  return { kind, value, ...(id !== undefined && { id }), issuer: { provider, profile, model } }
}

function isKind(kind: unknown): kind is SealedReasoning['kind'] {
  return kind === 'signature' || kind === 'redacted' || kind === 'encrypted'
}
