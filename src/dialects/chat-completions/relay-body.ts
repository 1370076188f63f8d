/** A chat request on its way to an upstream that speaks the same: the caller's bytes, but for what must differ. */
import type { CallerRequest } from '../caller-request.ts'
import { topLevelMembers } from '../json-members.ts'
import { splice } from '../json-splice.ts'
import type { Target } from '../upstream-dialect.ts'

const USAGE_ASKED = '{"include_usage":true}'

/** With another model in it, without what is ours, and with the question for a stream's usage, or without it. */
export function relayBody(request: CallerRequest, target: Target): Buffer {
  const { body, members, stream, wantsUsage } = request
  const set = { model: JSON.stringify(target.model.id) }
  if (stream && wantsUsage && target.asksUsage === false)
    return splice(body, members, { set, drop: ['fallbacks', 'stream_options'] })
  if (!stream || wantsUsage || !target.asksUsage) return splice(body, members, { set, drop: ['fallbacks'] })
  return splice(body, members, { set: { ...set, stream_options: optionsWithUsage(request) }, drop: ['fallbacks'] })
}

/** The caller's other options stay. */
function optionsWithUsage({ body, members }: CallerRequest): string {
  const member = members.find(({ key }) => key === 'stream_options')
  const options = member && body.subarray(member.valueStart, member.valueEnd)
  const found = options && topLevelMembers(options)
  if (found?.kind !== 'members') return USAGE_ASKED
  return splice(options ?? body, found.members, { set: { include_usage: 'true' } }).toString()
}
