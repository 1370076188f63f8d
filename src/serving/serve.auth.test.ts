/** A 401 and what becomes of it. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { ProviderDefinition } from '../core/provider.ts'
import { error, json, says } from './fixtures/answers.ts'
import { newCaller } from './fixtures/caller.ts'
import { openHouse, type Asked, type House } from './fixtures/house.ts'
import { closedPort, scriptedUpstream, until, type Act, type ScriptedUpstream } from './fixtures/upstream.ts'

const RETIRED = {
  since: '2026-04-15',
  text: { en: 'The plan was closed.' },
  ways: [{ en: 'Use a key.' }],
  run: 'openclaw config set x',
}

/** A provider with a login of its own, whose token is good for an hour, and another one behind it. */
async function portal(given: { readonly tokenUrl?: string; readonly retiredHosts?: readonly string[] } = {}) {
  const upstream = await scriptedUpstream()
  upstream.script('backup', says('from the backup'))
  const definition: ProviderDefinition = {
    id: 'portal',
    label: { en: 'Portal' },
    dialect: 'chat-completions',
    baseUrl: upstream.url('portal'),
    hosts: [],
    models: [{ id: 'm' }],
    aliases: {},
    defaultModel: 'm',
    login: {
      kind: 'device-code',
      baseUrl: given.tokenUrl ?? upstream.url('login'),
      deviceAuthorizationPath: '/code',
      tokenPath: '/token',
      clientId: 'client',
      scope: 'scope',
      verificationHosts: [],
    },
    ...(given.retiredHosts && { retired: { ...RETIRED, hosts: given.retiredHosts } }),
  }
  const house = await openHouse({
    definitions: [definition],
    settings: {
      models: { providers: { backup: { baseUrl: upstream.url('backup'), models: ['n'] } } },
      agents: { defaults: { model: { primary: 'portal/m', fallbacks: ['backup/n'] } } },
    },
    models: {
      models: {
        providers: {
          portal: { accessToken: 'old-access', refreshToken: 'old-refresh', expiresAt: '2026-03-14T13:00:00Z' },
        },
      },
      auth: {
        profiles: {
          'portal:default': { provider: 'portal', mode: 'oauth' },
          'portal:work': { provider: 'portal', mode: 'api_key', apiKey: 'key-at-work' },
        },
      },
    },
  })
  return { house, upstream }
}

const renewed = json(200, {
  access_token: 'new-access',
  refresh_token: 'new-refresh',
  token_type: 'Bearer',
  expires_in: 3_600,
})

function tokensOf(upstream: ScriptedUpstream): readonly unknown[] {
  return upstream.hits('portal').map(({ headers }) => headers.authorization)
}

function errorOf({ served }: Asked) {
  if (served.kind !== 'refused') throw new Error(`it was ${served.kind}`)
  return served.refused.error
}

it('B-04 renews the token after a 401, asks again, and has saved the new pair by then', async () => {
  const { house, upstream } = await portal()
  let saved = ''
  const answerOnceSaved: Act = () => {
    saved = readFileSync(house.modelsJson, 'utf8')
    return says('hello')
  }
  upstream.script('portal', error(401), answerOnceSaved)
  upstream.script('login/token', renewed)
  const { caller, served } = await house.ask()
  expect(tokensOf(upstream)).toEqual(['Bearer old-access', 'Bearer new-access'])
  expect(saved).toContain('new-refresh')
  expect([caller.status, served.kind]).toEqual([200, 'answered'])
  expect(caller.headers['x-openclaw-attempts']).toBe('portal/m=auth')
  expect((await house.rows()).map(({ outcome, status }) => [outcome, status])).toEqual([
    ['failed', 401],
    ['answered', 200],
  ])
})

