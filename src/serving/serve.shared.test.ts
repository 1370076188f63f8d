/** A request that is served by another program's login: gone, back, and busy. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { OutsideLogin } from '../core/outside-login.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { qwenCode } from '../plugins/qwen-portal/qwen-code.ts'
import { json, says } from './fixtures/answers.ts'
import { openHouse, type Asked, type House } from './fixtures/house.ts'
import { scriptedUpstream, type ScriptedUpstream } from './fixtures/upstream.ts'

const LENT: OutsideLogin = {
  ...qwenCode,
  id: 'lender',
  program: 'Lender',
  place: { folder: '.lender', file: 'creds.json' },
}

interface Given {
  readonly house: House
  readonly upstream: ScriptedUpstream
  put(leftMs: number, members?: object): void
  readonly path: string
}

async function borrowed(fallbacks: readonly string[] = ['backup/n']): Promise<Given> {
  const upstream = await scriptedUpstream()
  upstream.script('backup', says('from the backup'))
  upstream.script('portal', says('from the portal'))
  upstream.script('elsewhere', says('from elsewhere'))
  const definition: ProviderDefinition = {
    id: 'portal',
    label: { en: 'Portal' },
    dialect: 'chat-completions',
    baseUrl: upstream.url('portal'),
    hosts: ['127.0.0.1'],
    models: [{ id: 'm' }],
    aliases: {},
    defaultModel: 'm',
    login: {
      kind: 'device-code',
      baseUrl: upstream.url('login'),
      deviceAuthorizationPath: '/code',
      tokenPath: '/token',
      clientId: 'client',
      scope: 'scope',
      verificationHosts: [],
      resourceUrl: ({ resource_url }) => (typeof resource_url === 'string' ? resource_url : undefined),
    },
    outside: LENT,
  }
  const house = await openHouse({
    definitions: [definition],
    settings: {
      models: { providers: { backup: { baseUrl: upstream.url('backup'), models: ['n'] } } },
      gateway: { hedge: 'off' },
      agents: { defaults: { model: { primary: 'portal/m', fallbacks } } },
    },
    models: { auth: { profiles: { 'portal:lender': { provider: 'portal', mode: 'oauth', source: 'lender' } } } },
  })
  const path = join(house.folder, '.lender', 'creds.json')
  mkdirSync(join(house.folder, '.lender'))
  const put = (leftMs: number, members: object = {}): void =>
    writeFileSync(
      path,
      JSON.stringify({
        access_token: 'at',
        refresh_token: 'rt',
        token_type: 'Bearer',
        expiry_date: house.clock.now().getTime() + leftMs,
        ...members,
      }),
    )
  put(3_600_000)
  return { house, upstream, put, path }
}

/** The clock goes on by itself while it is asked. */
async function patiently<T>({ house: { clock } }: Given, work: Promise<T>): Promise<T> {
  let isDone = false
  const done = work.finally(() => (isDone = true))
  for (;;) {
    await turn()
    if (isDone) return done
    if (clock.sleeping.length > 0) clock.advance(Math.min(...clock.sleeping))
  }
}

const answerOf = ({ caller, served }: Asked): unknown => [served.kind, caller.headers['x-openclaw-model']]

it('is served with the token that stands in the other program’s file, at the address that stands beside it', async () => {
  const given = await borrowed()
  expect(answerOf(await given.house.ask())).toEqual(['answered', 'portal/m'])
  expect(given.upstream.hits('portal')[0]?.headers.authorization).toBe('Bearer at')
  given.put(3_600_000, { resource_url: given.upstream.url('elsewhere') })
  given.house.clock.advance(1_000)
  await given.house.ask()
  expect(given.upstream.hits('elsewhere')).toHaveLength(1)
})

it('goes on to the next model while the file is gone, rests nobody, and comes back with it', async () => {
  const given = await borrowed()
  await given.house.ask()
  rmSync(given.path)
  given.house.clock.advance(1_000)
  const asked = await given.house.ask()
  expect(answerOf(asked)).toEqual(['answered', 'backup/n'])
  expect(asked.caller.headers['x-openclaw-attempts']).toBe('portal/m=no-login')
  const alone = await given.house.ask({ fallbacks: [] })
  expect(alone.served).toMatchObject({
    refused: {
      status: 503,
      error: { code: 'no-login', message: expect.stringContaining('the login of Lender is gone') as string },
    },
  })
  expect(await given.house.rests()).toEqual([])
  given.put(3_600_000)
  given.house.clock.advance(1_000)
  expect(answerOf(await given.house.ask())).toEqual(['answered', 'portal/m'])
})

it('R-07 is told within half a minute that another program is at it: 503 auth-busy, with the time to come back', async () => {
  const given = await borrowed([])
  given.put(-1_000)
  mkdirSync(join(given.house.folder, '.lender', LENT.lock.file))
  const startMs = given.house.clock.monotonicMs()
  const { served } = await patiently(given, given.house.ask())
  expect(given.house.clock.monotonicMs() - startMs).toBeLessThanOrEqual(30_000)
  expect(served).toMatchObject({ kind: 'refused', refused: { status: 503, error: { code: 'auth-busy', status: 503 } } })
  const { error } = (served as Extract<Asked['served'], { kind: 'refused' }>).refused
  expect((error.retryAt?.getTime() ?? 0) - given.house.clock.now().getTime()).toBe(5_000)
})

it('R-07 is served at once while the token lives, whatever stands in the lock’s place', async () => {
  const given = await borrowed([])
  given.put(120_000)
  writeFileSync(join(given.house.folder, '.lender', LENT.lock.file), '')
  expect(answerOf(await given.house.ask())).toEqual(['answered', 'portal/m'])
  expect(given.house.clock.monotonicMs()).toBe(0)
  expect(given.upstream.hits('login/token')).toEqual([])
})

it('is served with a new token, once the old one has ended', async () => {
  const given = await borrowed()
  given.put(-1_000)
  given.upstream.script(
    'login/token',
    json(200, { access_token: 'new', refresh_token: 'next', token_type: 'Bearer', expires_in: 3_600 }),
  )
  expect(answerOf(await patiently(given, given.house.ask()))).toEqual(['answered', 'portal/m'])
  expect(given.upstream.hits('portal')[0]?.headers.authorization).toBe('Bearer new')
})
