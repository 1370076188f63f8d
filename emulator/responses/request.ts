/** A Responses request, read from its body and checked as the API checks it. */
import { BadField, isFields, shown } from '../fields.ts'
import type { Fields } from '../fields.ts'
import type { Asker } from '../format.ts'
import type { Model, Provider } from '../providers.ts'
import { paceOf } from '../question.ts'
import type { Message, Pace, Question, Tool, ToolChoice } from '../question.ts'
import { strictSchemaFault } from '../schema-rules.ts'
import { badValue, missing, mistyped, refused, unknownParameter } from './errors.ts'
import { inputOf } from './input.ts'

export interface ResponsesRequest extends Question {
  /** As it came: an answer says much of it again. */
  readonly body: Fields
  readonly shows: 'nothing' | 'summary'
  readonly encrypts: boolean
}

/** `openai` 7.57.0, ResponseCreateParamsBase. */
const known = new Set([
  'access_programs',
  'background',
  'context_management',
  'conversation',
  'image',
  'include',
  'input',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'model',
  'moderation',
  'parallel_tool_calls',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'service_tier',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
  'x_emulator',
])

export function readResponsesRequest(
  body: Fields | undefined,
  { provider, account, known: sealKnown }: Asker,
): ResponsesRequest {
  if (body === undefined) throw refused(400, 'We could not parse the JSON body of your request.')
  const unknown = Object.keys(body).find((name) => !known.has(name))
  if (unknown !== undefined) throw unknownParameter(unknown)
  const model = modelIn(body['model'], provider)
  const { previous_response_id: previous, instructions } = body
  if (typeof previous === 'string') {
    const words = `Previous response with id '${previous}' not found.`
    throw refused(400, words, { param: 'previous_response_id', code: 'previous_response_not_found' })
  }
  const input = inputOf(body['input'], { account, model: model.id, known: sealKnown })
  const messages = [...(typeof instructions === 'string' ? [systemOf(instructions)] : []), ...input]
  const [first, ...rest] = messages
  if (first === undefined) throw missing('input')
  const { wanted, shows } = reasoningIn(body['reasoning'], messages)
  const tools = toolsOf(body['tools'])
  return {
    body,
    model,
    messages: [first, ...rest],
    stream: body['stream'] === true,
    thinkingWanted: wanted,
    shows,
    encrypts: Array.isArray(body['include']) && body['include'].includes('reasoning.encrypted_content'),
    tools,
    toolChoice: toolChoiceOf(body['tool_choice'], tools),
    parallelTools: body['parallel_tool_calls'] !== false,
    maxTokens: maxTokensIn(body['max_output_tokens']),
    stops: [],
    schema: schemaIn(body['text'], messages),
    pace: pace(body['x_emulator']),
  }
}

function systemOf(text: string): Message {
  return { role: 'system', text, pictures: [] }
}

function modelIn(id: unknown, provider: Provider): Model {
  if (typeof id !== 'string' || id === '') throw missing('model')
  const model = provider.models.find((candidate) => candidate.id === id)
  if (model === undefined) throw provider.noSuchModel(id)
  return model
}

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/** By effort, or by a word of the question. */
function reasoningIn(value: unknown, messages: readonly Message[]): { wanted: boolean; shows: 'nothing' | 'summary' } {
  const asked = messages.findLast(({ role }) => role === 'user')?.text ?? ''
  const byWord = /think|思考/i.test(asked)
  if (value === undefined || value === null) return { wanted: byWord, shows: 'nothing' }
  if (!isFields(value)) throw mistyped('reasoning', 'an object')
  const unknown = Object.keys(value).find(
    (name) => !['effort', 'summary', 'generate_summary', 'context', 'mode'].includes(name),
  )
  if (unknown !== undefined) throw unknownParameter(`reasoning.${unknown}`)
  const { effort, summary } = value
  if (effort !== undefined && effort !== null && !efforts.includes(shown(effort))) {
    throw badValue('reasoning.effort', shown(effort), efforts)
  }
  const summaries = ['concise', 'detailed', 'auto']
  if (summary !== undefined && summary !== null && !summaries.includes(shown(summary))) {
    throw badValue('reasoning.summary', shown(summary), summaries)
  }
  const wanted = effort !== 'none' && (byWord || typeof effort === 'string')
  return { wanted, shows: typeof summary === 'string' ? 'summary' : 'nothing' }
}

