/** A Responses request in no wire format's words. Shapes: the types of the official SDK, openai 7.57. */
import type { OutputFormat, Prompt, ReasoningWish, Turn } from '../../core/prompt.ts'
import type { PromptOrUncarried } from '../caller-request.ts'
import { parsedExactly } from '../exact-json.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { booleanOf, numberOf, present, textOf, unsaidFields } from '../prompt-fields.ts'
import { inputTurns, NotCarried } from './prompt-items.ts'
import { readChoice, readTools } from './tools.ts'

/** Read here or in the answer, or with nothing in it that another format lacks. */
const KNOWN: ReadonlySet<string> = new Set(
  `model stream stream_options fallbacks input instructions tools tool_choice parallel_tool_calls text reasoning
  max_output_tokens temperature top_p user safety_identifier metadata include store truncation prompt_cache_key
  previous_response_id background top_logprobs service_tier`.split(/\s+/),
)
/** Of `include`: what else is asked for beside the answer is nowhere to be had. */
const KNOWN_INCLUDES: ReadonlySet<unknown> = new Set(['reasoning.encrypted_content'])

export function responsesPrompt(body: Uint8Array): PromptOrUncarried {
  const fields = fieldsOf(parsedExactly(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString())) ?? {}
  const unsaid = new Set(unsaidFields(fields, KNOWN))
  try {
    const turns = inputTurns(fields.input, unsaid)
    return { kind: 'prompt', prompt: promptOf(fields, turns, unsaid) }
  } catch (error) {
    if (!(error instanceof NotCarried)) throw error
    return { kind: 'uncarried', param: error.param, message: error.message }
  }
}

function promptOf(fields: Fields, turns: readonly Turn[], unsaid: Set<string>): Prompt {
  const instructions = textOf(fields.instructions)
  const read = readTools(fields)
  const { choice, only, unsaid: unsaidChoice } = readChoice(fields.tool_choice)
  const tools = only ? read.tools.filter(({ name }) => only.has(name)) : read.tools
  for (const path of [...read.unsaid, ...unsaidChoice, ...unsaidWishes(fields)]) unsaid.add(path)
  // Nothing is left that could be called.
  const isIdle = tools.length === 0 && choice !== undefined && choice !== 'auto' && choice !== 'none'
  if (isIdle) unsaid.add('tool_choice')
  const text = fieldsOf(fields.text)
  return {
    turns: instructions ? [{ role: 'system', parts: [{ kind: 'text', text: instructions }] }, ...turns] : turns,
    tools,
    ...present<Prompt>({
      toolChoice: isIdle ? undefined : choice,
      parallelToolCalls: booleanOf(fields.parallel_tool_calls),
      format: formatOf(text?.format),
      maxOutputTokens: numberOf(fields.max_output_tokens),
      temperature: numberOf(fields.temperature),
      topP: numberOf(fields.top_p),
      reasoning: reasoningOf(fieldsOf(fields.reasoning)),
      verbosity: verbosityOf(text?.verbosity),
      user: textOf(fields.safety_identifier) ?? textOf(fields.user),
      cacheKey: textOf(fields.prompt_cache_key),
    }),
    unsaid: [...unsaid],
  }
}

/** Words that ask for more than the usual. */
function unsaidWishes(fields: Fields): readonly string[] {
  const { truncation, service_tier: tier, top_logprobs: logprobs, reasoning } = fields
  const more = Object.keys(fieldsOf(reasoning) ?? {}).filter((key) => !REASONING_WORDS.has(key))
  return [
    ...listOf(fields.include)
      .filter((word) => !KNOWN_INCLUDES.has(word))
      .map((word) => `include=${String(word)}`),
    ...(truncation === 'auto' ? ['truncation=auto'] : []),
    ...(typeof tier === 'string' && tier !== 'auto' && tier !== 'default' ? [`service_tier=${tier}`] : []),
    ...(typeof logprobs === 'number' && logprobs > 0 ? ['top_logprobs'] : []),
    ...more.map((key) => `reasoning.${key}`),
  ]
}

const REASONING_WORDS: ReadonlySet<string> = new Set(['effort', 'summary', 'generate_summary'])

function reasoningOf(reasoning: Fields | undefined): ReasoningWish | undefined {
  const effort = textOf(reasoning?.effort)
  const summary = textOf(reasoning?.summary) ?? textOf(reasoning?.generate_summary)
  if (effort === 'none') return { kind: 'off' }
  if (effort === undefined && summary === undefined) return undefined
  return { kind: 'on', ...present<{ effort: string; summary: string }>({ effort, summary }) }
}

function formatOf(value: unknown): OutputFormat | undefined {
  const format = fieldsOf(value)
  if (format?.type === 'text') return { kind: 'text' }
  if (format?.type === 'json_object') return { kind: 'json' }
  if (format?.type !== 'json_schema') return undefined
  return {
    kind: 'json-schema',
    name: textOf(format.name) ?? 'answer',
    schema: fieldsOf(format.schema) ?? {},
    ...present<{ description: string; strict: boolean }>({
      description: textOf(format.description),
      strict: booleanOf(format.strict),
    }),
  }
}

function verbosityOf(value: unknown): Prompt['verbosity'] {
  return value === 'low' || value === 'medium' || value === 'high' ? value : undefined
}
