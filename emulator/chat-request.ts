/** A chat request, read from its body and checked as the real server checks it. */
import { invalidParameter, unknownRole } from './chat-errors.ts'
import { BadField, isFields, onlyKnown, optionalInteger } from './fields.ts'
import type { Fields } from './fields.ts'
import { pictureOfDataUrl } from './pictures.ts'
import type { Picture } from './pictures.ts'
import type { Model, Provider } from './providers.ts'

export interface ChatRequest {
  readonly model: Model
  readonly messages: readonly [ChatMessage, ...ChatMessage[]]
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly thinkingWanted: boolean
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice
  readonly pace: Pace
}

export interface ChatMessage {
  readonly role: string
  readonly text: string
  readonly pictures: readonly SentPicture[]
}

/** An address is never fetched, so nothing is known about its picture. */
export type SentPicture =
  | { readonly kind: 'bytes'; readonly picture: Picture }
  | { readonly kind: 'address'; readonly url: string }

export interface Tool {
  readonly name: string
  readonly parameters: Fields
}

type ToolChoice = { readonly kind: 'auto' | 'none' | 'required' } | { readonly kind: 'named'; readonly name: string }

/** The emulator's own extension `x_emulator`, which real servers ignore: how long the answer is, how slow it comes. */
interface Pace {
  readonly chunks: number | undefined
  readonly chunkDelayMs: number | undefined
  readonly replyChars: number | undefined
}

/** Throws a `Refusal` for what the provider would not take. */
export function readChatRequest(body: Fields | undefined, provider: Provider): ChatRequest {
  if (body === undefined) throw invalidParameter('Required body invalid, please check the request body format.')
  const model = modelOf(body['model'], provider)
  const stream = body['stream'] === true
  const thinkingWanted = body['enable_thinking'] === true
  if (provider.strictAsQwen && thinkingWanted && !stream) {
    throw invalidParameter('parameter.enable_thinking must be set to false for non-streaming calls')
  }
  const options = body['stream_options']
  return {
    model,
    messages: messagesOf(body['messages'], { model, provider }),
    stream,
    includeUsage: isFields(options) && options['include_usage'] === true,
    thinkingWanted,
    tools: toolsOf(body['tools']),
    toolChoice: toolChoiceOf(body['tool_choice']),
    pace: paceOf(body['x_emulator']),
  }
}

function modelOf(id: unknown, provider: Provider): Model {
  if (typeof id !== 'string' || id === '') throw invalidParameter('you must provide a model parameter')
  const model = provider.models.find((candidate) => candidate.id === id)
  if (model === undefined) throw provider.noSuchModel(id)
  return model
}

interface Receiver {
  readonly model: Model
  readonly provider: Provider
}

function messagesOf(value: unknown, receiver: Receiver): readonly [ChatMessage, ...ChatMessage[]] {
  if (!Array.isArray(value)) throw invalidParameter("'messages' must be a list")
  const [first, ...rest] = value.map((message: unknown, position) => messageOf(message, position, receiver))
  if (first === undefined) throw invalidParameter("[] is too short - 'messages'")
  return [first, ...rest]
}

function messageOf(value: unknown, position: number, { model, provider }: Receiver): ChatMessage {
  if (!isFields(value)) throw invalidParameter(`'messages.[${position}]' must be an object`)
  const { role, content } = value
  const knownRoles = [
    'system',
    'assistant',
    'user',
    'tool',
    'function',
    ...(provider.strictAsQwen ? [] : ['developer']),
  ]
  if (typeof role !== 'string' || !knownRoles.includes(role)) throw unknownRole(String(role), position)
  if (content === undefined || content === null) return { role, text: '', pictures: [] }
  if (typeof content === 'string') return { role, text: content, pictures: [] }
  if (!Array.isArray(content)) throw invalidParameter(`'messages.[${position}].content' must be a string or a list`)
  const texts: string[] = []
  const pictures: SentPicture[] = []
  for (const part of content as readonly unknown[]) {
    if (!isFields(part)) throw invalidParameter(`'messages.[${position}].content' holds a part that is no object`)
    if (part['type'] === 'text' && typeof part['text'] === 'string') texts.push(part['text'])
    else if (part['type'] === 'image_url') pictures.push(pictureOf(part['image_url'], model))
    else
      throw invalidParameter(`'messages.[${position}].content' holds a part of unknown type '${String(part['type'])}'`)
  }
  return { role, text: texts.join('\n'), pictures }
}

function pictureOf(value: unknown, model: Model): SentPicture {
  if (!model.seesPictures) throw invalidParameter(`The model \`${model.id}\` does not take pictures (image_url).`)
  const url = isFields(value) ? value['url'] : undefined
  if (typeof url !== 'string') throw invalidParameter("'image_url.url' must be a string")
  if (/^https?:\/\//i.test(url)) return { kind: 'address', url }
  const picture = pictureOfDataUrl(url)
  if (picture === undefined) throw invalidParameter('The image format is illegal and cannot be opened.')
  return { kind: 'bytes', picture }
}

function toolsOf(value: unknown): readonly Tool[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw invalidParameter("'tools' must be a list")
  return value.map((tool: unknown, position) => {
    const definition = isFields(tool) ? tool['function'] : undefined
    const name = isFields(definition) ? definition['name'] : undefined
    if (!isFields(definition) || typeof name !== 'string') {
      throw invalidParameter(`'tools.[${position}].function.name' is missing`)
    }
    const parameters = definition['parameters']
    return { name, parameters: isFields(parameters) ? parameters : {} }
  })
}

function toolChoiceOf(value: unknown): ToolChoice {
  if (value === undefined || value === null) return { kind: 'auto' }
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value }
  const wanted = isFields(value) ? value['function'] : undefined
  const name = isFields(wanted) ? wanted['name'] : undefined
  if (typeof name !== 'string') throw invalidParameter("'tool_choice' is invalid")
  return { kind: 'named', name }
}

function paceOf(value: unknown): Pace {
  if (value === undefined || value === null)
    return { chunks: undefined, chunkDelayMs: undefined, replyChars: undefined }
  if (!isFields(value)) throw invalidParameter("'x_emulator' must be an object")
  try {
    onlyKnown(value, ['chunks', 'chunkDelayMs', 'replyChars'])
    return {
      chunks: optionalInteger(value, 'chunks', { min: 1, max: 100_000 }),
      chunkDelayMs: optionalInteger(value, 'chunkDelayMs', { min: 0, max: 60_000 }),
      replyChars: optionalInteger(value, 'replyChars', { min: 1, max: 20_000_000 }),
    }
  } catch (error) {
    if (error instanceof BadField) throw invalidParameter(`'x_emulator': ${error.message}`)
    throw error
  }
}