/** Those that the servers run themselves: taken, and never called. */
const otherTools =
  /^(?:web_search|web_search_preview|web_search_2025_08_26|file_search|code_interpreter|image_generation|mcp|local_shell|shell|apply_patch|computer|computer_use_preview|custom|namespace|tool_search|programmatic_tool_calling)$/

function toolsOf(value: unknown): readonly Tool[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw mistyped('tools', 'an array of objects')
  return value.flatMap((tool: unknown, position) => {
    const where = `tools[${position}]`
    if (!isFields(tool)) throw mistyped(where, 'an object')
    const { type, name, parameters, strict } = tool
    if (type !== 'function') {
      if (typeof type === 'string' && otherTools.test(type)) return []
      throw badValue(`${where}.type`, shown(type), ['function', 'web_search', 'custom', 'namespace', 'tool_search'])
    }
    if (isFields(tool['function'])) throw missing(`${where}.name`)
    if (typeof name !== 'string') throw missing(`${where}.name`)
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name)) {
      const words = `Invalid '${where}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`
      throw refused(400, words, { param: `${where}.name`, code: 'invalid_value' })
    }
    const fault = strict === true ? strictSchemaFault(parameters) : undefined
    if (fault !== undefined) {
      const words = `Invalid schema for function '${name}': ${fault}`
      throw refused(400, words, { param: `${where}.parameters`, code: 'invalid_function_parameters' })
    }
    return [{ name, parameters: isFields(parameters) ? parameters : {} }]
  })
}

function toolChoiceOf(value: unknown, tools: readonly Tool[]): ToolChoice {
  if (value === undefined || value === null) return { kind: 'auto' }
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value }
  if (!isFields(value)) throw mistyped('tool_choice', 'an object or a string')
  if (value['type'] === 'allowed_tools') return { kind: value['mode'] === 'required' ? 'required' : 'auto' }
  if (value['type'] !== 'function') return { kind: 'auto' }
  const { name } = value
  if (typeof name !== 'string') throw missing('tool_choice.name')
  if (!tools.some((tool) => tool.name === name)) {
    throw refused(400, `Tool choice '${name}' not found in 'tools' parameter.`, { param: 'tool_choice' })
  }
  return { kind: 'named', name }
}

function maxTokensIn(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value)) throw mistyped('max_output_tokens', 'an integer')
  if (value >= 16) return value
  const words = `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got ${value} instead.`
  throw refused(400, words, { param: 'max_output_tokens', code: 'integer_below_min_value' })
}

function schemaIn(text: unknown, messages: readonly Message[]): Fields | undefined {
  if (text === undefined || text === null) return undefined
  if (!isFields(text)) throw mistyped('text', 'an object')
  const unknown = Object.keys(text).find((name) => !['format', 'verbosity'].includes(name))
  if (unknown !== undefined) throw unknownParameter(`text.${unknown}`)
  const { format } = text
  if (!isFields(format) || format['type'] === 'text') return undefined
  if (format['type'] === 'json_object') {
    if (messages.some((message) => /json/i.test(message.text))) return {}
    const words =
      "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'."
    throw refused(400, words, { param: 'input' })
  }
  if (format['type'] !== 'json_schema') {
    throw badValue('text.format.type', shown(format['type']), ['json_object', 'json_schema', 'text'])
  }
  const { name, schema, strict } = format
  if (typeof name !== 'string') throw missing('text.format.name')
  if (!isFields(schema)) throw missing('text.format.schema')
  const fault = strict === true ? strictSchemaFault(schema) : undefined
  if (fault === undefined) return schema
  const words = `Invalid schema for response_format '${name}': ${fault}`
  throw refused(400, words, { param: 'text.format.schema', code: 'invalid_json_schema' })
}

function pace(value: unknown): Pace {
  try {
    return paceOf(value)
  } catch (error) {
    if (error instanceof BadField) throw refused(400, error.message, { param: 'x_emulator' })
    throw error
  }
}
