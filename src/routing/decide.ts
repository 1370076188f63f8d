/** Whom to ask, in order, and why each other was not chosen: pure. */
import type { LoginProblem, Profile } from '../core/credential.ts'
import type { Candidate, Decision, Rejection, RejectionReason } from '../core/decision.ts'
import { PASSING_SOON, restKey, restKeysOf, type Rest } from '../core/failure.ts'
import { saidFrom } from '../core/phrase.ts'
import { addressOf, modelIn, type ModelDefinition, type Provider } from '../core/provider.ts'
import type { QuotaLeft } from '../core/quota-policy.ts'
import { formatRef, type ModelRef } from '../core/ref.ts'
import { checkUpstreamUrl } from '../net/address.ts'

/** What the decision needs of the request. */
export interface RequestFacts {
  readonly hasImage: boolean
  readonly hasTools?: boolean
  /** So many it has at least; undefined = nobody knows. */
  readonly tokens?: number
}

/** What the decision reads: in memory, without waiting, perhaps a moment old. */
export interface RoutingView {
  provider(id: string): Provider | undefined
  /** Would it be on with a key? */
  waitsForKey(id: string): boolean
  /** In the order in which they are to be asked. */
  profilesOf(provider: string): readonly Profile[]
  /** Undefined = nothing stands against this login. */
  loginProblem(profile: Profile): LoginProblem | undefined
  quotaLeft(candidate: Pick<Candidate, 'provider' | 'profile'>): QuotaLeft | undefined
  rest(key: string): Rest | undefined
  /** Its time is over, and nobody has asked since. */
  isDoubted(key: string): boolean
  /** The same, where what rested is a spent account. */
  isQuotaDoubted(key: string): boolean
  /** A request is finding out just now whether it is over. */
  isBeingTried(key: string): boolean
  writable(): boolean
  /** May a spent quota move on to the provider's next account? */
  mayRotate(provider: string): boolean
}

/** More hops than this are not worth a caller's time. */
export const MOST_HOPS = 8

/** Each profile of each model is looked at once, at its first place. */
export function decide(refs: readonly ModelRef[], facts: RequestFacts, view: RoutingView, now: Date): Decision {
  const candidates: Candidate[] = []
  const last: Candidate[] = []
  const rejected: Rejection[] = []
  /** They rest, yet a moment may have been enough: for want of anybody else they are asked. */
  const forWant: { readonly candidate: Candidate; readonly rejection: Rejection }[] = []
  const seen = new Set<string>()
  const isNew = (name: string): boolean => {
    const before = seen.size
    return seen.add(name).size > before
  }
  for (const ref of refs) {
    if (!isNew(`ref ${formatRef(ref)}`)) continue
    const provider = view.provider(ref.provider)
    const model = provider && modelIn(provider, ref.model)
    const against = provider ? refusal(provider, model, facts) : notOn(ref.provider, view)
    if (against || !provider || !model) {
      rejected.push({ ref, reason: against ?? { kind: 'model-not-found' } })
      continue
    }
    const profiles = view.profilesOf(provider.id).filter((profile) => !ref.profile || profile.id === ref.profile)
    if (profiles.length === 0) rejected.push({ ref, reason: withoutProfile(ref, provider) })
    for (const profile of profiles) {
      if (!isNew(`profile ${profile.id} ${provider.id}/${model.id}`)) continue
      const candidate = { ref, provider, profile, model }
      const keys = restKeysOf({ provider: provider.id, profile: profile.id, model: model.id })
      const rests = restsOf(keys, view, now)
      const reason = profileRefusal(candidate, rests, { view, now })
      if (!reason) {
        const chosen = findingOut(candidate, { keys, rests }, view)
        if (chosen.isLast) last.push(chosen)
        else candidates.push(chosen)
        // Spent, as far as anybody knows: the next account is not asked before that is known.
        if (chosen.isLast && chosen.isOfQuota && !view.mayRotate(provider.id)) break
        continue
      }
      const rejection = { ref, profile: profile.id, reason }
      rejected.push(rejection)
      if (reason.kind === 'resting' && reason.forWantAt && reason.forWantAt <= now)
        forWant.push({ candidate, rejection })
      // The next step after a spent account is the next model, not the next account.
      if (saysSpent(reason, rests) && !view.mayRotate(provider.id)) break
    }
  }
  if (candidates.length + last.length > 0 || forWant.length === 0)
    return { candidates: last.length > 0 ? [...candidates, ...last] : candidates, rejected }
  const spared = new Set(forWant.map(({ rejection }) => rejection))
  return {
    candidates: forWant.map(({ candidate }) => candidate),
    rejected: rejected.filter((rejection) => !spared.has(rejection)),
  }
}

