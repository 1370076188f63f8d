/** A Messages request, read from its body and headers and checked as the API checks it. */
import type { IncomingMessage } from 'node:http'
import { BadField, isFields, shown } from '../fields.ts'
import type { Fields } from '../fields.ts'
import type { Asker } from '../format.ts'
import type { Model, Provider } from '../providers.ts'
import { paceOf } from '../question.ts'
import type { Message, Pace, Question } from '../question.ts'
import type { Sealer } from '../seals.ts'
import { openSchemaFault } from '../schema-rules.ts'
import { invalid, refused } from './errors.ts'
import { blockOf } from './blocks.ts'
import { at, listIn, numberIn, object, only, textIn } from './reading.ts'
import { isForced, toolChoiceOf, toolsOf } from './tools.ts'
import { checkThoughts, messagesIn, turnsOf } from './turns.ts'

export interface MessagesRequest extends Question {
  readonly display: 'summarized' | 'omitted'
}

/** `@anthropic-ai/sdk` 1.13.0, MessageCreateParamsBase. */
const known = [
  'model',
  'max_tokens',
  'messages',
  'cache_control',
  'container',
  'diagnostics',
  'inference_geo',
  'metadata',
  'output_config',
  'service_tier',
  'speed',
  'stop_sequences',
  'stream',
  'system',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_k',
  'top_p',
  'x_emulator',
]
/** Known to whoever sends the header of a beta. */
const beta = ['context_management', 'mcp_servers', 'output_format', 'fallbacks', 'betas', 'user_profile_id']

export function readMessagesRequest(body: Fields | undefined, asker: Asker): MessagesRequest {
  const { fields, model, messages, tools } = readCounted(body, asker, ['max_tokens'])
  const maxTokens = maxTokensIn(fields, model)
  const { toolChoice, parallelTools } = toolChoiceOf(fields['tool_choice'], tools, fields['tools'] !== undefined)
  const thinking = thinkingIn(fields, maxTokens)
  numberIn(fields, '', 'temperature', { min: 0, max: 1 })
  numberIn(fields, '', 'top_p', { min: 0, max: 1 })
  numberIn(fields, '', 'top_k', { min: 0, max: 1e9 })
  if (isFields(fields['metadata'])) only(fields['metadata'], 'metadata', ['user_id'])
  return {
    model,
    messages,
    stream: fields['stream'] === true,
    thinkingWanted: thinking !== 'off',
    display: thinking === 'omitted' ? 'omitted' : 'summarized',
    tools,
    toolChoice,
    parallelTools,
    maxTokens,
    stops: stopsIn(fields['stop_sequences']),
    schema: schemaIn(fields['output_config']),
    pace: pace(fields['x_emulator']),
  }
}

interface Counted {
  readonly fields: Fields
  readonly model: Model
  readonly messages: readonly [Message, ...Message[]]
  readonly tools: Question['tools']
}

/** As much of a request as its tokens depend on. */
export function readCounted(
  body: Fields | undefined,
  { provider, account, request, known: sealKnown }: Asker,
  required: readonly string[],
): Counted {
  checkVersion(request)
  if (body === undefined) throw refused(400, 'The request body is not valid JSON: expected an object.')
  const betas = request.headers['anthropic-beta'] === undefined ? [] : beta
  only(body, '', [...known, ...betas])
  for (const name of ['model', ...required, 'messages']) {
    if (body[name] === undefined) throw invalid(name, 'Field required')
  }
  const model = modelIn(textIn(body, '', 'model'), provider)
  const sealer = { account, model: model.id, known: sealKnown }
  const turns = turnsOf(body['messages'], sealer)
  const { thinking } = body
  if (isFields(thinking) && thinking['type'] === 'enabled') checkThoughts(turns)
  const system = systemIn(body['system'], sealer)
  const tools = toolsOf(body['tools'])
  const [first, ...rest] = [...system, ...messagesIn(turns)]
  if (first === undefined) throw invalid('messages', 'at least one message is required')
  return { fields: body, model, messages: [first, ...rest], tools }
}

export function checkVersion({ headers }: IncomingMessage): void {
  const version = headers['anthropic-version']
  if (version === undefined) throw refused(400, 'anthropic-version: header is required')
  if (typeof version !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(version))
    throw refused(400, `anthropic-version: "${shown(version)}" is not a valid version`)
}

function modelIn(id: string, provider: Provider): Model {
  const model = provider.models.find((candidate) => candidate.id === id)
  if (model === undefined) throw provider.noSuchModel(id)
  return model
}

