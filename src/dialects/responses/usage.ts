/** Tokens as this format counts them. */
import type { Usage } from '../../core/verdict.ts'
import { fieldsOf } from '../fields.ts'
import { countOf, present } from '../prompt-fields.ts'

export function readUsage(value: unknown): Usage | undefined {
  const usage = fieldsOf(value)
  if (!usage) return undefined
  const inputTokens = countOf(usage.input_tokens)
  const outputTokens = countOf(usage.output_tokens)
  if (inputTokens === undefined && outputTokens === undefined) return undefined
  return present<Usage>({
    inputTokens,
    outputTokens,
    cachedInputTokens: countOf(fieldsOf(usage.input_tokens_details)?.cached_tokens),
    reasoningTokens: countOf(fieldsOf(usage.output_tokens_details)?.reasoning_tokens),
  })
}