it('renews once when ten requests find the token refused', async () => {
  const { house, upstream } = await portal()
  upstream.script('portal', ...Array.from({ length: 10 }, () => error(401)), says('hello'))
  upstream.script('login/token', renewed)
  const asked = await Promise.all(Array.from({ length: 10 }, () => house.ask({ fallbacks: [] })))
  expect(asked.map(({ caller }) => caller.status)).toEqual(Array.from({ length: 10 }, () => 200))
  expect(upstream.hits('login/token')).toHaveLength(1)
})

it('says that the plan was closed when a 401 outlives a renewal at the host where that is so', async () => {
  const { house, upstream } = await portal({ retiredHosts: ['127.0.0.1'] })
  upstream.script('portal', error(401))
  upstream.script('login/token', renewed)
  const error_ = errorOf(await house.ask({ model: 'portal/m@portal:default', fallbacks: [] }))
  expect([error_.code, error_.status, error_.run]).toEqual(['plan-retired', 401, RETIRED.run])
  expect(error_.message).toContain('The plan was closed. Use a key.')
  expect(tokensOf(upstream)).toHaveLength(2)
  expect(await house.rests()).toMatchObject([{ scope: 'account', kind: 'auth-retired' }])
})

it('says so again, and asks nobody, while that account rests', async () => {
  const { house, upstream } = await portal({ retiredHosts: ['127.0.0.1'] })
  upstream.script('portal', error(401))
  upstream.script('login/token', renewed)
  await house.ask({ model: 'portal/m@portal:default', fallbacks: [] })
  const again = errorOf(await house.ask({ model: 'portal/m@portal:default', fallbacks: [] }))
  expect([again.code, again.status]).toEqual(['plan-retired', 401])
  expect(tokensOf(upstream)).toHaveLength(2)
})

it.each([
  ['403 of a country', error(403, { message: 'Country not supported' })],
  ['404', error(404)],
  ['302', { status: 302, headers: { location: 'https://elsewhere.example/' } }],
])('spends no refresh token on a %s, and does not call the plan closed for it', async (_, answer) => {
  const { house, upstream } = await portal({ retiredHosts: ['127.0.0.1'] })
  upstream.script('portal', answer)
  upstream.script('login/token', renewed)
  const refused = errorOf(await house.ask({ model: 'portal/m@portal:default', fallbacks: [] }))
  expect(refused.code).not.toBe('plan-retired')
  expect(upstream.hits('login/token')).toEqual([])
  expect(tokensOf(upstream)).toHaveLength(1)
  expect((await house.rests()).map(({ kind }) => kind)).not.toContain('auth-retired')
})

it('does not call the plan closed for a 403 that follows a renewal', async () => {
  const { house, upstream } = await portal({ retiredHosts: ['127.0.0.1'] })
  upstream.script('portal', error(401), error(403, { message: 'Country not supported' }))
  upstream.script('login/token', renewed)
  const refused = errorOf(await house.ask({ model: 'portal/m@portal:default', fallbacks: [] }))
  expect(refused.code).toBe('oauth-failed')
  expect(await house.rests()).toMatchObject([{ scope: 'account', kind: 'auth' }])
})

it('calls a 401 that outlives a renewal a refused login everywhere else', async () => {
  const { house, upstream } = await portal({ retiredHosts: ['portal.example'] })
  upstream.script('portal', error(401))
  upstream.script('login/token', renewed)
  const refused = errorOf(await house.ask({ model: 'portal/m@portal:default', fallbacks: [] }))
  expect([refused.code, refused.status]).toEqual(['oauth-failed', 401])
  expect(refused.run).toContain('auth login --provider portal')
  expect(await house.rests()).toMatchObject([{ scope: 'account', kind: 'auth' }])
})

it('takes a failure after the renewal for what it is', async () => {
  const { house, upstream } = await portal({ retiredHosts: ['127.0.0.1'] })
  upstream.script('portal', error(401), error(429, { code: 'rate_limit_exceeded' }))
  upstream.script('login/token', renewed)
  const { status } = errorOf(await house.ask({ model: 'portal/m@portal:default', fallbacks: [] }))
  expect(status).toBe(429)
})