function systemIn(value: unknown, sealer: Sealer): readonly Message[] {
  if (value === undefined) return []
  if (typeof value === 'string') return value === '' ? [] : [{ role: 'system', text: value, pictures: [] }]
  const texts = listIn({ system: value }, '', 'system').map((one, position) => {
    const block = blockOf(one, at('system', position), sealer)
    if (block.type !== 'text') throw invalid(at('system', position), "Input should be a 'text' block")
    return block.text
  })
  return [{ role: 'system', text: texts.join('\n'), pictures: [] }]
}

function maxTokensIn(fields: Fields, { id, outputTokens }: Model): number {
  const most = fields['max_tokens']
  if (typeof most !== 'number' || !Number.isInteger(most))
    throw invalid('max_tokens', 'Input should be a valid integer')
  if (most < 1) throw invalid('max_tokens', 'Input should be greater than or equal to 1')
  if (outputTokens !== undefined && most > outputTokens) {
    throw refused(
      400,
      `max_tokens: ${most} > ${outputTokens}, which is the maximum allowed number of output tokens for ${id}`,
    )
  }
  return most
}

function thinkingIn(fields: Fields, maxTokens: number): 'off' | 'summarized' | 'omitted' {
  if (fields['thinking'] === undefined) return 'off'
  const thinking = object(fields['thinking'], 'thinking')
  const { type } = thinking
  const tags = ['adaptive', 'between_tools', 'disabled', 'enabled']
  if (typeof type !== 'string' || !tags.includes(type)) {
    throw invalid(
      'thinking',
      `Input tag '${shown(type)}' found using 'type' does not match any of the expected tags: 'adaptive', 'between_tools', 'disabled', 'enabled'`,
    )
  }
  only(thinking, `thinking.${type}`, [
    'type',
    ...(type === 'enabled' ? ['budget_tokens'] : []),
    ...(type === 'enabled' || type === 'adaptive' ? ['display'] : []),
  ])
  if (type === 'disabled' || type === 'between_tools') return 'off'
  if (type === 'enabled') checkBudget(thinking, maxTokens)
  if (isForced(fields['tool_choice']))
    throw refused(400, 'Thinking may not be enabled when tool_choice forces tool use.')
  const { temperature } = fields
  if (temperature !== undefined && temperature !== 1) {
    throw refused(400, '`temperature` may only be set to 1 when thinking is enabled.')
  }
  if (typeof fields['top_k'] === 'number') throw refused(400, '`top_k` must be unset when thinking is enabled.')
  return thinking['display'] === 'omitted' ? 'omitted' : 'summarized'
}

function checkBudget(thinking: Fields, maxTokens: number): void {
  const budget = thinking['budget_tokens']
  if (typeof budget !== 'number') throw invalid('thinking.enabled.budget_tokens', 'Field required')
  if (budget < 1_024) throw invalid('thinking.enabled.budget_tokens', 'Input should be greater than or equal to 1024')
  if (budget >= maxTokens) throw refused(400, '`max_tokens` must be greater than `thinking.budget_tokens`.')
}

function stopsIn(value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  const list = listIn({ stop_sequences: value }, '', 'stop_sequences')
  return list.map((one, position) => {
    if (typeof one !== 'string') throw invalid(at('stop_sequences', position), 'Input should be a valid string')
    if (one.trim() === '') throw refused(400, 'stop_sequences: each stop sequence must contain non-whitespace')
    return one
  })
}

function schemaIn(value: unknown): Fields | undefined {
  if (value === undefined || value === null) return undefined
  const config = object(value, 'output_config')
  only(config, 'output_config', ['effort', 'format', 'task_budget'])
  const { effort, format } = config
  if (effort !== undefined && effort !== null && !['low', 'medium', 'high', 'xhigh', 'max'].includes(shown(effort))) {
    throw invalid('output_config.effort', "Input should be 'low', 'medium', 'high', 'xhigh' or 'max'")
  }
  if (format === undefined || format === null) return undefined
  const wish = object(format, 'output_config.format')
  only(wish, 'output_config.format', ['type', 'schema'])
  if (wish['type'] !== 'json_schema') throw invalid('output_config.format.type', "Input should be 'json_schema'")
  const schema = object(wish['schema'], 'output_config.format.schema')
  const fault = openSchemaFault(schema)
  if (fault !== undefined) throw invalid('output_config.format.schema', fault)
  return schema
}

function pace(value: unknown): Pace {
  try {
    return paceOf(value)
  } catch (error) {
    if (error instanceof BadField) throw invalid('x_emulator', error.message)
    throw error
  }
}