/** With what it finds out, where something is still believed against it or was a moment ago. */
function findingOut(
  candidate: Candidate,
  { keys, rests }: { readonly keys: readonly string[]; readonly rests: readonly Rest[] },
  view: RoutingView,
): Candidate {
  const doubted = keys.filter((key) => view.isDoubted(key))
  if (rests.length + doubted.length === 0) return candidate
  const findsOut = [...new Set([...rests.map(restKey), ...doubted])]
  const isOfQuota = rests.some(({ kind }) => kind === 'quota') || doubted.some((key) => view.isQuotaDoubted(key))
  return {
    ...candidate,
    findsOut,
    ...(isOfQuota && { isOfQuota }),
    ...(findsOut.some((key) => view.isBeingTried(key)) && { isLast: true }),
  }
}

/** So long after a failure that passes by itself somebody may be asked who rests longer, if there is nobody else. */
const FOR_WANT_MS = 5_000

/** Undefined = whoever rests so is not asked for want of others. */
export function forWantOf(rests: readonly Rest[], now: Date): Date | undefined {
  if (!rests.every(({ kind, isTold }) => PASSING_SOON.has(kind) && !isTold)) return undefined
  // A clock that was set back makes nothing young.
  const sinceMs = rests.map(({ since }) => (since > now ? now.getTime() - FOR_WANT_MS : since.getTime()))
  return new Date(Math.max(...sinceMs) + FOR_WANT_MS)
}

function saysSpent(reason: RejectionReason, rests: readonly Rest[]): boolean {
  return reason.kind === 'quota-spent' || (reason.kind === 'resting' && rests.some((rest) => rest.kind === 'quota'))
}

function notOn(provider: string, view: RoutingView): RejectionReason {
  return { kind: view.waitsForKey(provider) ? 'no-login' : 'provider-not-found' }
}

function refusal(
  provider: Provider,
  model: ModelDefinition | undefined,
  facts: RequestFacts,
): RejectionReason | undefined {
  if (provider.unknownApi) return { kind: 'dialect-not-spoken', api: provider.unknownApi }
  if (!model) return { kind: 'model-not-found' }
  const [variable] = provider.unsetVariables
  if (variable) return { kind: 'unset-variable', variable }
  if (facts.hasImage && model.input && !model.input.includes('image')) return { kind: 'no-vision' }
  if (facts.hasTools && model.tools === false) return { kind: 'no-tools' }
  const { tokens } = facts
  const window = model.contextWindow
  if (tokens !== undefined && window !== undefined && tokens > window) {
    return { kind: 'window-too-small', window, tokens }
  }
  return undefined
}

function withoutProfile(ref: ModelRef, provider: Provider): RejectionReason {
  if (ref.profile) return { kind: 'profile-not-found' }
  return { kind: provider.baseUrl ? 'no-login' : 'no-base-url' }
}

function profileRefusal(
  candidate: Candidate,
  rests: readonly Rest[],
  { view, now }: { readonly view: RoutingView; readonly now: Date },
): RejectionReason | undefined {
  const { profile, provider } = candidate
  if (profile.missing) return { kind: 'unset-variable', variable: profile.missing.variable }
  if (profile.locked !== undefined) return { kind: 'locked', evidence: profile.locked }
  const address = addressOf(provider, profile)
  if (!address) return { kind: 'no-base-url' }
  if (isOpenToAll(address)) return { kind: 'plain-http', address }
  // Who offers a login does not answer without one.
  const problem = view.loginProblem(profile)
  if (!profile.credential || (profile.credential.kind === 'none' && provider.login)) {
    return { kind: 'no-login', ...(problem && { evidence: problem.evidence }) }
  }
  if (problem) return { kind: 'needs-login', ...problem }
  const left = view.quotaLeft(candidate)
  if (left && left.used >= left.limit) return { kind: 'quota-spent', left }
  if (left && !view.writable()) return { kind: 'state-unwritable' }
  // Where several things rest, the candidate is back when the last of them is, and found out about likewise.
  const longest = rests
    .filter((rest) => (rest.probeAt ?? rest.until) > now || view.isBeingTried(restKey(rest)))
    .toSorted((a, b) => b.until.getTime() - a.until.getTime())[0]
  if (!longest) return undefined
  const { kind: failure, until } = longest
  const probeAt = new Date(Math.max(...rests.map((rest) => (rest.probeAt ?? rest.until).getTime())))
  const forWantAt = forWantOf(rests, now)
  return {
    kind: 'resting',
    failure,
    evidence: saidFrom(longest.evidence),
    until,
    ...(probeAt < until && { probeAt }),
    ...(forWantAt && forWantAt < until && { forWantAt }),
  }
}

/** Nobody is asked there, however often: it is a matter of the settings, and known before anything is sent. */
function isOpenToAll(address: string): boolean {
  if (!address.startsWith('http:')) return false // the usual case costs no URL
  const checked = checkUpstreamUrl(address)
  return checked.kind === 'refused' && checked.reason === 'plain-http'
}

/** A provider's key stands for its network too. */
function restsOf(keys: readonly string[], view: RoutingView, now: Date): readonly Rest[] {
  return keys.flatMap((key) => {
    const rest = view.rest(key)
    return rest && rest.until > now ? [rest] : []
  })
}
