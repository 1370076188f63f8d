/** A chat request as it came: what routing must know of it, and the body to send on. */
import type { CallerRequest, ConversationSigns } from '../caller-request.ts'
import { fieldsOf, listOf, parsedJson, type Fields } from '../fields.ts'
import { MAX_DEPTH, MAX_KEYS, topLevelMembers, type JsonFault, type Member } from '../json-members.ts'
import { splice } from '../json-splice.ts'
import { decoded, latin1 } from '../latin1.ts'

type RefusalReason = JsonFault | 'invalid-field'

export type ChatRequestOrRefusal =
  /** The signs hold on to the whole body as it was parsed: whoever keeps the request lets go of them. */
  | { readonly kind: 'ok'; readonly request: CallerRequest; readonly signs: ConversationSigns }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly message: string; readonly param?: string }

export function readChatRequest(body: Uint8Array): ChatRequestOrRefusal {
  const found = topLevelMembers(body)
  if (found.kind === 'fault')
    return { kind: 'refused', reason: found.fault, message: faultMessage(found.fault, found.key) }
  const fields = fieldsOf(parsedJson(latin1(body)))
  if (!fields) return { kind: 'refused', reason: 'not-json', message: faultMessage('not-json') }
  return readFields(fields, body, found.members)
}

/** The caller's bytes with another model in them and without what is ours. */
export function relayBody({ body, members }: CallerRequest, model: string): Buffer {
  return splice(body, members, { set: { model: JSON.stringify(model) }, drop: ['fallbacks'] })
}

function readFields(fields: Fields, body: Uint8Array, members: readonly Member[]): ChatRequestOrRefusal {
  if (!isName(fields.model)) return refusedField('model', `a non-empty string of at most ${LONGEST_NAME} characters`)
  const model = decoded(fields.model)
  // Both readings of the bytes must agree on whom we ask, or one of them could be fooled.
  if (spelledModel(body, members) !== model) return refusedField('model', 'named once')
  const { stream } = fields
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') return refusedField('stream', 'a boolean')
  const messages = listOf(fields.messages)
  if (messages.length === 0) return refusedField('messages', 'a non-empty list')
  const { fallbacks } = fields
  if (fallbacks !== undefined && !isListOfNames(fallbacks)) {
    return refusedField('fallbacks', `a list of at most ${MOST_FALLBACKS} model names`)
  }
  const request: CallerRequest = {
    model,
    stream: stream === true,
    ...(fallbacks && { fallbacks: fallbacks.map(decoded) }),
    hasImage: messages.some(holdsImage),
    hasTools: listOf(fields.tools).length > 0 || listOf(fields.functions).length > 0,
    ...leastTokens(body, messages),
    body,
    members,
  }
  return { kind: 'ok', request, signs: signsOf(fields.prompt_cache_key, messages) }
}

/** No tokenizer that is known makes one token of more than 128 bytes. */
const LONGEST_TOKEN_BYTES = 256
/** In a smaller body there cannot be enough for any window that a catalogue tells. */
const WORTH_COUNTING_BYTES = 1_048_576

/** Of its texts alone: pictures are counted otherwise. */
function leastTokens(body: Uint8Array, messages: readonly unknown[]): Pick<CallerRequest, 'leastTokens'> {
  if (body.byteLength < WORTH_COUNTING_BYTES) return {}
  const bytes = messages.reduce((sum: number, message) => sum + textBytes(fieldsOf(message)?.content), 0)
  return { leastTokens: Math.floor(bytes / LONGEST_TOKEN_BYTES) }
}

/** Texts are read byte by byte here. */
function textBytes(content: unknown): number {
  if (typeof content === 'string') return content.length
  return listOf(content).reduce((sum: number, part) => {
    const text = fieldsOf(part)?.text
    return sum + (typeof text === 'string' ? text.length : 0)
  }, 0)
}

function signsOf(promptCacheKey: unknown, messages: readonly unknown[]): ConversationSigns {
  return {
    ...(typeof promptCacheKey === 'string' && promptCacheKey !== '' && { promptCacheKey }),
    opening() {
      const firstUser = messages.findIndex((message) => fieldsOf(message)?.role === 'user')
      const opening = messages.filter((message, at) => at === firstUser || isSystem(fieldsOf(message)?.role))
      return JSON.stringify(opening.map((message) => fieldsOf(message)?.content))
    },
  }
}

function isSystem(role: unknown): boolean {
  return role === 'system' || role === 'developer'
}

function refusedField(param: string, expected: string): ChatRequestOrRefusal {
  return { kind: 'refused', reason: 'invalid-field', message: `\`${param}\` must be ${expected}.`, param }
}

function spelledModel(body: Uint8Array, members: readonly Member[]): unknown {
  const member = members.find(({ key }) => key === 'model')
  if (!member) return undefined
  return JSON.parse(decoded(latin1(body.subarray(member.valueStart, member.valueEnd))))
}

/** Names are kept with what became of the request, in rows, headers and errors. */
const LONGEST_NAME = 512
const MOST_FALLBACKS = 100

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME
}

function isListOfNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MOST_FALLBACKS && value.every(isName)
}

function holdsImage(message: unknown): boolean {
  return listOf(fieldsOf(message)?.content).some((part) => {
    const type = fieldsOf(part)?.type
    return type === 'image_url' || type === 'image' || type === 'input_image'
  })
}

function faultMessage(fault: JsonFault, key = ''): string {
  return FAULTS[fault](JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}…` : key))
}

const FAULTS: Readonly<Record<JsonFault, (key: string) => string>> = {
  'not-utf8': () => 'The body is not valid UTF-8.',
  'byte-order-mark': () => 'The body begins with a byte order mark; JSON has none.',
  'not-json': () => 'The body is not valid JSON.',
  'not-an-object': () => 'The body must be a JSON object.',
  'too-deep': () => `The body is nested deeper than ${MAX_DEPTH} levels.`,
  'too-many-keys': () => `The body has more than ${MAX_KEYS} fields.`,
  'duplicate-key': (key) => `The body has the field ${key} twice.`,
  'forbidden-key': (key) => `The body must not have a field ${key}.`,
}
