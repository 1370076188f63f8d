/** `qwen-portal/coder-model=quota-spent` in the reader's words. */
import type { Texts } from './en.ts'

export function attemptInWords(attempt: string, { failures, comma, withReason }: Texts): string {
  const known: Readonly<Record<string, string>> = failures
  const at = attempt.lastIndexOf('=')
  const reasons = attempt.slice(at + 1).split(':')
  return withReason(attempt.slice(0, at), reasons.map((reason) => known[reason] ?? reason).join(comma))
}

export function attemptsInWords(attempts: readonly string[], texts: Texts): string {
  return attempts.map((attempt) => attemptInWords(attempt, texts)).join(texts.comma)
}
