/** Tokens as this format counts them: what was read from a cache or written into one stands beside the input. */
import type { Usage } from '../../core/verdict.ts'
import { fieldsOf, type Fields } from '../fields.ts'
import { countOf, present } from '../prompt-fields.ts'

/** `parts` = what the answer told so far, the latest last; each figure counts where it was told last. */
export function readUsage(...parts: readonly unknown[]): Usage | undefined {
  const told: Fields = Object.assign({}, ...parts.map(known))
  const input = countOf(told.input_tokens)
  const outputTokens = countOf(told.output_tokens)
  if (input === undefined && outputTokens === undefined) return undefined
  const cachedInputTokens = countOf(told.cache_read_input_tokens)
  const cacheWriteInputTokens = countOf(told.cache_creation_input_tokens)
  const inputTokens = input === undefined ? undefined : input + (cachedInputTokens ?? 0) + (cacheWriteInputTokens ?? 0)
  const reasoningTokens = countOf(fieldsOf(told.output_tokens_details)?.thinking_tokens)
  return present<Usage>({ inputTokens, outputTokens, cachedInputTokens, cacheWriteInputTokens, reasoningTokens })
}

/** A field that is null says nothing. */
function known(usage: unknown): Fields {
  return Object.fromEntries(Object.entries(fieldsOf(usage) ?? {}).filter(([, value]) => value !== null))
}

/** The other way round. What nobody told is none: programs add these figures up. */
export function usageSaid(usage: Usage = {}): object {
  const { inputTokens = 0, outputTokens = 0, cachedInputTokens = 0, cacheWriteInputTokens = 0, reasoningTokens } = usage
  return {
    input_tokens: Math.max(0, inputTokens - cachedInputTokens - cacheWriteInputTokens),
    cache_creation_input_tokens: cacheWriteInputTokens,
    cache_read_input_tokens: cachedInputTokens,
    output_tokens: outputTokens,
    ...(reasoningTokens !== undefined && { output_tokens_details: { thinking_tokens: reasoningTokens } }),
  }
}
