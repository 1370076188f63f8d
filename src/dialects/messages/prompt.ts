/** A Messages request in no wire format's words. */
import type { OutputFormat, Prompt, ReasoningWish } from '../../core/prompt.ts'
import type { PromptOrUncarried } from '../caller-request.ts'
import { parsedExactly } from '../exact-json.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { numberOf, present, textOf, unsaidFields } from '../prompt-fields.ts'
import { isEveryFieldRequired } from './strict-schema.ts'
import { toolsIn } from './tools.ts'
import { turnsOf } from './turns.ts'
import { typeNamed, UncarriedError } from './place.ts'

/** Fields that this language has a word for; others are named in `unsaid`. */
const KNOWN: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'stream',
  'max_tokens',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'metadata',
])

export function messagesPrompt(body: Uint8Array): PromptOrUncarried {
  const fields = fieldsOf(parsedExactly(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString())) ?? {}
  if (fields.max_tokens === 0) return uncarried('max_tokens', 'A request for 0 tokens, which only fills a cache,')
  // A conversation that one upstream keeps.
  if (fieldsOf(fields.thread)) return uncarried('thread', 'A conversation that is kept at one upstream')
  try {
    return { kind: 'prompt', prompt: promptOf(fields) }
  } catch (error) {
    if (error instanceof UncarriedError) return uncarried(error.param, error.what)
    throw error
  }
}

function uncarried(param: string, what: string): PromptOrUncarried {
  return { kind: 'uncarried', param, message: `${what} cannot be carried to a model that is asked in another format.` }
}

function promptOf(fields: Fields): Prompt {
  const unsaid = new Set(unsaidFields(fields, KNOWN).filter((name) => !isOurs(name, fields[name])))
  const turns = turnsOf(fields, unsaid)
  const { tools, toolChoice, parallelToolCalls } = toolsIn(fields, unsaid)
  const format = formatOf(fields)
  const reasoning = reasoningOf(fields, unsaid)
  const stop = listOf(fields.stop_sequences).filter((word) => typeof word === 'string')
  const { user_id: user, ...metadata } = fieldsOf(fields.metadata) ?? {}
  for (const name of Object.keys(metadata)) unsaid.add(`metadata.${name}`)
  const { effort: _effort, format: _format, ...outputConfig } = fieldsOf(fields.output_config) ?? {}
  for (const name of Object.keys(outputConfig)) unsaid.add(`output_config.${name}`)
  return {
    turns,
    tools,
    ...(toolChoice !== undefined && { toolChoice }),
    ...(parallelToolCalls !== undefined && { parallelToolCalls }),
    ...(format && { format }),
    ...present<Prompt>({
      maxOutputTokens: numberOf(fields.max_tokens),
      temperature: numberOf(fields.temperature),
      topP: numberOf(fields.top_p),
      topK: numberOf(fields.top_k),
      user: textOf(user),
    }),
    ...(stop.length > 0 && { stop }),
    ...(reasoning && { reasoning }),
    unsaid: [...unsaid],
  }
}

/** Refs that replace the chain's fallbacks are told to serving alone. */
function isOurs(name: string, value: unknown): boolean {
  return name === 'fallbacks' && Array.isArray(value) && value.every((each) => typeof each === 'string')
}

/** `output_format` is its older place. */
function formatOf({ output_config: config, output_format: older }: Fields): OutputFormat | undefined {
  const format = fieldsOf(fieldsOf(config)?.format) ?? fieldsOf(older)
  const schema = fieldsOf(format?.schema)
  if (format?.type !== 'json_schema' || !schema) return undefined
  // This format keeps to any schema; others only to one that leaves nothing out.
  return { kind: 'json-schema', name: 'answer', schema, ...(isEveryFieldRequired(schema) && { strict: true }) }
}

function reasoningOf({ thinking, output_config: config }: Fields, unsaid: Set<string>): ReasoningWish | undefined {
  const effort = fieldsOf(config)?.effort
  // Other formats have no word above this one.
  const word = typeof effort === 'string' ? { effort: effort === 'max' ? 'xhigh' : effort } : undefined
  const { type, budget_tokens: budget, display, ...more } = fieldsOf(thinking) ?? {}
  for (const name of Object.keys(more)) unsaid.add(`thinking.${name}`)
  switch (type) {
    case undefined:
      return word && { kind: 'on', ...word }
    case 'disabled':
      if (word) unsaid.add('output_config.effort')
      return { kind: 'off' }
    case 'enabled':
    case 'adaptive':
      return {
        kind: 'on',
        ...word,
        ...(typeof budget === 'number' && { budgetTokens: budget }),
        ...(display !== 'omitted' && { summary: 'auto' }),
      }
    default:
      unsaid.add(`thinking.type=${typeNamed(type)}`)
      return word && { kind: 'on', ...word }
  }
}
