/** What reading a caller's request comes to, in every format alike. */
import type { CallerRequest, ConversationSigns, PromptOrUncarried } from './caller-request.ts'
import { fieldsOf, parsedJson, type Fields } from './fields.ts'
import { MAX_DEPTH, MAX_KEYS, topLevelMembers, type JsonFault, type Member } from './json-members.ts'
import { decoded, latin1 } from './latin1.ts'

export type RequestOrRefusal =
  /** The signs hold on to the whole body as it was parsed: whoever keeps the request lets go of them. */
  { readonly kind: 'ok'; readonly request: CallerRequest; readonly signs: ConversationSigns } | RequestRefusal

export interface RequestRefusal {
  readonly kind: 'refused'
  readonly reason: JsonFault | 'invalid-field'
  readonly message: string
  readonly param?: string
}

/** What every format has at its top level. */
export interface CommonFields {
  readonly model: string
  readonly stream: boolean
  readonly fallbacks?: readonly string[]
  readonly body: Uint8Array
  readonly members: readonly Member[]
}

/**
 * Parses the body and reads what all formats share; `read` does the rest. Strings in `fields` are a character a byte
 * (`decoded`). `fallbacksAre: 'ours-or-its-own'` = the format has a field of this name, too: only a list of names is ours.
 */
export function readRequest(
  body: Uint8Array,
  read: (fields: Fields, common: CommonFields) => RequestOrRefusal,
  fallbacksAre: 'ours' | 'ours-or-its-own' = 'ours',
): RequestOrRefusal {
  const found = topLevelMembers(body)
  if (found.kind === 'fault')
    return { kind: 'refused', reason: found.fault, message: faultMessage(found.fault, found.key) }
  const fields = fieldsOf(parsedJson(latin1(body)))
  if (!fields) return { kind: 'refused', reason: 'not-json', message: faultMessage('not-json') }
  if (!isName(fields.model)) return refusedField('model', `a non-empty string of at most ${LONGEST_NAME} characters`)
  const model = decoded(fields.model)
  // Both readings of the bytes must agree on whom we ask, or one of them could be fooled.
  if (spelledModel(body, found.members) !== model) return refusedField('model', 'named once')
  const { stream } = fields
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') return refusedField('stream', 'a boolean')
  const fallbacks = isListOfNames(fields.fallbacks) ? fields.fallbacks : undefined
  if (fields.fallbacks !== undefined && !fallbacks && fallbacksAre === 'ours') {
    return refusedField('fallbacks', `a list of at most ${MOST_FALLBACKS} model names`)
  }
  return read(fields, {
    model,
    stream: stream === true,
    ...(fallbacks && { fallbacks: fallbacks.map(decoded) }),
    body,
    members: found.members,
  })
}

/** Made out of sight of the parsed body: a closure beside it would keep it for as long as the request lasts. */
export function laterPrompt(body: Uint8Array, read: (body: Uint8Array) => PromptOrUncarried): CallerRequest['prompt'] {
  return () => read(body)
}

export function refusedField(param: string, expected: string): RequestRefusal {
  return { kind: 'refused', reason: 'invalid-field', message: `\`${param}\` must be ${expected}.`, param }
}

/** No tokenizer that is known makes one token of more than 128 bytes. */
const LONGEST_TOKEN_BYTES = 256
/** In a smaller body there cannot be enough for any window that a catalogue tells. */
const WORTH_COUNTING_BYTES = 1_048_576

/** Of its texts alone, as pictures are counted otherwise; `textBytes` is asked for where the body is large. */
export function leastTokens(body: Uint8Array, textBytes: () => number): Pick<CallerRequest, 'leastTokens'> {
  return body.byteLength < WORTH_COUNTING_BYTES ? {} : { leastTokens: Math.floor(textBytes() / LONGEST_TOKEN_BYTES) }
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
