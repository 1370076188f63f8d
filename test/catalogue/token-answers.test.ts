/** What a login server may answer to a renewal, and what becomes of the login: rows. */
import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Access } from '../../src/accounts/access.ts'
import { followed, openHouse, PROFILE, PROVIDER, settingsFor } from '../../src/accounts/house.fixture.ts'
import type { House, OpenAccounts } from '../../src/accounts/house.fixture.ts'
import { json, pair, tokenServer } from '../../src/accounts/token-server.fixture.ts'
import type { Answer, TokenServer } from '../../src/accounts/token-server.fixture.ts'
import type { Credential } from '../../src/core/credential.ts'
import type { Random } from '../../src/core/ports.ts'
import { systemRandom } from '../../src/system/random.ts'
import { quickPlace } from '../support/quick-folder.ts'
import { sizeOf } from './sizes.ts'
import { seeded } from './support/seeded.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const PAST = '2026-03-14T11:00:00.000Z'

interface Given {
  readonly house: House
  readonly server: TokenServer
  readonly accounts: OpenAccounts
}

/** A login whose access token is over since an hour. */
async function expired(random?: Random): Promise<Given> {
  let house: House | undefined
  const server = await tokenServer(() => house?.clock.monotonicMs() ?? 0)
  house = openHouse(server, {
    openclawJson: settingsFor(server.url),
    place: quickPlace,
    ...(random && { random }),
  })
  putPair(house, 'old')
  return { house, server, accounts: await (await house.open()).accounts() }
}

function putPair(house: House, name: string, expiresAt = PAST): void {
  const tokens = { accessToken: `at-${name}`, refreshToken: `rt-${name}`, expiresAt }
  const profiles = { [PROFILE]: { provider: PROVIDER, mode: 'oauth' } }
  writeFileSync(
    house.modelsJson,
    JSON.stringify({ models: { providers: { [PROVIDER]: tokens } }, auth: { profiles } }),
    { mode: 0o600 },
  )
}

const access = async (accounts: OpenAccounts): Promise<Access> => accounts.access(...(await accounts.login()))
const tokenIn = (got: Access): string | undefined => tokenOf(got.kind === 'ok' ? got.credential : undefined)
const tokenOf = (credential: Credential | undefined): string | undefined =>
  credential?.kind === 'oauth' ? credential.accessToken.reveal() : undefined
const entry = (house: House) => house.models().models.providers[PROVIDER]
const problem = async (accounts: OpenAccounts) => accounts.loginProblem((await accounts.login())[1])
/** Asks every few seconds, as requests do. */
async function askFor(ms: number, { house, accounts }: Given, everyMs = 5_000): Promise<void> {
  const login = await accounts.login()
  for (let passedMs = 0; passedMs < ms; passedMs += everyMs) {
    await accounts.access(...login)
    house.clock.advance(everyMs)
  }
}

const PAGE: Answer = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<html>Sign in to the network</html>',
}

it('R-12 takes the newer pair that the file holds when the old token is refused, and marks nothing', async () => {
  for (let round = 0; round < sizeOf('R-12'); round += 1) {
    const { house, server, accounts } = await expired()
    server.says(json(400, { error: 'invalid_grant' }))
    const login = await accounts.login()
    // Another process had renewed it, and this one's settings are older.
    putPair(house, 'newer', '2026-03-14T18:00:00.000Z')
    expect(tokenIn(await accounts.access(...login))).toBe('at-newer')
    expect(server.asked).toEqual([])
    expect(await problem(accounts)).toBeUndefined()
    // It too is over: that one is spent, once.
    putPair(house, 'newest')
    server.says(pair('fresh'))
    expect(tokenIn(await access(await (await house.open()).accounts()))).toBe('at-fresh')
    expect(server.asked.map(({ refreshToken }) => refreshToken)).toEqual(['rt-newest'])
  }
})

it('R-13 asks once with a token that is refused for good, keeps the file, and says so, for hours', async () => {
  for (const error of ['invalid_grant', 'invalid_request', 'invalid_client']) {
    const given = await expired()
    const { house, server, accounts } = given
    const before = readFileSync(house.modelsJson, 'utf8')
    server.says(json(400, { error, error_description: 'gone' }))
    await askFor(2 * HOUR_MS, given, MINUTE_MS)
    const other = await (await house.open()).accounts()
    expect(await access(other)).toMatchObject({ kind: 'failed', failure: { kind: 'auth' } })
    expect(server.asked).toHaveLength(1)
    expect(await problem(accounts)).toMatchObject({ evidence: `${error}: gone`, status: 400 })
    expect(await problem(other)).toMatchObject({ evidence: `${error}: gone`, status: 400 })
    expect(readFileSync(house.modelsJson, 'utf8')).toBe(before)
  }
})

