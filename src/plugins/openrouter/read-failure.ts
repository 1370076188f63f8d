/** What OpenRouter's own error bodies mean; what it passes on of others is read like any other server's. */
import type { FailedAnswer, ToldFailure } from '../../sdk/index.ts'

// Shapes: openrouter.ai/docs/api_reference/errors-and-debugging and /limits, as published 2026-10.
export function readFailure({ status, json, text }: FailedAnswer): ToldFailure | undefined {
  const error = record(record(json)?.error)
  if (!error) return undefined
  const metadata = record(error.metadata) ?? {}
  const code = typeof error.code === 'number' ? error.code : status
  const message = typeof error.message === 'string' ? error.message : text
  const source = metadata.limit_source
  // The day of the free models is one for all of them; those that cost something go on.
  if (source === 'openrouter_free_tier_daily' || /\bfree-models-per-day\b/.test(message)) {
    return { kind: 'quota', scope: 'account-and-model', evidence: message }
  }
  // "Transient: wait for Retry-After": what runs holds the credits, which are there.
  if (source === 'openrouter_in_flight_budget') return { kind: 'rate-limit', scope: 'account', evidence: message }
  // A sum that somebody allows for a while; it ends at a time that it tells.
  if (typeof source === 'string' && /^openrouter_(?:guardrail_budget|workspace_budget|key_limit)$/.test(source)) {
    const retryAt = typeof metadata.resets_at === 'string' ? new Date(metadata.resets_at) : undefined
    return {
      kind: retryAt ? 'quota' : 'billing',
      scope: 'account',
      evidence: message,
      ...(retryAt && !Number.isNaN(retryAt.getTime()) && { retryAt }),
    }
  }
  if (code === 403 && isBlocked(metadata, message)) return { kind: 'filtered', scope: 'request', evidence: message }
  // The address is right: it is the model that nobody there offers, or not with what the request needs.
  if (code === 404) return { kind: 'model-missing', scope: 'model', evidence: message }
  return undefined
}

/** By a model's moderation, or by a rule that the account's owner set up. */
function isBlocked(metadata: Fields, message: string): boolean {
  return (
    Array.isArray(metadata.reasons) ||
    Array.isArray(metadata.patterns) ||
    /^request blocked\b|input was flagged/i.test(message)
  )
}

type Fields = Readonly<Record<string, unknown>>

function record(value: unknown): Fields | undefined {
  return isRecord(value) ? value : undefined
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