it('B-04 tells that the renewal was refused, and takes the next account', async () => {
  const { house, upstream } = await portal()
  upstream.script('portal', error(401), says('with the key'))
  upstream.script('login/token', json(400, { error: 'invalid_grant' }))
  const { served } = await house.ask()
  expect(served.kind === 'answered' && served.candidate.profile.id).toBe('portal:work')
  const later = await house.ask({ model: 'portal/m@portal:default', fallbacks: [] })
  // The token server said 400, which is for people to know; no program's request was bad.
  expect(errorOf(later)).toMatchObject({ code: 'token-refresh-failed', status: 400 })
  expect(later.served).toMatchObject({ refused: { status: 401 } })
})

it('takes the next account when the token server cannot be reached', async () => {
  const { house, upstream } = await portal({ tokenUrl: `http://127.0.0.1:${await closedPort()}` })
  upstream.script('portal', error(401), says('with the key'))
  const { served } = await house.ask()
  expect(tokensOf(upstream)).toEqual(['Bearer old-access', 'Bearer key-at-work'])
  expect(served.kind === 'answered' && served.candidate.profile.id).toBe('portal:work')
})

it('renews before it asks when the token is over, and asks nobody when that fails', async () => {
  const { house, upstream } = await portal()
  house.clock.advance(3_700_000)
  upstream.script('login/token', error(503))
  const refused = errorOf(await house.ask({ model: 'portal/m@portal:default', fallbacks: [] }))
  expect(refused.code).toBe('token-refresh-failed')
  expect(tokensOf(upstream)).toEqual([])
  expect(await house.rows()).toEqual([])
})

it('asks no second time when a key is refused, and names the setting that holds it', async () => {
  const { house, upstream } = await portal()
  upstream.script('portal', error(401, { message: 'No such key.' }))
  const refused = errorOf(await house.ask({ model: 'portal/m@portal:work', fallbacks: [] }))
  expect(tokensOf(upstream)).toEqual(['Bearer key-at-work'])
  expect([refused.headline, refused.message]).toEqual(['Authentication failed', 'portal says: No such key.'])
  expect(refused.run).toBe("openclaw config set models.providers.portal.apiKey '${YOUR_KEY}'")
})

it('sends no authorization to an endpoint that asks for none', async () => {
  const { house, upstream } = await portal()
  await house.ask({ model: 'backup/n' })
  expect(upstream.hits('backup')[0]?.headers).not.toHaveProperty('authorization')
})

it('asks through the pinned profile alone', async () => {
  const { house, upstream } = await portal()
  upstream.script('portal', error(429, { code: 'rate_limit_exceeded' }))
  await house.ask({ model: 'portal/m@portal:work', fallbacks: [] })
  expect(tokensOf(upstream)).toEqual(['Bearer key-at-work'])
})

it('names a pinned profile that does not exist', async () => {
  const { house } = await portal()
  const refused = errorOf(await house.ask({ model: 'portal/m@portal:nobody', fallbacks: [] }))
  expect([refused.status, refused.message]).toEqual([404, 'portal/m@portal:nobody: there is no login portal:nobody.'])
})

it('S-08 lets a caller leave while a token is renewed, and asks nobody then', async () => {
  const { house, upstream } = await portal()
  const gate = Promise.withResolvers<void>()
  upstream.script('portal', error(401))
  upstream.script('login/token', { ...renewed, body: [gate.promise, ...(renewed.body ?? [])] })
  const { caller, asked } = started(house)
  await until(() => upstream.hits('login/token').length === 1)
  caller.leave()
  gate.resolve()
  expect((await asked).served.kind).toBe('gone')
  expect(tokensOf(upstream)).toHaveLength(1)
  expect(readFileSync(house.modelsJson, 'utf8')).toContain('new-refresh')
})

function started(house: House) {
  const caller = newCaller()
  return { caller, asked: house.ask({ fallbacks: [] }, caller) }
}
