/** Tokens as the upstream counted them. */
import type { Usage } from '../../core/verdict.ts'
import { fieldsOf } from '../fields.ts'
import { countOf } from '../prompt-fields.ts'

export function readUsage(value: unknown): Usage | undefined {
  const usage = fieldsOf(value)
  if (!usage) return undefined
  const inputTokens = countOf(usage.prompt_tokens)
  const outputTokens = countOf(usage.completion_tokens)
  const cachedInputTokens = countOf(fieldsOf(usage.prompt_tokens_details)?.cached_tokens)
  const reasoningTokens = countOf(fieldsOf(usage.completion_tokens_details)?.reasoning_tokens)
  if (inputTokens === undefined && outputTokens === undefined) return undefined
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  }
}
