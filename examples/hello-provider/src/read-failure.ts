/** What Hello's own error bodies mean; all others are read like any OpenAI-compatible server's. */
import type { FailedAnswer, ToldFailure } from 'openclaw/sdk'

export function readHelloFailure({ json }: FailedAnswer): ToldFailure | undefined {
  const error = (json as { error?: { code?: unknown } } | null | undefined)?.error
  if (error?.code !== 'daily_limit') return undefined
  return {
    kind: 'quota',
    scope: 'account',
    evidence: { en: 'Hello has had enough for today.', 'zh-CN': 'Hello 今天不再回答。' },
  }
}
