/** Whether the plan behind a login is closed where its requests go. */
import type { Profile } from './credential.ts'
import { hostMatches } from './host.ts'
import { addressOf, type Provider, type Retirement } from './provider.ts'

/** Undefined = nothing was closed there: an emulator's plan is not, nor another server's that a person chose. */
export function retirementAt(provider: Provider, where: Profile | string | undefined): Retirement | undefined {
  const retired = provider.definition?.retired
  const address = typeof where === 'object' ? addressOf(provider, where) : where
  const host = URL.parse(address ?? '')?.hostname ?? ''
  return retired && hostMatches(host, retired.hosts) ? retired : undefined
}
