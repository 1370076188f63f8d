/** The name that a mistyped one most likely meant: at least half of it was typed right. */
export function nearest(typed: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.ceil(typed.length / 2.5)) + 1
  for (const name of names) {
    if (name === typed) continue
    const distance = editDistance(typed.toLowerCase(), name.toLowerCase(), bestDistance)
    if (distance < bestDistance && distance * 2 <= Math.max(typed.length, name.length)) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

/** Levenshtein's distance, given up once it must be at least `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? limit
}
