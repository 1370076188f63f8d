/** A request of another format, said as a Responses request. */
import {
  isSameIssuer,
  type AssistantPart,
  type FilePart,
  type ImagePart,
  type Issuer,
  type OutputFormat,
  type Prompt,
  type TextPart,
  type ToolResult,
  type Turn,
  type Uncarried,
} from '../../core/prompt.ts'
import { effortOf } from '../effort.ts'
import type { Target, Written } from '../upstream-dialect.ts'

type Item = Readonly<Record<string, unknown>>
type UserPart = TextPart | ImagePart | FilePart

/** The format refuses a smaller one. */
const LEAST_OUTPUT_TOKENS = 16
/** What this format has no word for. */
const UNSAID = {
  stop: 'stop',
  topK: 'top_k',
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
} as const satisfies Partial<Record<keyof Prompt, string>>

export function writeResponsesBody(prompt: Prompt, { model, stream, issuer }: Target): Written | Uncarried {
  const dropped = new Set<string>()
  for (const name of Object.keys(UNSAID) as (keyof typeof UNSAID)[]) {
    if (prompt[name] !== undefined) dropped.add(UNSAID[name])
  }
  const { tools, toolChoice, parallelToolCalls, format, verbosity, reasoning } = prompt
  const text = {
    ...(format && { format: formatFields(format) }),
    ...(verbosity && { verbosity }),
  }
  const body = {
    model: model.id,
    input: prompt.turns.flatMap((turn) => itemsOf(turn, issuer, dropped)),
    ...(stream && { stream: true }),
    // Nothing is left behind at the upstream: what must come back comes with the request.
    store: false,
    include: ['reasoning.encrypted_content'],
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, parameters, strict }) => ({
        type: 'function',
        name,
        description,
        parameters: parameters ?? { type: 'object', properties: {} },
        strict: strict ?? false,
      })),
      ...(toolChoice !== undefined && {
        tool_choice: typeof toolChoice === 'string' ? toolChoice : { type: 'function', name: toolChoice.name },
      }),
      ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
    }),
    ...(Object.keys(text).length > 0 && { text }),
    ...(prompt.maxOutputTokens !== undefined && {
      max_output_tokens: Math.max(prompt.maxOutputTokens, LEAST_OUTPUT_TOKENS),
    }),
    ...(prompt.temperature !== undefined && { temperature: prompt.temperature }),
    ...(prompt.topP !== undefined && { top_p: prompt.topP }),
    ...(reasoning && { reasoning: reasoningFields(reasoning) }),
    ...(prompt.user !== undefined && { safety_identifier: prompt.user }),
    ...(prompt.cacheKey !== undefined && { prompt_cache_key: prompt.cacheKey }),
  }
  return { body: Buffer.from(JSON.stringify(body)), dropped: [...dropped] }
}

function reasoningFields(reasoning: NonNullable<Prompt['reasoning']>): object {
  if (reasoning.kind === 'off') return { effort: 'none' }
  const { effort, budgetTokens, summary = 'auto' } = reasoning
  const word = effort ?? (budgetTokens === undefined ? undefined : effortOf(budgetTokens))
  return { ...(word !== undefined && { effort: word }), summary }
}

function formatFields(format: OutputFormat): object {
  switch (format.kind) {
    case 'text':
      return { type: 'text' }
    case 'json':
      return { type: 'json_object' }
    case 'json-schema': {
      const { name, description, schema, strict } = format
      return { type: 'json_schema', name, description, schema, strict }
    }
  }
}

function itemsOf(turn: Turn, issuer: Issuer, dropped: Set<string>): readonly Item[] {
  switch (turn.role) {
    case 'system':
    case 'developer':
    case 'user':
      return turn.parts.length === 0 ? [] : [{ type: 'message', role: turn.role, content: turn.parts.map(inputPart) }]
    case 'tool':
      return [resultItem(turn, dropped)]
    case 'assistant':
      return assistantItems(turn.parts, issuer, dropped)
  }
}

/** Words that follow each other are one message. */
function assistantItems(parts: readonly AssistantPart[], issuer: Issuer, dropped: Set<string>): readonly Item[] {
  const items: Item[] = []
  let content: Item[] = []
  const speak = (): void => {
    if (content.length > 0) items.push({ type: 'message', role: 'assistant', content })
    content = []
  }
  for (const part of parts) {
    if (part.kind === 'text') content.push({ type: 'output_text', text: part.text, annotations: [] })
    else if (part.kind === 'refusal') content.push({ type: 'refusal', refusal: part.text })
    else {
      speak()
      if (part.kind === 'tool-call') {
        items.push({ type: 'function_call', call_id: part.id, name: part.name, arguments: part.arguments || '{}' })
      } else {
        const { sealed, text } = part
        if (sealed?.kind === 'encrypted' && isSameIssuer(sealed.issuer, issuer)) {
          const summary = text === '' ? [] : [{ type: 'summary_text', text }]
          items.push({ type: 'reasoning', id: sealed.id, summary, encrypted_content: sealed.value })
        } else dropped.add('reasoning')
      }
    }
  }
  speak()
  return items
}

function resultItem({ callId, parts, isError }: ToolResult, dropped: Set<string>): Item {
  if (isError) dropped.add('is_error')
  const isText = parts.every(({ kind }) => kind === 'text')
  const output = isText ? parts.map((part) => (part.kind === 'text' ? part.text : '')).join('\n') : parts.map(inputPart)
  return { type: 'function_call_output', call_id: callId, output }
}

function inputPart(part: UserPart): Item {
  switch (part.kind) {
    case 'text':
      return { type: 'input_text', text: part.text }
    case 'image':
      return { type: 'input_image', image_url: part.url, detail: part.detail ?? 'auto' }
    case 'file':
      return part.url.startsWith('data:')
        ? { type: 'input_file', file_data: part.url, filename: part.name ?? 'file' }
        : { type: 'input_file', file_url: part.url }
  }
}
