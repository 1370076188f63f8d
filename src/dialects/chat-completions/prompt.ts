/** A chat request in no wire format's words. Shapes: OpenAI's API reference, Chat Completions, read 2026-11. */
import type { OutputFormat, Prompt, ReasoningWish, Tool, ToolChoice } from '../../core/prompt.ts'
import type { PromptOrUncarried } from '../caller-request.ts'
import { parsedExactly } from '../exact-json.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { booleanOf, numberOf, present, textOf, unsaidFields } from '../prompt-fields.ts'
import { chatTurns } from './prompt-turns.ts'

/** Read here, or with nothing in it that another format lacks. */
const KNOWN: ReadonlySet<string> = new Set(
  `model messages stream stream_options fallbacks tools functions tool_choice function_call parallel_tool_calls
  response_format max_tokens max_completion_tokens stop temperature top_p top_k seed presence_penalty
  frequency_penalty reasoning_effort enable_thinking thinking_budget verbosity user safety_identifier n
  prompt_cache_key`.split(/\s+/),
)

export function chatPrompt(body: Uint8Array): PromptOrUncarried {
  const fields = fieldsOf(parsedExactly(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString())) ?? {}
  const n = numberOf(fields.n) ?? 1
  if (n > 1) return { kind: 'uncarried', param: 'n', message: 'Only one answer at a time can be asked of this model.' }
  const turns = chatTurns(listOf(fields.messages))
  if (turns.kind === 'uncarried') return turns
  const tools = toolsOf(fields)
  const format = formatOf(fieldsOf(fields.response_format))
  const verbosity = verbosityOf(fields.verbosity)
  const toolChoice = choiceOf(fields.tool_choice ?? fields.function_call)
  const prompt: Prompt = {
    turns: turns.turns,
    tools: tools.tools,
    ...present<Prompt>({
      toolChoice: toolChoice.choice,
      parallelToolCalls: booleanOf(fields.parallel_tool_calls),
      format: format.format,
      maxOutputTokens: numberOf(fields.max_completion_tokens) ?? numberOf(fields.max_tokens),
      stop: stopOf(fields.stop),
      temperature: numberOf(fields.temperature),
      topP: numberOf(fields.top_p),
      topK: numberOf(fields.top_k),
      seed: numberOf(fields.seed),
      presencePenalty: numberOf(fields.presence_penalty),
      frequencyPenalty: numberOf(fields.frequency_penalty),
      reasoning: reasoningOf(fields),
      verbosity,
      user: textOf(fields.safety_identifier) ?? textOf(fields.user),
      cacheKey: textOf(fields.prompt_cache_key),
    }),
    unsaid: [
      ...unsaidFields(fields, KNOWN),
      ...turns.unsaid,
      ...tools.unsaid,
      ...toolChoice.unsaid,
      ...format.unsaid,
      ...(fields.verbosity && !verbosity ? ['verbosity'] : []),
    ],
  }
  return { kind: 'prompt', prompt }
}

function toolsOf(fields: Fields): { readonly tools: readonly Tool[]; readonly unsaid: readonly string[] } {
  const tools: Tool[] = []
  const unsaid: string[] = []
  for (const [at, entry] of listOf(fields.tools).entries()) {
    const tool = fieldsOf(entry)
    const declared = fieldsOf(tool?.function)
    if (tool?.cache_control !== undefined) unsaid.push('cache_control')
    const known = declared && toolOf(declared)
    if (known) tools.push(known)
    else unsaid.push(`tools[${at}].type=${textOf(tool?.type) ?? '?'}`)
  }
  for (const [at, entry] of listOf(fields.functions).entries()) {
    const known = toolOf(fieldsOf(entry) ?? {})
    if (known) tools.push(known)
    else unsaid.push(`functions[${at}]`)
  }
  return { tools, unsaid }
}

function toolOf({ name, description, parameters, strict }: Fields): Tool | undefined {
  if (typeof name !== 'string' || name === '') return undefined
  return {
    name,
    ...present<Tool>({
      description: textOf(description),
      parameters: fieldsOf(parameters),
      strict: booleanOf(strict),
    }),
  }
}

function choiceOf(value: unknown): { readonly choice?: ToolChoice; readonly unsaid: readonly string[] } {
  if (value === undefined || value === null) return { unsaid: [] }
  if (value === 'auto' || value === 'none' || value === 'required') return { choice: value, unsaid: [] }
  const fields = fieldsOf(value)
  const name =
    textOf(fieldsOf(fields?.function)?.name) ?? (fields?.type === undefined ? textOf(fields?.name) : undefined)
  if (name !== undefined) return { choice: { name }, unsaid: [] }
  return { unsaid: [`tool_choice.type=${textOf(fields?.type) ?? '?'}`] }
}

function formatOf(format: Fields | undefined): { readonly format?: OutputFormat; readonly unsaid: readonly string[] } {
  if (!format) return { unsaid: [] }
  if (format.type === 'text') return { format: { kind: 'text' }, unsaid: [] }
  if (format.type === 'json_object') return { format: { kind: 'json' }, unsaid: [] }
  const declared = format.type === 'json_schema' ? fieldsOf(format.json_schema) : undefined
  if (!declared) return { unsaid: [`response_format.type=${textOf(format.type) ?? '?'}`] }
  const schema: OutputFormat = {
    kind: 'json-schema',
    name: textOf(declared.name) ?? 'answer',
    schema: fieldsOf(declared.schema) ?? {},
    ...present<{ description: string; strict: boolean }>({
      description: textOf(declared.description),
      strict: booleanOf(declared.strict),
    }),
  }
  return { format: schema, unsaid: [] }
}

function stopOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value]
  const words = listOf(value).filter((word) => typeof word === 'string')
  return words.length > 0 ? words : undefined
}

/** OpenAI's word, and the switch and budget that Qwen's models know. */
function reasoningOf(fields: Fields): ReasoningWish | undefined {
  const effort = textOf(fields.reasoning_effort)
  if (effort === 'none' || fields.enable_thinking === false) return { kind: 'off' }
  const budgetTokens = numberOf(fields.thinking_budget)
  if (effort === undefined && budgetTokens === undefined && fields.enable_thinking !== true) return undefined
  return { kind: 'on', ...present<{ effort: string; budgetTokens: number }>({ effort, budgetTokens }) }
}

function verbosityOf(value: unknown): Prompt['verbosity'] {
  return value === 'low' || value === 'medium' || value === 'high' ? value : undefined
}
