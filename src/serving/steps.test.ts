/** The order in which a walk meets candidates and rejections. */
import { expect, it } from 'vitest'
import type { Profile } from '../core/credential.ts'
import { openHouse } from './fixtures/house.ts'
import { routingView } from './routing-view.ts'
import { decide } from '../routing/decide.ts'
import { profilesInOrder } from '../accounts/profile-order.ts'
import { stepsOf } from './steps.ts'

it('is that of the chain, and within a model that of its profiles', async () => {
  const key = (profile: string) => ({
    provider: profile.split(':')[0] ?? '',
    mode: 'api_key',
    apiKey: `key-${profile}`,
  })
  const { means, clock } = await openHouse({
    settings: {
      models: {
        providers: {
          a: { baseUrl: 'http://127.0.0.1:9', apiKey: 'k', models: ['m'] },
          b: { baseUrl: 'http://127.0.0.1:9', models: ['m'] },
        },
      },
      auth: {
        order: { a: ['a:three', 'a:default', 'a:two'] },
        profiles: { 'a:two': key('a:two'), 'a:three': key('a:three') },
      },
    },
  })
  const { setup, state, accounts, doubts } = means
  const now = clock.now()
  await state.cooldowns.put({
    scope: 'account',
    provider: 'a',
    profile: 'a:default',
    kind: 'auth',
    evidence: 'refused',
    since: now,
    until: new Date(now.getTime() + 60_000),
  })
  const refs = [
    { provider: 'nobody', model: 'm' },
    { provider: 'a', model: 'm' },
    { provider: 'a', model: 'unknown' },
    { provider: 'b', model: 'm' },
  ]
  const profilesOf = (provider: string): readonly Profile[] => profilesInOrder(provider, setup.settings)
  const decision = decide(
    refs,
    { hasImage: false },
    routingView({ setup, accounts, state, doubts }, profilesOf, now),
    now,
  )
  const steps = stepsOf(decision, refs, profilesOf)
  const told = steps.map((step) =>
    step.kind === 'candidate' ? step.candidate.profile.id : `${step.rejection.profile} ${step.rejection.reason.kind}`,
  )
  expect(told).toEqual([
    'undefined provider-not-found',
    'a:three',
    'a:default resting',
    'a:two',
    'undefined model-not-found',
    'b:default',
  ])
})
