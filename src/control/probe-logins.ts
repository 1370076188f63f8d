/** `models status --probe`: each login that the default chain uses, asked once, all at the same time. */
import { formatRef } from '../core/ref.ts'
import { probe, type ProbeMeans } from '../serving/probe.ts'
import { candidateOf, loginsInUse } from './check-logins.ts'
import type { ProbeResult } from './contract.ts'

/** By profile id. */
export async function probeLogins(means: ProbeMeans): Promise<Readonly<Record<string, ProbeResult>>> {
  const { setup, accounts } = means
  await accounts.look(setup.providers, setup.settings.profiles.values())
  const used = loginsInUse(setup).used.map((inUse) => ({ ...inUse, profile: accounts.asSeen(inUse.profile) }))
  const results = used.map(async (inUse) => {
    const candidate = candidateOf(inUse, setup)
    const probed = candidate ? await probe(candidate, means) : ({ result: 'not-asked' } as const)
    return [inUse.profile.id, { ref: formatRef(inUse.ref), ...probed }] as const
  })
  return Object.fromEntries(await Promise.all(results))
}
