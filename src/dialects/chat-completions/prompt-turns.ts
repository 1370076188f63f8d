/** The messages of a chat request as turns. */
import type { AssistantPart, FilePart, ImagePart, TextPart, ToolCallPart, Turn, Uncarried } from '../../core/prompt.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { textOf } from '../prompt-fields.ts'

export type Turns =
  | { readonly kind: 'turns'; readonly turns: readonly Turn[]; readonly unsaid: readonly string[] }
  | ({ readonly kind: 'uncarried' } & Uncarried)

type UserPart = TextPart | ImagePart | FilePart

/** What a message holds that no other format has; thrown, as it ends the reading wherever it is met. */
class NotCarried extends Error {
  readonly param: string
  constructor(param: string, what: string) {
    super(`${what} cannot be carried to a model of another format.`)
    this.param = param
  }
}

export function chatTurns(messages: readonly unknown[]): Turns {
  const unsaid = new Set<string>()
  try {
    const turns = messages.map((message, at) => turnOf(fieldsOf(message) ?? {}, `messages[${at}]`, unsaid))
    return { kind: 'turns', turns, unsaid: [...unsaid] }
  } catch (error) {
    if (!(error instanceof NotCarried)) throw error
    return { kind: 'uncarried', param: error.param, message: error.message }
  }
}

function turnOf(message: Fields, path: string, unsaid: Set<string>): Turn {
  if (message.name !== undefined && message.role !== 'function') unsaid.add('messages.name')
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: message.role, parts: textsOf(message.content, path, unsaid) }
    case 'assistant':
      return { role: 'assistant', parts: assistantParts(message, path, unsaid) }
    case 'tool':
      return { role: 'tool', callId: textOf(message.tool_call_id) ?? '', parts: partsOf(message.content, path, unsaid) }
    case 'function':
      return {
        role: 'tool',
        callId: legacyId(textOf(message.name) ?? ''),
        parts: partsOf(message.content, path, unsaid),
      }
    case 'user':
      return { role: 'user', parts: partsOf(message.content, path, unsaid) }
    default:
      throw new NotCarried(`${path}.role`, `A message of the role ${JSON.stringify(message.role)}`)
  }
}

function assistantParts(message: Fields, path: string, unsaid: Set<string>): readonly AssistantPart[] {
  const reasoning = textOf(message.reasoning_content) ?? textOf(message.reasoning)
  const refusal = textOf(message.refusal)
  if (message.audio) unsaid.add('messages.audio')
  if (message.reasoning_details) unsaid.add('messages.reasoning_details')
  const calls = listOf(message.tool_calls).map((call, at) => callOf(fieldsOf(call) ?? {}, `${path}.tool_calls[${at}]`))
  const legacy = fieldsOf(message.function_call)
  return [
    ...(reasoning ? [{ kind: 'reasoning', text: reasoning } as const] : []),
    ...saidParts(message.content, path, unsaid),
    ...(refusal ? [{ kind: 'refusal', text: refusal } as const] : []),
    ...calls,
    ...(legacy ? [legacyCall(legacy)] : []),
  ]
}

/** What it said before may be a refusal among the texts. */
function saidParts(content: unknown, path: string, unsaid: Set<string>): readonly AssistantPart[] {
  if (typeof content === 'string') return textsOf(content, path, unsaid)
  return listOf(content).flatMap((part): readonly AssistantPart[] => {
    const refusal = textOf(fieldsOf(part)?.refusal)
    if (fieldsOf(part)?.type === 'refusal' && refusal !== undefined) return [{ kind: 'refusal', text: refusal }]
    return textsOf([part], path, unsaid)
  })
}

function callOf(call: Fields, path: string): ToolCallPart {
  const called = fieldsOf(call.function)
  if (!called) throw new NotCarried(path, `A tool call of the type ${JSON.stringify(call.type)}`)
  return {
    kind: 'tool-call',
    id: textOf(call.id) ?? '',
    name: textOf(called.name) ?? '',
    arguments: textOf(called.arguments) ?? '',
  }
}

/** The format's first form of tools had no ids: a call and its result are of the same name. */
function legacyId(name: string): string {
  return `call_${name}`
}

function legacyCall({ name, arguments: written }: Fields): ToolCallPart {
  const called = textOf(name) ?? ''
  return { kind: 'tool-call', id: legacyId(called), name: called, arguments: textOf(written) ?? '' }
}

function textsOf(content: unknown, path: string, unsaid: Set<string>): readonly TextPart[] {
  return partsOf(content, path, unsaid).map((part) => {
    if (part.kind === 'text') return part
    throw new NotCarried(`${path}.content`, `Content of the type ${part.kind} in this place`)
  })
}

function partsOf(content: unknown, path: string, unsaid: Set<string>): readonly UserPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  return listOf(content).flatMap((entry, at): readonly UserPart[] => {
    const part = fieldsOf(entry) ?? {}
    if (part.cache_control !== undefined) unsaid.add('cache_control')
    const there = `${path}.content[${at}]`
    switch (part.type) {
      case 'text':
      case 'input_text':
      case 'output_text':
        return [{ kind: 'text', text: textOf(part.text) ?? '' }]
      case 'image_url':
      case 'input_image':
        return [imageOf(part, there)]
      case 'file':
        return [fileOf(fieldsOf(part.file) ?? {}, there)]
      default:
        throw new NotCarried(there, `Content of the type ${JSON.stringify(part.type)}`)
    }
  })
}

function imageOf({ image_url: image }: Fields, path: string): ImagePart {
  const url = textOf(image) ?? textOf(fieldsOf(image)?.url)
  if (url === undefined) throw new NotCarried(path, 'A picture without an address')
  const detail = textOf(fieldsOf(image)?.detail)
  return { kind: 'image', url, ...(detail !== undefined && { detail }) }
}

function fileOf({ file_data: data, filename }: Fields, path: string): FilePart {
  const url = textOf(data)
  if (url === undefined) throw new NotCarried(path, 'A file that another server keeps')
  const name = textOf(filename)
  return { kind: 'file', url, ...(name !== undefined && { name }) }
}
