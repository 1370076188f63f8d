/** One call upstream: reserved before it is sent where its account counts, settled as one row whatever came of it. */
import { nameOf, type Candidate, type Rejection } from '../core/decision.ts'
import { restKey } from '../core/failure.ts'
import type { AttemptRow } from '../core/ports.ts'
import type { Credential } from '../core/credential.ts'
import { chargedDays, quotaLeft } from '../quota/left.ts'
import { attempt } from './attempt.ts'
import type { Asking, Outcome, ServeMeans, ServeOrder } from './order.ts'

export async function askOnce(candidate: Candidate, credential: Credential, asking: Asking): Promise<Outcome> {
  const { order, means, attempts } = asking
  const { ledger, view, cooldowns } = means.state
  const now = means.clock.now()
  const row: AttemptRow = {
    attemptId: means.random.uuid(),
    requestId: order.requestId,
    provider: candidate.provider.id,
    model: candidate.model.id,
    profile: candidate.profile.id,
    agent: order.agent,
    startedAt: now,
    outcome: 'open',
  }
  const policy = candidate.provider.quota
  if (policy) {
    const lost = await reserve(candidate, row, means)
    if (lost) return { kind: 'rejected', rejection: lost }
  }
  const result = await attempt(
    {
      request: order.request,
      candidate,
      credential,
      reply: order.reply,
      answerHeaders: () => answerHeaders(order, candidate, attempts),
    },
    { ...means, limits: means.setup.settings.limits },
  )
  const failure =
    result.kind === 'failed'
      ? result.failure
      : result.kind === 'answered' && result.verdict.kind !== 'complete'
        ? result.verdict.failure
        : undefined
  const verdict = result.kind === 'gone' ? undefined : result.verdict
  void ledger
    .settle(
      {
        ...row,
        endedAt: means.clock.now(),
        outcome: result.kind === 'gone' ? 'aborted' : failure ? 'failed' : 'answered',
        ...(result.firstEventMs !== undefined && { firstEventMs: result.firstEventMs }),
        ...(result.status !== undefined && { status: result.status }),
        ...(result.usage && { usage: result.usage }),
        ...(verdict && { verdict: verdict.kind }),
        ...(failure && { failure: failure.kind }),
      },
      { refund: failure?.neverSent === true },
    )
    .catch(() => undefined) // the ledger keeps the row in memory and tells in its health
  if (result.kind === 'answered' && !failure) {
    const names = { provider: candidate.provider.id, profile: candidate.profile.id, model: candidate.model.id }
    const disproved = (['account', 'account-and-model', 'model', 'provider'] as const)
      .map((scope) => restKey({ scope, ...names }))
      .filter((key) => view.rest(key))
    if (disproved.length > 0) void cooldowns.clear(disproved).catch(() => undefined) // it ends by itself
  }
  return result
}

/** Undefined = reserved. A place that another request took meanwhile is a rejection like any other. */
async function reserve(
  candidate: Candidate,
  row: AttemptRow,
  { state, clock }: ServeMeans,
): Promise<Rejection | undefined> {
  const policy = candidate.provider.quota
  if (!policy) return undefined
  const { ref, profile } = candidate
  const now = clock.now()
  try {
    const answer = await state.ledger.reserve({
      row,
      account: profile.id,
      days: chargedDays(policy, now),
      limit: policy.requestsPerDay,
    })
    if (answer.kind === 'reserved') return undefined
    return {
      ref,
      profile: profile.id,
      reason: { kind: 'quota-spent', left: quotaLeft(policy, () => answer.used, now) },
    }
  } catch {
    // Whatever keeps state.db from being written: what cannot be counted is not sent.
    return { ref, profile: profile.id, reason: { kind: 'state-unwritable' } }
  }
}

function answerHeaders(
  order: ServeOrder,
  candidate: Candidate,
  attempts: readonly string[],
): Readonly<Record<string, string>> {
  return {
    'x-request-id': order.requestId,
    'x-openclaw-model': nameOf(candidate),
    'x-openclaw-profile': candidate.profile.id,
    'x-openclaw-attempts': attempts.join(', '),
  }
}
