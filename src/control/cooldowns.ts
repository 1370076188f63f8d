/** The acts `models cooldowns list` and `clear`: what is believed to rest, and no longer. */
import { nearest } from '../core/nearest.ts'
import { OpenClawError } from '../core/errors.ts'
import { restKey, type Rest } from '../core/failure.ts'
import { saidFrom } from '../core/phrase.ts'
import type { Cooldowns } from '../core/ports.ts'
import { formatRef, parseRef } from '../core/ref.ts'
import type { Setup } from '../core/setup.ts'
import { currentInstance } from '../service/instance.ts'
import { healthOf, type AskMeans } from './gateway-status.ts'
import type { CooldownList, CooldownRow, CooldownsCleared } from './contract.ts'

export interface CooldownMeans {
  readonly setup: Setup
  readonly cooldowns: Cooldowns
}

/** The one that ends first comes first. */
export async function* listCooldowns({
  cooldowns,
}: Pick<CooldownMeans, 'cooldowns'>): AsyncGenerator<never, CooldownList> {
  return { schema: 1, cooldowns: (await cooldowns.list()).map(rowOf) }
}

/** Throws `cooldown-unknown` for a name that nobody has. What is asked of a running gateway afterwards finds nothing of it. */
export async function* clearCooldowns(
  wish: { readonly name: string } | 'all',
  { setup, cooldowns, gateway }: CooldownMeans & { readonly gateway?: AskMeans },
): AsyncGenerator<never, CooldownsCleared> {
  const rests = await cooldowns.list()
  const meant = wish === 'all' ? rests : rests.filter(concerns(wish.name, setup))
  if (wish !== 'all' && meant.length === 0) demandKnown(wish.name, setup)
  if (meant.length > 0) {
    const keys = meant.map(restKey)
    await cooldowns.clear(keys)
    if (gateway) await untilKnown(new Set(keys), gateway)
  }
  return { cleared: meant.map(rowOf), changed: meant.length > 0 }
}

/** It looks twice a second; longer than this it is something else that keeps it. */
const LONGEST_MS = 2_000
const POLL_MS = 25

async function untilKnown(keys: ReadonlySet<string>, means: AskMeans): Promise<void> {
  const { clock } = means
  const start = clock.monotonicMs()
  while (clock.monotonicMs() - start < LONGEST_MS) {
    const running = await currentInstance(means)
    const health = running && (await healthOf(running, means))
    if (!health?.resting?.some((key) => keys.has(key))) return
    await clock.sleep(POLL_MS)
  }
}

/** A provider's are all of it, a login's its own; a model's are whatever keeps it from being asked. */
function concerns(name: string, { settings }: Setup): (rest: Rest) => boolean {
  const ref = parseRef(settings.aliases.get(name) ?? name)
  if (ref) {
    const isPinned = ({ profile }: Rest): boolean => ref.profile === undefined || profile === ref.profile
    return (rest) =>
      rest.provider === ref.provider &&
      (rest.scope === 'provider' ||
        rest.scope === 'network' ||
        (rest.scope === 'account' && isPinned(rest)) ||
        (rest.model === ref.model && (rest.scope === 'model' || isPinned(rest))))
  }
  if (settings.profiles.has(name)) {
    return ({ scope, profile }) => profile === name && (scope === 'account' || scope === 'account-and-model')
  }
  return ({ provider }) => provider === name
}

function demandKnown(name: string, { settings, providers, switchedOff, withoutKey }: Setup): void {
  const refs = [...providers.values()].flatMap(({ id, models }) => models.map((model) => `${id}/${model.id}`))
  const known = [
    ...providers.keys(),
    ...settings.profiles.keys(),
    ...settings.aliases.keys(),
    ...switchedOff.keys(),
    ...withoutKey.keys(),
    ...refs,
  ]
  const ref = parseRef(name)
  if (known.includes(name) || (ref && providers.has(ref.provider))) return
  const meant = nearest(name, known)
  throw new OpenClawError('cooldown-unknown', { name, ...(meant && { nearest: meant }) })
}

function rowOf(rest: Rest): CooldownRow {
  const { scope, provider, profile, model, kind, evidence, since, until, probeAt, isTold } = rest
  const ofAccount = scope === 'account' || scope === 'account-and-model'
  const ofModel = scope === 'model' || scope === 'account-and-model'
  return {
    what: nameOfRest(rest),
    scope,
    provider,
    ...(ofAccount && profile !== undefined && { profile }),
    ...(ofModel && model !== undefined && { model }),
    cause: kind,
    evidence: saidFrom(evidence),
    since: since.toISOString(),
    until: until.toISOString(),
    probeAt: (probeAt ?? until).toISOString(),
    told: isTold ?? false,
  }
}

/** As it may be typed to clear it. */
function nameOfRest({ scope, provider, profile, model }: Rest): string {
  switch (scope) {
    case 'account':
      return profile ?? provider
    case 'account-and-model':
      return formatRef({ provider, model: model ?? '?', ...(profile !== undefined && { profile }) })
    case 'model':
      return formatRef({ provider, model: model ?? '?' })
    case 'provider':
    case 'network':
      return provider
  }
}
