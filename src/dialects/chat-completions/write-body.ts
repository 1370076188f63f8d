/** A request of another format, said as a chat request. */
import type { OutputFormat, Prompt, Tool, ToolChoice, Uncarried } from '../../core/prompt.ts'
import { effortOf } from '../effort.ts'
import type { Target, Written } from '../upstream-dialect.ts'
import { chatMessages } from './write-messages.ts'

export function writeChatBody(prompt: Prompt, { model, stream, asksUsage, chat = {} }: Target): Written | Uncarried {
  const dropped: string[] = []
  const messages = chatMessages(prompt.turns, chat, dropped)
  if (!Array.isArray(messages)) return messages
  const { tools, reasoning } = prompt
  if (prompt.topK !== undefined && !chat.topK) dropped.push('top_k')
  if (reasoning?.kind === 'off' && !chat.noReasoning) dropped.push('reasoning')
  if (tools.length === 0 && prompt.toolChoice !== undefined && prompt.toolChoice !== 'none') dropped.push('tool_choice')
  const body = {
    model: model.id,
    messages,
    ...(stream && { stream: true }),
    ...(stream && asksUsage !== false && { stream_options: { include_usage: true } }),
    ...(tools.length > 0 && {
      tools: tools.map(toolFields),
      ...(prompt.toolChoice !== undefined && { tool_choice: choiceFields(prompt.toolChoice) }),
      ...(prompt.parallelToolCalls !== undefined && { parallel_tool_calls: prompt.parallelToolCalls }),
    }),
    ...(prompt.format && prompt.format.kind !== 'text' && { response_format: formatFields(prompt.format) }),
    ...(prompt.maxOutputTokens !== undefined && { [chat.maxTokens ?? 'max_tokens']: prompt.maxOutputTokens }),
    ...(prompt.stop && { stop: prompt.stop }),
    ...(prompt.temperature !== undefined && { temperature: prompt.temperature }),
    ...(prompt.topP !== undefined && { top_p: prompt.topP }),
    ...(prompt.topK !== undefined && chat.topK && { top_k: prompt.topK }),
    ...(prompt.seed !== undefined && { seed: prompt.seed }),
    ...(prompt.presencePenalty !== undefined && { presence_penalty: prompt.presencePenalty }),
    ...(prompt.frequencyPenalty !== undefined && { frequency_penalty: prompt.frequencyPenalty }),
    ...(reasoning?.kind === 'off' && chat.noReasoning),
    ...(reasoning?.kind === 'on' && effortFields(reasoning)),
    ...(prompt.verbosity && { verbosity: prompt.verbosity }),
    ...(prompt.user !== undefined && { user: prompt.user }),
  }
  return { body: Buffer.from(JSON.stringify(body)), dropped }
}

function effortFields({ effort, budgetTokens }: { effort?: string; budgetTokens?: number }): object {
  if (effort !== undefined) return { reasoning_effort: effort }
  if (budgetTokens === undefined) return {}
  return { reasoning_effort: effortOf(budgetTokens) }
}

function toolFields({ name, description, parameters, strict }: Tool): object {
  const declared = { name, description, parameters: parameters ?? { type: 'object', properties: {} }, strict }
  return { type: 'function', function: declared }
}

function choiceFields(choice: ToolChoice): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } }
}

function formatFields(format: OutputFormat): object {
  if (format.kind !== 'json-schema') return { type: format.kind === 'json' ? 'json_object' : 'text' }
  const { name, description, schema, strict } = format
  return { type: 'json_schema', json_schema: { name, description, schema, strict } }
}
