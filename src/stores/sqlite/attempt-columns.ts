/** An attempt as columns of its table, both ways. */
import { FAILURE_KINDS } from '../../core/failure.ts'
import type { AttemptOutcome, AttemptRow } from '../../core/ports.ts'
import type { VerdictKind } from '../../core/verdict.ts'
import { asNumber, asText, oneOf, present, whole, type Column, type Columns } from './columns.ts'

/** What is known when it begins, in the order of `BEGIN_COLUMNS`. */
export function beginOf(row: AttemptRow): readonly Column[] {
  return [
    row.startedAt.getTime(),
    row.attemptId,
    row.requestId,
    row.provider,
    row.model,
    row.profile ?? null,
    row.agent ?? null,
    row.caller ?? null,
  ]
}
export const BEGIN_COLUMNS = 'started_at, attempt_id, request_id, provider, model, profile, agent, caller'

/** What is known when it ends, in the order of `END_COLUMNS`. */
export function endOf(row: AttemptRow): readonly Column[] {
  return [
    row.endedAt?.getTime() ?? null,
    whole(row.firstEventMs),
    row.outcome,
    row.verdict ?? null,
    row.failure ?? null,
    row.evidence ?? null,
    whole(row.status),
    whole(row.usage?.inputTokens),
    whole(row.usage?.outputTokens),
    whole(row.usage?.cachedInputTokens),
    whole(row.usage?.reasoningTokens),
  ]
}
export const END_COLUMNS =
  'ended_at, first_event_ms, outcome, verdict, failure, evidence, status, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens'

export function attemptFrom(columns: Columns): AttemptRow {
  const text = (name: string): string | undefined => asText(columns[name])
  const number = (name: string): number | undefined => asNumber(columns[name])
  const verdict = oneOf(VERDICTS, text('verdict'))
  const failure = oneOf(FAILURE_KINDS, text('failure'))
  const endedAt = number('ended_at')
  const usage = present({
    inputTokens: number('input_tokens'),
    outputTokens: number('output_tokens'),
    cachedInputTokens: number('cached_input_tokens'),
    reasoningTokens: number('reasoning_tokens'),
  })
  return {
    attemptId: text('attempt_id') ?? '',
    requestId: text('request_id') ?? '',
    provider: text('provider') ?? '',
    model: text('model') ?? '',
    startedAt: new Date(number('started_at') ?? 0),
    outcome: oneOf(OUTCOMES, text('outcome')) ?? 'unknown',
    ...present({
      profile: text('profile'),
      agent: text('agent'),
      caller: text('caller'),
      evidence: text('evidence'),
      firstEventMs: number('first_event_ms'),
      status: number('status'),
      endedAt: endedAt === undefined ? undefined : new Date(endedAt),
      verdict,
      failure,
      usage: Object.keys(usage).length > 0 ? usage : undefined,
    }),
  }
}

/** All words of a union: the compiler finds a missing one. */
const OUTCOMES = Object.values<AttemptOutcome>({
  open: 'open',
  answered: 'answered',
  failed: 'failed',
  aborted: 'aborted',
  unknown: 'unknown',
} satisfies { readonly [Word in AttemptOutcome]: Word })
const VERDICTS = Object.values<VerdictKind>({
  complete: 'complete',
  truncated: 'truncated',
  stalled: 'stalled',
  malformed: 'malformed',
  refused: 'refused',
  filtered: 'filtered',
  'error-inside-200': 'error-inside-200',
} satisfies { readonly [Word in VerdictKind]: Word })
