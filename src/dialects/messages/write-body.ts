/** A request of another format, said as a Messages request. */
import { isSameIssuer, type Prompt, type Tool, type Turn, type Uncarried } from '../../core/prompt.ts'
import { budgetOf } from '../effort.ts'
import type { Target, Written } from '../upstream-dialect.ts'
import { conversation } from './write-messages.ts'

/** The format demands a figure; a model whose own nobody knows takes this. */
const USUAL_MAX_TOKENS = 8_192
const LEAST_BUDGET = 1_024
/** Asked for JSON of no certain shape, which this format cannot be told otherwise. */
const JSON_ONLY = 'Answer with one JSON object and nothing else.'

export function writeMessagesBody(prompt: Prompt, target: Target): Written | Uncarried {
  const { model, stream, issuer } = target
  const dropped: string[] = []
  const turns = prompt.turns.map((turn) => withOwnSeals(turn, target, dropped))
  const spoken = conversation(turns, dropped)
  if ('param' in spoken) return spoken
  const { system, messages } = spoken
  const wish = thinkingOf(prompt, turns, target, dropped)
  const thinks = wish?.thinking.type === 'enabled' || wish?.thinking.type === 'adaptive'
  const asJson = prompt.format?.kind === 'json'
  const instructions = [...system, ...(asJson ? [{ type: 'text', text: JSON_ONLY }] : [])]
  const { tools, toolChoice, format } = prompt
  const outputConfig = {
    ...(wish?.effort !== undefined && { effort: wish.effort }),
    ...(format?.kind === 'json-schema' && { format: { type: 'json_schema', schema: format.schema } }),
  }
  const most = prompt.maxOutputTokens ?? model.maxTokens ?? USUAL_MAX_TOKENS
  const sampling = samplingOf(prompt, thinks, dropped)
  for (const name of ['seed', 'presencePenalty', 'frequencyPenalty', 'verbosity'] as const) {
    if (prompt[name] !== undefined) dropped.push(SPELLED[name])
  }
  if (tools.some(({ strict }) => strict)) dropped.push('strict')
  const stop = prompt.stop?.filter((word) => word.trim() !== '')
  if (stop && stop.length < (prompt.stop?.length ?? 0)) dropped.push('stop')
  const body = {
    model: issuer.model,
    max_tokens: Math.max(most, wish?.budget === undefined ? 1 : wish.budget + LEAST_BUDGET),
    ...(instructions.length > 0 && { system: instructions }),
    messages,
    ...(stream && { stream: true }),
    ...(tools.length > 0 && { tools: tools.map(toolFields) }),
    ...choiceFields(tools.length > 0, toolChoice, prompt.parallelToolCalls, thinks ? dropped : undefined),
    ...(wish && { thinking: wish.thinking }),
    ...(Object.keys(outputConfig).length > 0 && { output_config: outputConfig }),
    ...(stop && stop.length > 0 && { stop_sequences: stop }),
    ...sampling,
    ...(prompt.user !== undefined && { metadata: { user_id: prompt.user } }),
  }
  return { body: Buffer.from(JSON.stringify(body)), dropped: [...new Set(dropped)] }
}

const SPELLED = {
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  verbosity: 'verbosity',
} as const

/** Only what this account and model have issued goes back to them; unsigned reasoning is none that this format takes. */
function withOwnSeals(turn: Turn, { issuer }: Target, dropped: string[]): Turn {
  if (turn.role !== 'assistant') return turn
  const parts = turn.parts.filter((part) => {
    const isOwn =
      part.kind !== 'reasoning' ||
      (part.sealed !== undefined && part.sealed.kind !== 'encrypted' && isSameIssuer(part.sealed.issuer, issuer))
    if (!isOwn) dropped.push('reasoning')
    return isOwn
  })
  return { ...turn, parts }
}

interface ThinkingWish {
  readonly thinking: { readonly type: string; readonly budget_tokens?: number }
  readonly effort?: string
  readonly budget?: number
}

function thinkingOf(
  { reasoning, maxOutputTokens }: Prompt,
  turns: readonly Turn[],
  { model }: Target,
  dropped: string[],
): ThinkingWish | undefined {
  if (!reasoning) return undefined
  if (reasoning.kind === 'off') return { thinking: { type: 'disabled' } }
  const { effort, budgetTokens } = reasoning
  if (model.reasoning === 'adaptive') {
    return { thinking: { type: 'adaptive' }, ...(effort !== undefined && { effort: effortWord(effort) }) }
  }
  // Within a budget it must have begun with its reasoning the turn whose calls are answered now.
  if (callsWithoutReasoning(turns)) {
    dropped.push('reasoning')
    return undefined
  }
  // A word stands for no figure of the caller's: it bends to the most that may be said, which holds reasoning, too.
  const room = (maxOutputTokens ?? model.maxTokens ?? Number.POSITIVE_INFINITY) - LEAST_BUDGET
  if (budgetTokens === undefined && room < LEAST_BUDGET) {
    dropped.push('reasoning')
    return undefined
  }
  const budget = Math.max(budgetTokens ?? Math.min(budgetOf(effort ?? 'medium'), room), LEAST_BUDGET)
  return { thinking: { type: 'enabled', budget_tokens: budget }, budget }
}

function effortWord(effort: string): string {
  return effort === 'minimal' ? 'low' : effort
}

function callsWithoutReasoning(turns: readonly Turn[]): boolean {
  const last = turns.findLast(({ role }) => role !== 'tool')
  if (last?.role !== 'assistant' || turns.at(-1)?.role !== 'tool') return false
  return last.parts[0]?.kind !== 'reasoning'
}

function samplingOf(prompt: Prompt, thinks: boolean, dropped: string[]): object {
  const { temperature, topP, topK } = prompt
  // Whoever reasons takes neither.
  if (thinks && temperature !== undefined && temperature !== 1) dropped.push('temperature')
  if (thinks && topK !== undefined) dropped.push('top_k')
  if (thinks && topP !== undefined) dropped.push('top_p')
  if (thinks) return {}
  // Other formats go up to 2.
  if (temperature !== undefined && temperature > 1) dropped.push('temperature>1')
  return {
    ...(temperature !== undefined && { temperature: Math.min(temperature, 1) }),
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
  }
}

function toolFields({ name, description, parameters }: Tool): object {
  return { name, description, input_schema: { type: 'object', ...parameters } }
}

/** `dropped` = given where a choice that forces a call is not taken, as whoever reasons may not be forced. */
function choiceFields(
  hasTools: boolean,
  choice: Prompt['toolChoice'],
  parallel: boolean | undefined,
  dropped: string[] | undefined,
): object {
  if (!hasTools || (choice === undefined && parallel === undefined)) return {}
  const single = parallel === false && { disable_parallel_tool_use: true }
  const isForced = choice === 'required' || typeof choice === 'object'
  if (isForced && dropped) dropped.push('tool_choice')
  if (choice === 'none') return { tool_choice: { type: 'none' } }
  if (!isForced || dropped) return { tool_choice: { type: 'auto', ...single } }
  return {
    tool_choice: { ...(choice === 'required' ? { type: 'any' } : { type: 'tool', name: choice.name }), ...single },
  }
}
