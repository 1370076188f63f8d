/** A login that is fine at a provider that refuses every call: row R-22. */
import { expect, it } from 'vitest'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import { error, json, says } from '../../src/serving/fixtures/answers.ts'
import { openHouse } from '../../src/serving/fixtures/house.ts'
import { scriptedUpstream } from '../../src/serving/fixtures/upstream.ts'
import { quickPlace } from '../support/quick-folder.ts'
import { sizeOf } from './sizes.ts'

const MINUTE_MS = 60_000

it.each([
  ['401, for which it is renewed', 401, 'auth'],
  ['403', 403, 'auth'],
  ['429', 429, 'rate-limit'],
])('R-22 asks at most each ten minutes, serves from the fallback, and tells why: %s', async (_what, status, kind) => {
  const upstream = await scriptedUpstream()
  upstream.script('backup', says('from the backup'))
  upstream.script('portal', error(status, { message: 'no' }))
  let renewals = 0
  upstream.script('login/token', () => {
    renewals += 1
    const tokens = { access_token: `at-${renewals}`, refresh_token: `rt-${renewals}`, expires_in: 86_400 }
    return json(200, { token_type: 'Bearer', ...tokens })
  })
  const login = { deviceAuthorizationPath: '/code', tokenPath: '/token', clientId: 'c', scope: 's' }
  const definition: ProviderDefinition = {
    id: 'portal',
    label: { en: 'Portal' },
    dialect: 'chat-completions',
    baseUrl: upstream.url('portal'),
    hosts: [],
    models: [{ id: 'm' }],
    aliases: {},
    login: { kind: 'device-code', baseUrl: upstream.url('login'), verificationHosts: [], ...login },
  }
  const tokens = { accessToken: 'at-0', refreshToken: 'rt-0', expiresAt: '2026-03-16T12:00:00Z' }
  const house = await openHouse({
    definitions: [definition],
    place: quickPlace,
    settings: {
      models: { providers: { backup: { baseUrl: upstream.url('backup'), models: ['n'] } } },
      agents: { defaults: { model: { primary: 'portal/m', fallbacks: ['backup/n'] } } },
    },
    models: { models: { providers: { portal: tokens } } },
  })

  /** A request each half minute. */
  const during = async (minutes: number): Promise<number> => {
    const before = upstream.hits('portal').length
    for (let passedMs = 0; passedMs < minutes * MINUTE_MS; passedMs += MINUTE_MS / 2) {
      const { caller } = await house.ask()
      expect([caller.status, caller.headers['x-openclaw-model']]).toEqual([200, 'backup/n'])
      house.clock.advance(MINUTE_MS / 2)
    }
    return upstream.hits('portal').length - before
  }

  await during(10)
  // A probe is a call, and after a 401 one more with the token that was renewed.
  const calls = await during(10 * sizeOf('R-22'))
  expect(calls).toBeLessThanOrEqual((sizeOf('R-22') + 1) * (status === 401 ? 2 : 1))
  expect(calls).toBeGreaterThanOrEqual(sizeOf('R-22') - 1)
  expect(renewals).toBeLessThanOrEqual(status === 401 ? sizeOf('R-22') + 3 : 0)
  await house.ask()
  expect(await house.rests()).toMatchObject([{ kind, evidence: expect.stringContaining('no') }])
  if (status === 401) expect((await house.rests())[0]?.evidence).toContain('refused-though-renewed')

  // It answers again: the next probe finds out, and nothing is left of it.
  upstream.script('portal', says('hello'))
  house.clock.advance(11 * MINUTE_MS)
  expect((await house.ask()).caller.headers['x-openclaw-model']).toBe('portal/m')
  upstream.script('portal', error(status, { message: 'no' }))
  await house.ask()
  expect((await house.rests())[0]?.until.getTime()).toBeLessThanOrEqual(
    house.clock.now().getTime() + (status === 401 ? 10 : 1) * MINUTE_MS,
  )
})
