/** Tokens as the upstream counted them. */
import type { Usage } from '../../core/verdict.ts'
import { fieldsOf } from '../fields.ts'

export function readUsage(value: unknown): Usage | undefined {
  const usage = fieldsOf(value)
  if (!usage) return undefined
  const inputTokens = count(usage.prompt_tokens)
  const outputTokens = count(usage.completion_tokens)
  const cachedInputTokens = count(fieldsOf(usage.prompt_tokens_details)?.cached_tokens)
  const reasoningTokens = count(fieldsOf(usage.completion_tokens_details)?.reasoning_tokens)
  if (inputTokens === undefined && outputTokens === undefined) return undefined
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  }
}

/** Sums are made of these: a negative, broken or huge one counts as not said. */
function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
