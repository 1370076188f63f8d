/** A Responses request as it came: what routing must know of it, and the body to send on. */
import type { CallerRequest, ConversationSigns, Remembering } from '../caller-request.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import type { Member } from '../json-members.ts'
import { splice } from '../json-splice.ts'
import { decoded } from '../latin1.ts'
import {
  laterPrompt,
  leastTokens,
  readRequest,
  refusedField,
  type RequestOrRefusal,
  type RequestRefusal,
} from '../request-reading.ts'
import type { Target } from '../upstream-dialect.ts'
import { inputFor } from './own-seals.ts'
import { responsesPrompt } from './prompt.ts'

export function readResponsesRequest(body: Uint8Array): RequestOrRefusal {
  return readRequest(body, (fields, common) => {
    const refused = refusalOf(fields)
    if (refused) return refused
    const items = listOf(fields.input).map((item) => fieldsOf(item) ?? {})
    const request: CallerRequest = {
      dialect: 'responses',
      ...common,
      hasImage: items.some((item) => [item.content, item.output].some(holdsImage)),
      hasTools: listOf(fields.tools).length > 0,
      ...leastTokens(body, () => textBytes(fields.instructions) + textBytes(fields.input)),
      remembering: rememberingOf(fields, items),
      prompt: laterPrompt(body, responsesPrompt),
    }
    return { kind: 'ok', request, signs: signsOf(fields, items) }
  })
}

/** The caller's bytes with another model in them, without what is ours and without what only another may see. */
export function relayBody({ body, members }: CallerRequest, target: Target): Buffer {
  const input = inputFor(valueOf(body, members, 'input'), target)
  return splice(body, members, {
    set: { model: JSON.stringify(target.model.id), ...(input !== undefined && { input }) },
    drop: ['fallbacks', 'previous_response_id'],
  })
}

/** The bytes of a top-level field. */
export function valueOf(body: Uint8Array, members: readonly Member[], key: string): Uint8Array | undefined {
  const member = members.find((each) => each.key === key)
  return member && body.subarray(member.valueStart, member.valueEnd)
}

/** What lives at one server alone, and not at this one. */
function refusalOf(fields: Fields): RequestRefusal | undefined {
  const { input, background, conversation, prompt, previous_response_id: previous } = fields
  if (background === true) return unsupported('background', 'An answer in the background is not offered here.')
  if (isSaid(conversation)) {
    return unsupported('conversation', 'Conversations are not kept here: go on with `previous_response_id`.')
  }
  if (isSaid(prompt)) return unsupported('prompt', 'Stored prompts are not kept here: send `instructions` and `input`.')
  if (isSaid(previous) && typeof previous !== 'string') return refusedField('previous_response_id', 'a string')
  const isInput = typeof input === 'string' || (Array.isArray(input) && input.length > 0)
  return isInput || (input === undefined && isSaid(previous))
    ? undefined
    : refusedField('input', 'a string or a non-empty list')
}

function unsupported(param: string, message: string): RequestRefusal {
  return { kind: 'refused', reason: 'invalid-field', message, param }
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null
}

function rememberingOf({ store, previous_response_id: previous }: Fields, items: readonly Fields[]): Remembering {
  const itemIds = items.flatMap((item) => (isReference(item) ? [decoded(String(item.id))] : []))
  return {
    mayKeep: store !== false,
    ...(typeof previous === 'string' && { previousId: decoded(previous) }),
    itemIds,
  }
}

/** It may come without its type. */
export function isReference({ type, id, role }: Fields): boolean {
  if (typeof id !== 'string') return false
  return type === 'item_reference' || ((type === undefined || type === null) && role === undefined)
}

function signsOf({ prompt_cache_key: key, instructions, input }: Fields, items: readonly Fields[]): ConversationSigns {
  return {
    ...(typeof key === 'string' && key !== '' && { promptCacheKey: key }),
    opening() {
      const firstUser = items.findIndex(({ role }) => role === 'user')
      const opening = items.filter(({ role }, at) => at === firstUser || role === 'system' || role === 'developer')
      const said = typeof input === 'string' ? [input] : opening.map(({ content }) => content)
      return JSON.stringify([instructions, ...said])
    },
  }
}

/** Of texts, at any depth, and of what is written as texts; pictures, files and sealed reasoning are counted otherwise. */
function textBytes(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + textBytes(each), 0)
  const fields = fieldsOf(value)
  if (!fields) return 0
  const { text, content, output, arguments: written, input, summary } = fields
  return [text, content, output, written, input, summary].reduce((sum: number, each) => sum + textBytes(each), 0)
}

function holdsImage(content: unknown): boolean {
  return (
    listOf(content).some((part) => {
      const type = fieldsOf(part)?.type
      return type === 'input_image' || type === 'computer_screenshot'
    }) || fieldsOf(content)?.type === 'computer_screenshot'
  )
}