describe('R-14 a refusal that does not say that it is for good', () => {
  it.each([
    [400, json(400, { error: 'server_busy' })],
    [401, json(401, { message: 'go away' })],
    [403, json(403, {})],
    [404, { status: 404 }],
  ])(
    '%d is believed after three tries over five minutes, told with its time, and asked again each ten',
    async (status, answer) => {
      const given = await expired()
      const { house, server, accounts } = given
      const text = readFileSync(house.modelsJson, 'utf8')
      server.says(answer)
      await askFor(4 * MINUTE_MS, given)
      expect(server.asked.length).toBeGreaterThanOrEqual(3)
      expect(await problem(accounts)).toBeUndefined()

      await askFor(10 * MINUTE_MS, given)
      const told = await problem(accounts)
      expect(told).toMatchObject({ status, evidence: expect.saying('times since 2026-03-14 12:00:0') })
      const believed = server.asked.length
      await askFor(2 * HOUR_MS, given, 30_000)
      const later = server.asked.slice(believed - 1)
      expect(later.length).toBeGreaterThan(10)
      for (const [index, { atMs }] of later.entries()) {
        if (index > 0) expect(atMs - (later[index - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(10 * MINUTE_MS)
      }

      // A process that starts now knows it, and waits too.
      const asked = server.asked.length
      const next = await (await house.open()).accounts()
      expect(await problem(next)).toMatchObject({ status, evidence: expect.saying('times since') })
      expect(await access(next)).toMatchObject({ kind: 'failed', failure: { kind: 'auth', status } })
      expect(server.asked).toHaveLength(asked)
      expect(readFileSync(house.modelsJson, 'utf8')).toBe(text)

      // It was passing after all.
      server.says(pair('fresh'))
      await askFor(11 * MINUTE_MS, given, MINUTE_MS)
      expect(tokenIn(await access(accounts))).toBe('at-fresh')
      expect(await problem(accounts)).toBeUndefined()
      expect(entry(house).refreshToken).toBe('rt-fresh')
    },
  )

  it('is no matter of the login when a page says it, or when the server fails', async () => {
    for (const answer of [{ ...PAGE, status: 403 }, json(500, { error: 'oops' }), json(429, {})]) {
      const given = await expired()
      given.server.says(answer)
      await askFor(HOUR_MS, given, MINUTE_MS)
      expect(given.server.asked.length).toBeGreaterThan(5)
      expect(await problem(given.accounts)).toBeUndefined()
    }
  })
})

describe('R-15 a renewal that fails in passing', () => {
  const dateOf = (ms: number): string => new Date(ms).toUTCString()
  const now = Date.parse('2026-03-14T12:00:00Z')

  it.each<[string, Answer | 'drop', number]>([
    ['429 with seconds', json(429, {}, { 'retry-after': '120' }), 120_000],
    ['429 with a date', json(429, {}, { date: dateOf(now), 'retry-after': dateOf(now + 90_000) }), 90_000],
    [
      '429 with a date of a clock three hours ahead',
      json(429, {}, { date: dateOf(now + 3 * HOUR_MS), 'retry-after': dateOf(now + 3 * HOUR_MS + 60_000) }),
      60_000,
    ],
    ['503 with a week, which is cut to an hour', json(503, {}, { 'retry-after': '604800' }), HOUR_MS],
    ['403 with seconds', json(403, {}, { 'retry-after': '400' }), 400_000],
    ['429 without a time', json(429, {}), 1_000],
    ['500', json(500, {}), 1_000],
    ['a broken connection', 'drop', 1_000],
  ])('is not tried again before it may be, by this process or another: %s', async (_what, answer, leastMs) => {
    for (let round = 0; round < 3; round += 1) {
      const random = seeded(round + 1)
      const given = await expired({
        ...systemRandom,
        bytes: (length) => Uint8Array.from({ length }, () => random.below(256)),
      })
      const { house, server } = given
      server.says(answer)
      const other = await (await house.open()).accounts()
      await access(given.accounts)
      if (leastMs > 1_000) {
        house.clock.advance(leastMs - 2_000)
        await access(other)
        await access(given.accounts)
        expect(server.asked).toHaveLength(1)
        house.clock.advance(3_000)
      }
      await askFor(10 * MINUTE_MS, given, 500)
      const gaps = server.asked.slice(1).map(({ atMs }, index) => atMs - (server.asked[index]?.atMs ?? 0))
      expect(gaps.length).toBeGreaterThanOrEqual(leastMs < 300_000 ? 3 : 1)
      for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(leastMs)
    }
  })

  it('is tried at times that chance spreads, five minutes apart at most', async () => {
    const gapsOf = async (seed: number): Promise<readonly number[]> => {
      const random = seeded(seed)
      const given = await expired({
        ...systemRandom,
        bytes: (length) => Uint8Array.from({ length }, () => random.below(256)),
      })
      given.server.says(json(503, {}))
      await askFor(HOUR_MS, given, 1_000)
      return given.server.asked.slice(1).map(({ atMs }, index) => atMs - (given.server.asked[index]?.atMs ?? 0))
    }
    const [one, other] = [await gapsOf(1), await gapsOf(2)]
    expect(one).not.toEqual(other)
    for (const gap of [...one, ...other]) {
      expect(gap).toBeGreaterThanOrEqual(1_000)
      expect(gap).toBeLessThanOrEqual(301_000)
    }
    // On average half of the longest: an hour has some 24 of them.
    expect(one.length).toBeGreaterThan(12)
    expect(one.length).toBeLessThan(80)
  })
})

const NO_ANSWERS: Readonly<Record<string, Answer>> = {
  'a page': PAGE,
  'a redirect to a page': { status: 302, headers: { location: 'http://127.0.0.1:9/sign-in' } },
  'an empty body': { status: 200 },
  'a text': {
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: 'access_token=at-evil&refresh_token=rt-evil',
  },
  'a pair as JSON in a list': { ...pair('evil'), body: `[${String(pair('evil').body)}]` },
  'a page that says it is JSON': { ...PAGE, headers: { 'content-type': 'application/json' } },
  'half an answer': { ...pair('evil'), body: String(pair('evil').body).slice(0, 40) },
  'ten megabytes': pair('x'.repeat(10 * 1024 * 1024)),
  'ten megabytes of blanks before it': {
    ...pair('evil'),
    body: ' '.repeat(10 * 1024 * 1024) + String(pair('evil').body),
  },
  'a pair under a status of its own': { ...pair('evil'), status: 203 },
}

it.each(Object.entries(NO_ANSWERS))('R-16 stores nothing of %s, and asks again', async (_what, answer) => {
  const given = await expired()
  const { house, server, accounts } = given
  const before = readFileSync(house.modelsJson, 'utf8')
  server.says(answer)
  const failed = await access(accounts)
  expect(failed).toMatchObject({ kind: 'failed', failure: { during: 'refresh', retryAt: expect.any(Date) } })
  expect(failed.kind === 'failed' && ['malformed', 'network', 'auth'].includes(failed.failure.kind)).toBe(true)
  expect(await problem(accounts)).toBeUndefined()
  expect(readFileSync(house.modelsJson, 'utf8')).toBe(before)
  server.says(pair('fresh'))
  house.clock.advance(10_000)
  expect(tokenIn(await access(accounts))).toBe('at-fresh')
})

it('R-16 has as many ways as the catalogue', () => {
  expect(Object.keys(NO_ANSWERS)).toHaveLength(sizeOf('R-16'))
})

it('R-17 keeps the old refresh token, lives five minutes, and lets no control character in, whatever the answer holds', async () => {
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      undefined,
      null,
      '',
      'undefined',
      'null',
      -1,
      0,
      1e99,
      '1e99',
      '-5',
      '3600',
      ' ',
      [],
      {},
      true,
    ),
    fc.string(),
    fc.constantFrom('a\nb', 'a\r\nx-evil: 1', 'a\u0000', 'tok\u2028en', 'é'),
    fc.double(),
    fc.jsonValue(),
  )
  const { house, server } = await expired()
  const process = await house.open()
  let runs = 0
  await fc.assert(
    fc.asyncProperty(odd, odd, odd, fc.boolean(), async (accessToken, refreshToken, expiresIn, isGood) => {
      const old = `old-${(runs += 1)}`
      putPair(house, old)
      const accounts = await process.accounts()
      server.says(
        pair('fresh', {
          ...(!isGood && { access_token: accessToken }),
          refresh_token: refreshToken,
          expires_in: expiresIn,
        }),
      )
      const got = await access(accounts)
      const usable = (value: unknown): value is string =>
        typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) && value !== 'undefined' && value !== 'null'
      if (!isGood && !usable(accessToken)) {
        expect(got.kind).toBe('failed')
        expect(entry(house)).toMatchObject({ accessToken: `at-${old}`, refreshToken: `rt-${old}` })
        return
      }
      const { accessToken: kept, refreshToken: next, expiresAt } = entry(house)
      expect(kept).toBe(isGood ? 'at-fresh' : accessToken)
      expect(tokenIn(got)).toBe(kept)
      expect(next).toBe(usable(refreshToken) ? refreshToken : `rt-${old}`)
      const livesS = (Date.parse(expiresAt) - house.clock.now().getTime()) / 1_000
      expect(livesS).toBeGreaterThanOrEqual(0)
      expect(livesS).toBeLessThanOrEqual(400 * 86_400)
      if (typeof expiresIn !== 'number' && !/^\s*\d/.test(String(expiresIn))) expect(livesS).toBe(300)
    }),
    { numRuns: sizeOf('R-17'), seed: 17 },
  )
})

