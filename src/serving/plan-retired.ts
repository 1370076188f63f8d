/** The error of a closed plan: the login is fine, and these are the ways on. */
import { OpenClawError } from '../core/errors.ts'
import type { Retirement } from '../core/provider.ts'
import { inLanguage } from '../core/text.ts'

export function planRetired(retired: Retirement, attempts: readonly string[]): OpenClawError {
  const words = [retired.text, ...retired.ways].map((text) => inLanguage(text, 'en')).join(' ')
  return new OpenClawError('plan-retired', { detail: withAttempts(words, attempts), run: retired.run })
}

/** One attempt is told by its own error. */
export function withAttempts(text: string, attempts: readonly string[]): string {
  return attempts.length > 1 ? `${text} (${attempts.join(', ')})` : text
}
