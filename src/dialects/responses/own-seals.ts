/** A request's reasoning on its way to an upstream of this format: what it issued goes back as it was, what another issued does not. */
import { isSameIssuer } from '../../core/prompt.ts'
import { fieldsOf, parsedJson, type Fields } from '../fields.ts'
import { listItems } from '../json-members.ts'
import { unwrapSeal } from '../sealed-reasoning.ts'
import type { Target } from '../upstream-dialect.ts'
import { OWN_REASONING } from './ids.ts'

/** What to send in the place of the input, as JSON; undefined = it may go as it is. */
export function inputFor(
  input: Uint8Array | undefined,
  target: Pick<Target, 'issuer' | 'seals' | 'leftOut'>,
): string | undefined {
  const bytes = input && Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  if (!bytes || !(bytes.includes('"encrypted_content"') || bytes.includes(OWN_REASONING))) return undefined
  const items = listItems(bytes)?.map((item) => Buffer.from(item).toString())
  if (!items) return undefined
  let isChanged = false
  /** Its reasoning was left out: an upstream refuses what it knows to have followed from it. */
  let isOrphan = false
  const sent = items.flatMap((text): readonly string[] => {
    const item = fieldsOf(parsedJson(text)) ?? {}
    if (item.type === 'reasoning') {
      const given = reasoningFor(item, target)
      isChanged ||= given !== item
      isOrphan = given === undefined
      if (isOrphan) target.leftOut?.('reasoning')
      if (given === item) return [text]
      return given ? [JSON.stringify(given)] : []
    }
    if (!isAnswer(item)) isOrphan = false
    if (!isOrphan || item.id === undefined) return [text]
    const { id: _, ...rest } = item
    return [JSON.stringify(rest)]
  })
  return isChanged ? `[${sent.join(',')}]` : undefined
}

/** The item itself = it is as it should be; undefined = it is not for this upstream. */
function reasoningFor(item: Fields, { issuer, seals }: Pick<Target, 'issuer' | 'seals'>): Fields | undefined {
  const { encrypted_content: encrypted, ...shown } = item
  // Ours in the caller's format, of an upstream that sealed nothing.
  if (typeof encrypted !== 'string') return String(item.id).startsWith(OWN_REASONING) ? undefined : item
  const sealed = unwrapSeal(encrypted)
  if (!sealed) {
    const known = seals.issuerOf(encrypted)
    return known && !isSameIssuer(known, issuer) ? undefined : item
  }
  if (sealed.kind !== 'encrypted' || !isSameIssuer(sealed.issuer, issuer)) return undefined
  // Without a value it names what the upstream keeps itself.
  return {
    ...shown,
    ...(sealed.id !== undefined && { id: sealed.id }),
    ...(sealed.value !== '' && { encrypted_content: sealed.value }),
  }
}

function isAnswer({ type, role }: Fields): boolean {
  return type === 'function_call' || type === 'custom_tool_call' || role === 'assistant'
}
