/** What a row of the torture run comes to. */
export interface Figures {
  /** How many of the row's cases were run. */
  readonly cases: number
  /** What was lost although a provider honoured it, in any way that a person would call so; 0 is what must be. */
  readonly lost: number
  /** Lost where nobody can help it, and told with the way out. */
  readonly told?: number
  /** What must not have happened, one line each. */
  readonly violations: readonly string[]
  /** Beside it, in words. */
  readonly note?: string
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
