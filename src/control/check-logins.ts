/** `models status --check`: are the logins good that the default chain uses? */
import { profilesInOrder } from '../accounts/profile-order.ts'
import { resolveAgent } from '../config/resolve.ts'
import type { Candidate } from '../core/decision.ts'
import { modelIn } from '../core/provider.ts'
import { formatRef, type ModelRef } from '../core/ref.ts'
import type { Profile } from '../core/credential.ts'
import type { Setup } from '../core/setup.ts'
import type { LoginsChecked, ProbeResult, ProfileState, ProfileStatus } from './contract.ts'

/** A login that the default chain uses, with the first model for which it does. */
export interface InUse {
  readonly ref: ModelRef
  readonly profile: Profile
}

/** Each login once. `without` = refs for which there is none. */
export function loginsInUse(setup: Setup): { readonly used: readonly InUse[]; readonly without: readonly string[] } {
  const { settings, providers } = setup
  const chain = resolveAgent(settings.defaultAgent, settings)
  const used = new Map<string, InUse>()
  const without: string[] = []
  for (const ref of chain.kind === 'ok' ? chain.refs : []) {
    const own = providers.has(ref.provider) ? loginsFor(ref, setup) : []
    if (own.length === 0) without.push(formatRef(ref))
    for (const profile of own) if (!used.has(profile.id)) used.set(profile.id, { ref, profile })
  }
  return { used: [...used.values()], without }
}

/** One that was logged out is no longer in use, as long as its provider has another. */
function loginsFor(ref: ModelRef, { settings }: Setup): readonly Profile[] {
  const own = profilesInOrder(ref.provider, settings).filter(({ id }) => !ref.profile || id === ref.profile)
  const some = own.filter(({ credential, missing, locked, outside }) => credential ?? missing ?? locked ?? outside)
  return some.length > 0 ? some : own
}

/** What a login must be to count; a rest passes by itself (a refused key does not rest, it needs-login), and what can be renewed is. */
const VERDICTS: Readonly<Record<ProfileState, 'ok' | 'expiring' | 'bad'>> = {
  ok: 'ok',
  refreshable: 'ok',
  resting: 'ok',
  expiring: 'expiring',
  expired: 'bad',
  'needs-login': 'bad',
  'plan-retired': 'bad',
  'unset-variable': 'bad',
  locked: 'bad',
}

/** The exit code is the original's: 0 ok, 1 expired or missing, 2 expiring. A key that a server just refused is not ok. */
export function checkLogins(
  setup: Setup,
  statuses: Readonly<Record<string, ProfileStatus>>,
  probed: Readonly<Record<string, ProbeResult>> = {},
): LoginsChecked {
  const { used, without } = loginsInUse(setup)
  const profiles = used.map(({ ref, profile: { id } }) => {
    const state = statuses[id]?.state ?? 'needs-login'
    const verdict = probed[id]?.result === 'refused' ? 'bad' : VERDICTS[state]
    return { profile: id, ref: formatRef(ref), state, verdict }
  })
  const isBad = used.length === 0 || without.length > 0 || profiles.some(({ verdict }) => verdict === 'bad')
  const isSoon = profiles.some(({ verdict }) => verdict === 'expiring')
  return { exit: isBad ? 1 : isSoon ? 2 : 0, profiles, without }
}

/** Undefined = its provider has no such model, so nobody can be asked. */
export function candidateOf({ ref, profile }: InUse, { providers }: Setup): Candidate | undefined {
  const provider = providers.get(ref.provider)
  const model = provider && modelIn(provider, ref.model)
  return provider && model && { ref, provider, profile, model }
}
