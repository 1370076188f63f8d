/** One small real call with a login, to learn whether it is answered: counted like any other, and made once. */
import type { Credential } from '../core/credential.ts'
import { nameOf, type Candidate } from '../core/decision.ts'
import { restKeysOf, type UpstreamFailure } from '../core/failure.ts'
import { phrase, saidFrom, type Said } from '../core/phrase.ts'
import type { AttemptRow } from '../core/ports.ts'
import { addressOf } from '../core/provider.ts'
import { clearDisproved, reserve } from './ask-once.ts'
import { checkKey, type KeyVerdict } from './check-key.ts'
import type { ServeMeans } from './order.ts'

export interface Probed {
  /** `spent`: it is genuine, and its account cannot be asked now. `refused`: the login is no good. `failed`: nobody said. */
  readonly result: 'answered' | 'spent' | 'refused' | 'failed' | 'not-asked'
  readonly reason?: Said
  readonly status?: number
  /** Until the answer was there. */
  readonly ms?: number
}

export type ProbeMeans = ServeMeans & { readonly signal: AbortSignal }

const LIMITS = { connectMs: 5_000, headMs: 15_000, idleMs: 10_000, totalMs: 20_000, once: true } as const

/** Never rejects. A token whose time has come is renewed before, as for any request. */
export async function probe(candidate: Candidate, means: ProbeMeans): Promise<Probed> {
  const against = whyNot(candidate, means)
  if (against !== undefined) return { result: 'not-asked', reason: against }
  const access = await means.accounts.access(candidate.provider, candidate.profile)
  if (access.kind === 'failed') {
    const { kind, retryAt } = access.failure
    // What passes was not said of the login.
    return { result: kind === 'auth' && !retryAt ? 'refused' : 'failed', ...toldBy(access.failure) }
  }
  const row = rowOf(candidate, means)
  const lost = await reserve(candidate, row, means)
  if (lost) {
    const name = nameOf(candidate)
    const isSpent = lost.reason.kind === 'quota-spent'
    return { result: 'not-asked', reason: isSpent ? phrase('day-spent') : phrase('not-counted', { model: name }) }
  }
  return asked(candidate, { row, credential: access.credential }, means)
}

async function asked(
  candidate: Candidate,
  { row, credential }: { readonly row: AttemptRow; readonly credential: Credential },
  means: ProbeMeans,
): Promise<Probed> {
  const { provider, profile, model } = candidate
  const { clock } = means
  const definition = { ...provider.definition, dialect: provider.dialect, key: { check: { chat: model.id } } }
  const baseUrl = addressOf(provider, profile) ?? ''
  const startedMs = clock.monotonicMs()
  const verdict = await checkKey(
    { definition, baseUrl, credential, ...(provider.proxy && { proxy: provider.proxy }) },
    { ...means, limits: LIMITS },
  )
  const ms = Math.round(clock.monotonicMs() - startedMs)
  const { failure } = verdict
  const settled: AttemptRow = {
    ...row,
    endedAt: clock.now(),
    outcome: failure ? 'failed' : 'answered',
    ...(failure && { failure: failure.kind, ...(failure.status !== undefined && { status: failure.status }) }),
  }
  const refund = failure?.neverSent === true
  await means.state.ledger.settle(settled, { refund }).catch(() => undefined) // its row stays open, and is told as unknown
  const result = resultOf(verdict)
  if (result === 'answered') clearDisproved(candidate, row, means)
  return { result, ms, ...(failure && toldBy(failure)) }
}

/** Undefined = it may be asked. Nobody is asked before the time that it told. */
function whyNot({ provider, profile, model }: Candidate, { state, clock }: ProbeMeans): Said | undefined {
  if (profile.missing) return phrase('variable-not-set', { variable: profile.missing.variable })
  if (addressOf(provider, profile) === undefined) return phrase('no-address', { provider: provider.id })
  const rest = restKeysOf({ provider: provider.id, profile: profile.id, model: model.id })
    .flatMap((key) => state.view.rest(key) ?? [])
    .find(({ kind, until }) => (kind === 'rate-limit' || kind === 'quota') && until > clock.now())
  return rest && saidFrom(rest.evidence)
}

function rowOf({ provider, model, profile }: Candidate, { random, clock }: ProbeMeans): AttemptRow {
  return {
    attemptId: random.uuid(),
    requestId: random.uuid(),
    provider: provider.id,
    model: model.id,
    profile: profile.id,
    startedAt: clock.now(),
    outcome: 'open',
  }
}

/** A key may be good where its model is not there: but that model does not answer. */
function resultOf({ kind, failure }: KeyVerdict): Probed['result'] {
  if (kind === 'good') return failure?.kind === 'model-missing' ? 'failed' : 'answered'
  return kind === 'unknown' ? 'failed' : kind
}

function toldBy({ evidence, status }: UpstreamFailure): Pick<Probed, 'reason' | 'status'> {
  return { reason: evidence, ...(status !== undefined && { status }) }
}
