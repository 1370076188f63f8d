/** A provider's own changes to a request, made in its bytes: what the plugin does not name stays as it is. */
import type { RequestQuirk } from '../core/quirks.ts'
import { fieldsOf, parsedJson } from '../dialects/fields.ts'
import { topLevelMembers } from '../dialects/json-members.ts'
import { splice } from '../dialects/json-splice.ts'
import type { Target, Written } from '../dialects/upstream-dialect.ts'

/** Whether the body is worth parsing for it. */
export function wantsQuirk(
  quirk: RequestQuirk | undefined,
  body: Uint8Array,
  { stream }: { readonly stream: boolean },
): boolean {
  if (!quirk) return false
  if (quirk.inOnePiece && !stream) return true
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return quirk.patterns.some((pattern) => bytes.includes(pattern, 0, 'latin1'))
}

export function withQuirk(quirk: RequestQuirk | undefined, written: Written, { model }: Target): Written {
  const { body, dropped } = written
  const fields = fieldsOf(parsedJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()))
  const found = topLevelMembers(body)
  const change = fields && found.kind === 'members' ? quirk?.change(fields, { model }) : undefined
  if (!change || found.kind !== 'members') return written
  const { set = {}, drop = [], lost = [] } = change
  const texts = Object.entries(set).flatMap(([name, value]): [string, string][] => {
    const text = JSON.stringify(value) as string | undefined
    return text === undefined ? [] : [[name, text]]
  })
  return {
    body: splice(body, found.members, { set: Object.fromEntries(texts), drop }),
    dropped: [...dropped, ...lost],
  }
}
