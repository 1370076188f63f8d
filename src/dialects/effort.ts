/** How much a model is to reason, as a word and as a number of tokens: formats know the one or the other. */

const LEAST_BUDGET = 1_024
/** OpenAI's words, and budgets in Anthropic's order of size. The rule is ours, and documented. */
const BUDGETS: readonly (readonly [effort: string, tokens: number])[] = [
  ['minimal', LEAST_BUDGET],
  ['low', 4_096],
  ['medium', 16_384],
  ['high', 32_768],
  ['xhigh', 63_999],
]

/** Tokens. Of a word that nobody knows: what `medium` gets. */
export function budgetOf(effort: string): number {
  return new Map(BUDGETS).get(effort) ?? 16_384
}

/** A budget stands for the first word whose own is as large. */
export function effortOf(budgetTokens: number): string {
  return BUDGETS.find(([effort, tokens]) => effort !== 'minimal' && budgetTokens <= tokens)?.[0] ?? 'high'
}
