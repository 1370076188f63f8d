/** `qwen-portal/coder-model=quota-spent` in the reader's words. */
import type { Texts } from './en.ts'

export function attemptsInWords(attempts: readonly string[], { failures, comma, withReason }: Texts): string {
  const known: Readonly<Record<string, string>> = failures
  return attempts
    .map((attempt) => {
      const at = attempt.lastIndexOf('=')
      const [word = '', cause] = attempt.slice(at + 1).split(':')
      const reason = [known[word] ?? word, cause && (known[cause] ?? cause)].filter(Boolean).join(comma)
      return withReason(attempt.slice(0, at), reason)
    })
    .join(comma)
}