type Claims = Readonly<Record<string, unknown>>

describe('R-18 an answer for another account', () => {
  const idToken = (claims: object): string =>
    `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`
  const own = { sub: 'u-1', email: 'You@example.com' }

  it.each<[string, Claims, Claims, 'kept' | 'refused']>([
    ['another sub', { sub: 'u-1' }, { sub: 'u-2' }, 'refused'],
    ['another e-mail', { email: 'you@example.com' }, { email: 'other@example.com' }, 'refused'],
    ['another account', { account: { uuid: 'a-1' } }, { account: { uuid: 'a-2' } }, 'refused'],
    ['another name of the account', { account: 'a' }, { account: 'b' }, 'refused'],
    ['another sub in the ID token', { id_token: idToken(own) }, { id_token: idToken({ sub: 'u-2' }) }, 'refused'],
    ['another sub beside the same e-mail', own, { ...own, sub: 'u-2' }, 'refused'],
    ['the same sub', own, { sub: 'u-1' }, 'kept'],
    ['the same e-mail in other letters', own, { email: 'you@example.com' }, 'kept'],
    ['the same sub with another e-mail', own, { sub: 'u-1', email: 'new@example.com' }, 'kept'],
    ['nothing of whom it speaks', own, {}, 'kept'],
    ['a sub where the login told none', {}, { sub: 'u-2' }, 'kept'],
    ['an ID token that is none', own, { id_token: 'x.y' }, 'kept'],
  ])('%s', async (_what, atLogin, atRenewal, expected) => {
    const { house, server } = await expired()
    const process = await house.open()
    server.says(pair('login', atLogin))
    await followed(await process.signIn())
    const accounts = await process.accounts()
    const before = readFileSync(house.modelsJson, 'utf8')
    // Whom it speaks of is known of every pair that comes of the login, not of the first alone.
    for (const name of ['first', 'second']) {
      house.clock.advance(7 * HOUR_MS)
      server.says(pair(name, name === 'second' ? atRenewal : {}))
      await access(accounts)
    }
    if (expected === 'kept') {
      expect(entry(house)).toMatchObject({ accessToken: 'at-second', refreshToken: 'rt-second' })
      return
    }
    expect(entry(house)).toMatchObject({ accessToken: 'at-first', refreshToken: 'rt-first' })
    expect(readFileSync(house.modelsJson, 'utf8').length).toBe(before.length)
    const asked = server.asked.length
    const next = await (await house.open()).accounts()
    for (const each of [accounts, next]) {
      expect(await access(each)).toMatchObject({ kind: 'failed', failure: { kind: 'auth' } })
      expect(await problem(each)).toMatchObject({ evidence: expect.saying('the tokens of another account') })
    }
    expect(server.asked).toHaveLength(asked)
    // With a new login of that other account all is well.
    await followed(await process.signIn())
    expect(await problem(accounts)).toBeUndefined()
  })
})
