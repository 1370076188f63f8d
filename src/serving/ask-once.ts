/** One call upstream: reserved before it is sent where its account counts, settled as one row whatever came of it. */
import type { Credential } from '../core/credential.ts'
import type { Candidate, Rejection } from '../core/decision.ts'
import { restKeysOf } from '../core/failure.ts'
import { limitsOf } from '../core/network.ts'
import { keptSaid } from '../core/phrase.ts'
import type { AttemptRow } from '../core/ports.ts'
import type { Uncarried } from '../core/prompt.ts'
import { chargedDays, quotaLeft } from '../quota/left.ts'
import { answerHeaders } from './answer-headers.ts'
import { attempt, type AttemptResult } from './attempt.ts'
import { isLane, laneTo } from './lane.ts'
import { withoutQuotes } from './quotes.ts'
import type { Asking, Outcome, ServeMeans } from './order.ts'
import { OUTRUN } from './outrun.ts'

export async function askOnce(candidate: Candidate, credential: Credential, asking: Asking): Promise<Outcome> {
  const { order, means, attempts, speaker, spoke } = asking
  if (order.reply.gone.aborted || speaker.isOutrun) return { kind: 'gone' }
  const lane = laneTo(order, candidate, means)
  if (!isLane(lane)) return uncarried(candidate, lane)
  const row: AttemptRow = {
    attemptId: means.random.uuid(),
    requestId: order.requestId,
    provider: candidate.provider.id,
    model: candidate.model.id,
    profile: candidate.profile.id,
    agent: order.agent,
    ...(order.caller !== undefined && { caller: order.caller }),
    startedAt: means.clock.now(),
    outcome: 'open',
  }
  const lost = await reserve(candidate, row, means)
  if (lost) return { kind: 'rejected', rejection: lost }
  const { request, reply, requestId } = order
  const result = await attempt(
    {
      request,
      candidate,
      credential,
      lane,
      requestId,
      reply,
      speaker,
      ...(order.keep && { keep: order.keep }),
      answerHeaders() {
        clearDisproved(candidate, row, means)
        spoke()
        return answerHeaders({ requestId, attempts, candidate, dropped: [...lane.dropped] })
      },
    },
    { ...means, limits: limitsOf(candidate.provider, means.setup.settings.limits) },
  )
  settle(row, { result, body: request.body, isOutrun: speaker.isOutrun }, means)
  return result
}

/** Nothing was sent: what the request asks for cannot be said in this upstream's format. */
function uncarried({ ref, profile }: Candidate, { param, message }: Uncarried): Outcome {
  return { kind: 'rejected', rejection: { ref, profile: profile.id, reason: { kind: 'cannot-carry', param, message } } }
}

/** Undefined = it may be sent; else nothing was counted. A place that another request took meanwhile is a rejection like any other. */
export async function reserve(
  { ref, provider, profile }: Candidate,
  row: AttemptRow,
  { state, clock }: ServeMeans,
): Promise<Rejection | undefined> {
  const policy = provider.quota
  if (!policy) return undefined
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

interface Settling {
  readonly result: AttemptResult
  /** The caller's, whose words are not kept. */
  readonly body: Uint8Array
  readonly isOutrun: boolean
}

function settle(row: AttemptRow, { result, body, isOutrun }: Settling, { state, clock }: ServeMeans): void {
  const verdict = result.kind === 'gone' ? undefined : result.verdict
  const failure =
    result.kind === 'failed' ? result.failure : verdict && verdict.kind !== 'complete' ? verdict.failure : undefined
  const neverSent = result.kind === 'gone' ? result.neverSent : failure?.neverSent === true
  const settled: AttemptRow = {
    ...row,
    endedAt: clock.now(),
    outcome: result.kind === 'gone' ? 'aborted' : failure ? 'failed' : 'answered',
    ...(result.firstEventMs !== undefined && { firstEventMs: result.firstEventMs }),
    ...(result.status !== undefined && { status: result.status }),
    ...(result.usage && { usage: result.usage }),
    ...(verdict && { verdict: verdict.kind }),
    ...(failure && { failure: failure.kind, evidence: keptSaid(withoutQuotes(failure.evidence, body)) }),
    ...(result.kind === 'gone' && isOutrun && { evidence: OUTRUN }),
  }
  void state.ledger.settle(settled, { refund: neverSent }).catch(() => undefined) // the ledger keeps the row in memory and tells in its health
}

/** It speaks: what was believed before this request was sent is not so; what was met since may well be. */
export function clearDisproved(
  { provider, profile, model }: Candidate,
  { startedAt }: AttemptRow,
  { state, doubts, clock }: Pick<ServeMeans, 'state' | 'doubts' | 'clock'>,
): void {
  const names = { provider: provider.id, profile: profile.id, model: model.id }
  const keys = restKeysOf(names).filter((key) => {
    const rest = state.view.rest(key)
    // One of the future is of a clock that was set back.
    if (rest && rest.since > startedAt && rest.since <= clock.now()) return false
    doubts.settle(key)
    return rest !== undefined
  })
  if (keys.length > 0) void state.cooldowns.clear(keys).catch(() => undefined) // it ends by itself
}
