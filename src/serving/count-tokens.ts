/** How many tokens a request has, asked of the upstream that would be asked first. Nothing is counted, nobody rests for it. */
import { limitsOf, type Limits } from '../core/network.ts'
import type { Candidate } from '../core/decision.ts'
import type { OutgoingRequest } from '../core/ports.ts'
import { addressOf, type Provider } from '../core/provider.ts'
import { fieldsOf, parsedJson } from '../dialects/fields.ts'
import { collect } from '../net/collect.ts'
import { isLane, laneTo } from './lane.ts'
import type { ServeMeans, ServeOrder } from './order.ts'
import { lookAtRoutes } from './routes-now.ts'
import { strikeOut } from './struck-out.ts'
import { upstreamRequest } from './upstream-request.ts'

export interface Counted {
  readonly candidate: Candidate
  /** The upstream's answer as it came. */
  readonly body: Uint8Array
}

export type CountOrder = Pick<ServeOrder, 'refs' | 'request' | 'conversation'> & { readonly signal: AbortSignal }

/** A count is waited for no longer: an estimate is better than a late one. */
const LONGEST_MS = 5_000
const LONGEST_BYTES = 65_536
/** Who has no such place, by model, as an unknown one is answered alike; forgotten when the settings are read anew. */
const without = new WeakMap<Provider, Set<string>>()
const NO_SUCH_PLACE: ReadonlySet<number> = new Set([404, 405, 501])

/** Undefined = nobody counts. Never rejects. */
export async function countTokens(order: CountOrder, means: ServeMeans): Promise<Counted | undefined> {
  const { setup, accounts } = means
  const looking = accounts.look(setup.providers, setup.settings.profiles.values())
  if (looking) await looking
  const { request, signal } = order
  const { hasImage, hasTools } = request
  const [candidate] = lookAtRoutes({ ...order, facts: { hasImage, hasTools } }, means).decision.candidates
  if (!candidate || candidate.provider.dialect !== request.dialect || isWithout(candidate)) return undefined
  const access = await accounts.access(candidate.provider, candidate.profile)
  if (access.kind === 'failed') return undefined
  const { credential } = access
  const lane = laneTo({ request }, candidate, means)
  if (!isLane(lane)) return undefined
  const limits = limitsOf(candidate.provider, setup.settings.limits)
  const asked = upstreamRequest({ request, candidate, credential, lane }, { ...means, limits })
  const answer = await collect(
    means.http,
    { ...asked, ...placeIn(candidate, lane.upstream.path, limits) },
    { maxBytes: LONGEST_BYTES, signal },
  )
  if ('problem' in answer) return undefined
  if (NO_SUCH_PLACE.has(answer.status)) noteWithout(candidate)
  const tokens = fieldsOf(parsedJson(answer.body.toString('utf8')))?.input_tokens
  if (answer.status !== 200 || !Number.isSafeInteger(tokens)) return undefined
  return { candidate, body: strikeOut(credential).bytes(answer.body) }
}

function isWithout({ provider, model }: Candidate): boolean {
  return without.get(provider)?.has(model.id) === true
}

function noteWithout({ provider, model }: Candidate): void {
  without.set(provider, new Set([...(without.get(provider) ?? []), model.id]))
}

function placeIn({ provider, profile }: Candidate, path: string, limits: Limits): Partial<OutgoingRequest> {
  const { connectMs } = limits
  return {
    url: `${addressOf(provider, profile)}${path}/count_tokens`,
    connectMs: Math.min(connectMs, LONGEST_MS),
    headMs: LONGEST_MS,
    idleMs: LONGEST_MS,
    totalMs: LONGEST_MS,
  }
}
