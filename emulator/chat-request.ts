/** A chat request, read from its body and checked as the real server checks it. */
import { foreignPicture, invalidParameter, orphanResult, unansweredCalls, unknownRole } from './chat-errors.ts'
import { BadField, isFields } from './fields.ts'
import type { Fields } from './fields.ts'
import { pictureOfDataUrl } from './pictures.ts'
import type { Model, Provider } from './providers.ts'
import { paceOf } from './question.ts'
import type { Message, Pace, Question, SentPicture, Tool, ToolChoice } from './question.ts'
import { strictSchemaFault } from './schema-rules.ts'

export interface ChatRequest extends Question {
  readonly includeUsage: boolean
}

/** Throws a `Refusal` for what the provider would not take. */
export function readChatRequest(body: Fields | undefined, provider: Provider): ChatRequest {
  if (body === undefined) throw invalidParameter('Required body invalid, please check the request body format.')
  const model = modelOf(body['model'], provider)
  const stream = body['stream'] === true
  if (provider.strictAsQwen && body['enable_thinking'] === true && !stream) {
    throw invalidParameter('parameter.enable_thinking must be set to false for non-streaming calls')
  }
  const options = body['stream_options']
  // OpenAI says so; Model Studio does the same (help.aliyun.com, error codes).
  if (isFields(options) && !stream)
    throw invalidParameter("The 'stream_options' parameter is only allowed when 'stream' is enabled.")
  const messages = messagesOf(body['messages'], { model, provider })
  return {
    model,
    messages,
    stream,
    includeUsage: isFields(options) && options['include_usage'] === true,
    thinkingWanted: thinkingIn(body, messages),
    tools: toolsOf(body['tools'], provider),
    toolChoice: toolChoiceOf(body['tool_choice']),
    parallelTools: body['parallel_tool_calls'] !== false,
    maxTokens: maxTokensIn(body, provider),
    stops: stopsIn(body['stop']),
    schema: schemaIn(body['response_format'], messages, provider),
    pace: chatPaceOf(body['x_emulator']),
  }
}

/** By switch, by effort, or by a word of the question. */
function thinkingIn(body: Fields, messages: readonly Message[]): boolean {
  if (body['enable_thinking'] === true) return true
  const effort = body['reasoning_effort']
  if (body['enable_thinking'] === false || effort === 'none') return false
  const asked = messages.findLast(({ role }) => role === 'user')?.text ?? ''
  return typeof effort === 'string' || /think|思考/i.test(asked)
}

function maxTokensIn(body: Fields, { strictAsQwen }: Provider): number | undefined {
  const newer = strictAsQwen ? undefined : body['max_completion_tokens']
  const most = newer ?? body['max_tokens']
  if (most === undefined || most === null) return undefined
  if (typeof most === 'number' && Number.isInteger(most) && most >= 1) return most
  throw invalidParameter(`Range of max_tokens should be [1, 65536]`)
}

function stopsIn(value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  if (typeof value === 'string') return [value]
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  throw invalidParameter("'stop' must be a string or a list of strings")
}

function schemaIn(value: unknown, messages: readonly Message[], { strictAsQwen }: Provider): Fields | undefined {
  if (!isFields(value) || value['type'] === 'text') return undefined
  if (value['type'] === 'json_object') {
    if (messages.some(({ text }) => /json/i.test(text))) return {}
    throw invalidParameter(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    )
  }
  const wrapper = value['json_schema']
  if (value['type'] !== 'json_schema' || !isFields(wrapper)) throw invalidParameter("'response_format' is invalid")
  const { name, schema, strict } = wrapper
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name))
    throw invalidParameter("'response_format.json_schema.name' must match ^[a-zA-Z0-9_-]{1,64}$")
  if (!isFields(schema)) throw invalidParameter("'response_format.json_schema.schema' must be an object")
  const fault = strict === true && !strictAsQwen ? strictSchemaFault(schema) : undefined
  if (fault !== undefined) throw invalidParameter(`Invalid schema for response_format '${name}': ${fault}`)
  return schema
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

function messagesOf(value: unknown, receiver: Receiver): readonly [Message, ...Message[]] {
  if (!Array.isArray(value)) throw invalidParameter("'messages' must be a list")
  const [first, ...rest] = value.map((message: unknown, position) => messageOf(message, position, receiver))
  if (first === undefined) throw invalidParameter("[] is too short - 'messages'")
  checkCalls(value.filter(isFields))
  return [first, ...rest]
}

function messageOf(value: unknown, position: number, { model, provider }: Receiver): Message {
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
    else if (part['type'] === 'refusal' && role === 'assistant') texts.push(String(part['refusal']))
    else if (part['type'] === 'file' && role === 'user' && !provider.strictAsQwen) continue
    else if (part['type'] === 'image_url') {
      if (role !== 'user') throw foreignPicture(role, position)
      pictures.push(pictureOf(part['image_url'], model))
    } else
      throw invalidParameter(`'messages.[${position}].content' holds a part of unknown type '${String(part['type'])}'`)
  }
  return { role, text: texts.join('\n'), pictures }
}

/** Each call is answered before anything else is said, and nothing is answered that was not called. */
function checkCalls(messages: readonly Fields[]): void {
  let open: string[] = []
  let called: string[] = []
  for (const [position, message] of messages.entries()) {
    const id = message['tool_call_id']
    if (message['role'] === 'tool') {
      if (typeof id !== 'string' || !called.includes(id)) throw orphanResult(position)
      open = open.filter((one) => one !== id)
      continue
    }
    if (open.length > 0) throw unansweredCalls(open)
    const calls: readonly unknown[] = Array.isArray(message['tool_calls']) ? message['tool_calls'] : []
    called = calls.flatMap((call) => (isFields(call) && typeof call['id'] === 'string' ? [call['id']] : []))
    open = called
  }
  if (open.length > 0) throw unansweredCalls(open)
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

function toolsOf(value: unknown, { strictAsQwen }: Provider): readonly Tool[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw invalidParameter("'tools' must be a list")
  if (value.length === 0) {
    throw invalidParameter(
      strictAsQwen
        ? "[] is too short - 'tools'"
        : "Invalid 'tools': empty array. Expected an array with minimum length 1.",
    )
  }
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
  const allowed = isFields(value) ? value['allowed_tools'] : undefined
  if (isFields(allowed)) return { kind: allowed['mode'] === 'required' ? 'required' : 'auto' }
  const wanted = isFields(value) ? value['function'] : undefined
  const name = isFields(wanted) ? wanted['name'] : undefined
  if (typeof name !== 'string') throw invalidParameter("'tool_choice' is invalid")
  return { kind: 'named', name }
}

function chatPaceOf(value: unknown): Pace {
  try {
    return paceOf(value)
  } catch (error) {
    if (error instanceof BadField) throw invalidParameter(error.message)
    throw error
  }
}
