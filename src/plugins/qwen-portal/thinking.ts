/** How a Qwen model is told to think: each generation has words of its own, and two of them at once are refused. */
import type { QuirkFields, RequestChange } from '../../sdk/index.ts'

/**
 * `effort` takes `reasoning_effort` as it is; `switch` takes `enable_thinking` and `thinking_budget`; `stream-only` the
 * same, but thinks in a stream alone; `none` never thinks. Undefined = another maker's model, or one that always thinks:
 * nothing is changed for it. From Qwen Code 0.24 and Alibaba's pages on deep thinking (2026-06).
 */
type Family = 'effort' | 'switch' | 'stream-only' | 'none'

const FAMILIES: readonly (readonly [RegExp, Family])[] = [
  [/-thinking\b|^qwq/i, 'switch'],
  [/^qwen3\.[89]-/i, 'effort'],
  [/^(?:coder-model$|qwen3\.[5-7]-)/i, 'switch'],
  [/^(?:vision-model$|qwen3-coder|qwen2|qwen-vl|qwen-long|.*-instruct\b)/i, 'none'],
  [/^(?:qwen3-|qwen-(?:plus|flash|turbo|max)\b)/i, 'stream-only'],
]

/** Tokens for a word that these models do not know; more than `medium` is left to the model. */
const BUDGETS: ReadonlyMap<unknown, number> = new Map([
  ['minimal', 1_024],
  ['low', 4_096],
  ['medium', 16_384],
])

/** What these models call OpenAI's words. */
const EFFORTS: ReadonlyMap<unknown, string> = new Map([
  ['minimal', 'low'],
  ['high', 'xhigh'],
  ['max', 'xhigh'],
])

export function thinkingChange(body: QuirkFields, model: string): RequestChange {
  const family = familyOf(model)
  const { reasoning_effort: effort, enable_thinking: isOn, thinking_budget: budget } = body
  const hasOwnWords = isOn !== undefined || budget !== undefined
  switch (family) {
    case undefined:
      return {}
    case 'none':
      if (effort === undefined) return {}
      return { drop: ['reasoning_effort'], ...(effort !== 'none' && { lost: ['reasoning_effort'] }) }
    case 'effort': {
      if (effort === undefined) return {}
      const known = EFFORTS.get(effort)
      return {
        ...(known !== undefined && { set: { reasoning_effort: known } }),
        // Both at once are refused.
        ...(hasOwnWords && { drop: ['enable_thinking', 'thinking_budget'] }),
        ...(budget !== undefined && { lost: ['thinking_budget'] }),
      }
    }
    case 'switch':
      return effort === undefined ? {} : inSwitches(effort, hasOwnWords)
    case 'stream-only':
      if (body.stream === true) return effort === undefined ? {} : inSwitches(effort, hasOwnWords)
      return withoutThinking(body)
  }
}

function familyOf(model: string): Family | undefined {
  return FAMILIES.find(([pattern]) => pattern.test(model))?.[1]
}

/** The caller's own switches go before OpenAI's word for them. */
function inSwitches(effort: unknown, hasOwnWords: boolean): RequestChange {
  if (hasOwnWords) return { drop: ['reasoning_effort'] }
  if (effort === 'none') return { set: { enable_thinking: false }, drop: ['reasoning_effort'] }
  const budget = BUDGETS.get(effort)
  return {
    set: { enable_thinking: true, ...(budget !== undefined && { thinking_budget: budget }) },
    drop: ['reasoning_effort'],
  }
}

/** 400: "parameter.enable_thinking must be set to false for non-streaming calls". */
function withoutThinking({ reasoning_effort: effort, enable_thinking: isOn, thinking_budget: budget }: QuirkFields) {
  const asked = [
    ...(isOn === true ? ['enable_thinking'] : []),
    ...(effort !== undefined && effort !== 'none' ? ['reasoning_effort'] : []),
    ...(budget !== undefined ? ['thinking_budget'] : []),
  ]
  return {
    ...(isOn !== false && { set: { enable_thinking: false } }),
    drop: [...(effort === undefined ? [] : ['reasoning_effort']), ...(budget === undefined ? [] : ['thinking_budget'])],
    ...(asked.length > 0 && { lost: asked }),
  }
}
