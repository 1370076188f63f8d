/** Tokens for requests: fresh in time, once for all, the old one as long as it lives. */
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Credential } from '../core/credential.ts'
import { Secret } from '../core/secret.ts'
import { startPortal, TOKEN_PATH } from './emulator.fixture.ts'
import type { Access } from './access.ts'
import { openHouse, PROVIDER, signedIn, type House, type OpenAccounts, type Process } from './house.fixture.ts'

const portal = await startPortal()
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** The portal's tokens live six hours. */
const ALMOST_OVER_MS = 6 * HOUR_MS - 4 * MINUTE_MS

async function loggedIn(): Promise<{ house: House; process: Process; accounts: OpenAccounts }> {
  const house = openHouse(portal)
  const process = await house.open()
  await signedIn(portal, process)
  return { house, process, accounts: await process.accounts() }
}

async function pass({ clock }: House, ms: number): Promise<void> {
  clock.advance(ms)
  await portal.control('clock', { advanceMs: ms })
}

const tokenOf = (credential: Credential | undefined): string =>
  credential?.kind === 'oauth' ? credential.accessToken.reveal() : 'none'
const tokenIn = (access: Access): string => tokenOf(access.kind === 'ok' ? access.credential : undefined)
const inFile = (house: House): string => house.models().models.providers[PROVIDER].accessToken
const refreshes = async (): Promise<number> => (await portal.state()).counters.refreshes
/** The sign-in's own polls left out. */
const callsSince = async (before: number): Promise<number> => (await portal.tokenRequests()) - before
const fails = (times: number, more: object = {}): Promise<void> =>
  portal.control('faults', { path: TOKEN_PATH, kind: 'status', status: 503, times, ...more })

describe('the token for a request', () => {
  it('is the one at hand while it has more than five minutes', async () => {
    const { house, accounts } = await loggedIn()
    await pass(house, 6 * HOUR_MS - 5 * MINUTE_MS - 1_000)
    expect(tokenIn(await accounts.access(...(await accounts.login())))).toBe(inFile(house))
    expect(await refreshes()).toBe(0)
  })

  it('is renewed five minutes early, and is in the file before it is used', async () => {
    const { house, accounts } = await loggedIn()
    const old = inFile(house)
    await pass(house, ALMOST_OVER_MS)
    const token = tokenIn(await accounts.access(...(await accounts.login())))
    expect(token).not.toBe(old)
    expect(inFile(house)).toBe(token)
    expect(await portal.accepts(token)).toBe(true)
    expect(await refreshes()).toBe(1)
  })

  it('is renewed once for a hundred who ask, when it has expired', async () => {
    const { house, accounts } = await loggedIn()
    await pass(house, 7 * HOUR_MS)
    const login = await accounts.login()
    const answers = await Promise.all(Array.from({ length: 100 }, () => accounts.access(...login)))
    expect(new Set(answers.map(tokenIn))).toEqual(new Set([inFile(house)]))
    expect(tokenIn(await accounts.access(...login))).toBe(inFile(house))
    expect((await portal.state()).counters).toMatchObject({ refreshes: 1, reuseDetected: 0 })
  })

  it('is renewed once by two processes that ask at the same time', async () => {
    const { house, accounts } = await loggedIn()
    const other = await (await house.open()).accounts()
    await pass(house, 7 * HOUR_MS)
    const [login, theirs] = [await accounts.login(), await other.login()]
    const answers = await Promise.all([accounts.access(...login), other.access(...theirs), accounts.access(...login)])
    expect(new Set(answers.map(tokenIn))).toEqual(new Set([inFile(house)]))
    expect((await portal.state()).counters).toMatchObject({ refreshes: 1, reuseDetected: 0 })
  })

  it('is the one that another process has renewed meanwhile', async () => {
    const { house, accounts } = await loggedIn()
    const other = await (await house.open()).accounts()
    await pass(house, ALMOST_OVER_MS)
    const before = await accounts.login()
    await other.access(...(await other.login()))
    expect(tokenIn(await accounts.access(...before))).toBe(inFile(house))
    expect(await refreshes()).toBe(1)
  })

  it('is the newest, though the settings still show the one before', async () => {
    const { house, accounts } = await loggedIn()
    const before = await accounts.login()
    await pass(house, 7 * HOUR_MS)
    await accounts.access(...before)
    await pass(house, 7 * HOUR_MS)
    await accounts.access(...before)
    expect(tokenOf(accounts.current(before[1]))).toBe(inFile(house))
    expect(tokenIn(await accounts.access(...before))).toBe(inFile(house))
    expect((await portal.state()).counters).toMatchObject({ refreshes: 2, reuseDetected: 0 })
  })

  it('is that of a new login as soon as the settings show it', async () => {
    const { house, process, accounts } = await loggedIn()
    await pass(house, 7 * HOUR_MS)
    await accounts.access(...(await accounts.login()))
    await signedIn(portal, process)
    expect(tokenIn(await accounts.access(...(await accounts.login())))).toBe(inFile(house))
    expect(await refreshes()).toBe(1)
  })

  it('that lives two minutes is renewed at half its life, not for each request', async () => {
    const { house, accounts } = await loggedIn()
    await portal.control('device', { accessTokenSeconds: 120 })
    await pass(house, 7 * HOUR_MS)
    const login = await accounts.login()
    for (let request = 0; request < 5; request++) await accounts.access(...login)
    expect(await refreshes()).toBe(1)
    await pass(house, 61_000)
    await accounts.access(...login)
    expect(await refreshes()).toBe(2)
  })

  it('is an API key as it stands, and none where there is none', async () => {
    const { accounts } = await loggedIn()
    const [provider, profile] = await accounts.login()
    const key = { kind: 'api-key', apiKey: new Secret('sk') } as const
    const keyed = { ...profile, credential: key }
    expect(await accounts.access(provider, keyed)).toEqual({ kind: 'ok', credential: key })
    expect(await accounts.renewed(provider, keyed, key)).toMatchObject({ kind: 'failed', failure: { kind: 'auth' } })
    expect(accounts.loginProblem(keyed)).toBeUndefined()
    const { credential: _, ...bare } = profile
    expect(await accounts.access(provider, bare)).toMatchObject({ kind: 'failed', failure: { kind: 'auth' } })
  })
})

describe('a token that a server answers with 401', () => {
  it('is renewed once for all whose request met it', async () => {
    const { house, accounts } = await loggedIn()
    const login = await accounts.login()
    const used = accounts.current(login[1])
    if (!used) throw new Error('no credential')
    const answers = await Promise.all(Array.from({ length: 10 }, () => accounts.renewed(...login, used)))
    // One comes late: its request had begun with the old token too.
    answers.push(await accounts.renewed(...login, used))
    expect(new Set(answers.map(tokenIn))).toEqual(new Set([inFile(house)]))
    expect(inFile(house)).not.toBe(tokenOf(used))
    expect(await refreshes()).toBe(1)
  })

  it('is not renewed where another process has done it', async () => {
    const { house, accounts } = await loggedIn()
    const other = await (await house.open()).accounts()
    const login = await accounts.login()
    const used = accounts.current(login[1])
    if (!used) throw new Error('no credential')
    await other.renewed(...(await other.login()), used)
    expect(tokenIn(await accounts.renewed(...login, used))).toBe(inFile(house))
    expect(await refreshes()).toBe(1)
  })

  it('and cannot be renewed is not tried again, though it had hours to live', async () => {
    const { house, accounts } = await loggedIn()
    await portal.control('revoke')
    const login = await accounts.login()
    const used = accounts.current(login[1])
    if (!used) throw new Error('no credential')
    expect(accounts.loginProblem(login[1])).toBeUndefined()
    expect(await accounts.renewed(...login, used)).toMatchObject({
      kind: 'failed',
      failure: { kind: 'auth', scope: 'account', status: 400, during: 'refresh', neverSent: true },
    })
    expect(accounts.loginProblem(login[1])?.evidence).toBe('invalid_request: Invalid refresh token or client_id')
    expect(tokenOf(used)).toBe(inFile(house))
  })
})

describe('a renewal that fails in passing', () => {
  it('leaves the old token serving while it lives', async () => {
    const { house, accounts } = await loggedIn()
    await pass(house, ALMOST_OVER_MS)
    await fails(1)
    expect(tokenIn(await accounts.access(...(await accounts.login())))).toBe(inFile(house))
    expect(accounts.loginProblem((await accounts.login())[1])).toBeUndefined()
    expect(accounts.told).toEqual([])
  })

  it.each([
    ['a 503', { status: 503 }, { kind: 'overload', status: 503 }],
    ['a 429', { status: 429 }, { kind: 'rate-limit', status: 429 }],
    ['a page', { kind: 'html', status: undefined }, { kind: 'malformed', status: 200 }],
    ['a broken connection', { kind: 'drop', status: undefined }, { kind: 'network' }],
    ['a 403 without a reason', { kind: 'json', status: 403, body: {} }, { kind: 'auth', status: 403 }],
  ])('fails the request once the old one is over: %s', async (_what, fault, expected) => {
    const { house, accounts } = await loggedIn()
    await pass(house, 7 * HOUR_MS)
    await fails(3, fault)
    const answer = await accounts.access(...(await accounts.login()))
    expect(answer).toMatchObject({
      kind: 'failed',
      failure: {
        ...expected,
        scope: 'account',
        during: 'refresh',
        neverSent: true,
        retryAt: new Date(house.clock.now().getTime() + 5_000),
      },
    })
    expect(accounts.loginProblem((await accounts.login())[1])).toBeUndefined()
  })

  it('is tried again later each time, and not before', async () => {
    const { house, accounts } = await loggedIn()
    await pass(house, 7 * HOUR_MS)
    await fails(100)
    const login = await accounts.login()
    const before = await portal.tokenRequests()
    const waits: number[] = []
    let waitedS = 0
    for (let calls = 0; calls < 9;) {
      await accounts.access(...login)
      const now = await callsSince(before)
      if (now > calls) waits.push(waitedS)
      if (now > calls) waitedS = 0
      calls = now
      house.clock.advance(5_000)
      waitedS += 5
    }
    expect(waits).toEqual([0, 5, 10, 20, 40, 80, 160, 300, 300])
  })

  it('is not tried again before the time that the server told', async () => {
    const { house, accounts } = await loggedIn()
    await pass(house, 7 * HOUR_MS)
    await fails(1, { status: 429, headers: { 'retry-after': '120' } })
    const login = await accounts.login()
    const retryAt = new Date(house.clock.now().getTime() + 120_000)
    expect(await accounts.access(...login)).toMatchObject({ failure: { kind: 'rate-limit', retryAt } })
    house.clock.advance(119_000)
    expect(await accounts.access(...login)).toMatchObject({ failure: { kind: 'rate-limit', retryAt } })
    house.clock.advance(2_000)
    expect(tokenIn(await accounts.access(...login))).toBe(inFile(house))
  })

  it('holds up no login made anew', async () => {
    const { house, process, accounts } = await loggedIn()
    await pass(house, 7 * HOUR_MS)
    await fails(1, { headers: { 'retry-after': '3600' } })
    await accounts.access(...(await accounts.login()))
    await signedIn(portal, process)
    const login = await accounts.login()
    const used = accounts.current(login[1])
    if (!used) throw new Error('no credential')
    expect(tokenIn(await accounts.renewed(...login, used))).toBe(inFile(house))
  })
})

/** As serving asks: a token that is refused is renewed once. */
async function isServed(accounts: OpenAccounts): Promise<boolean> {
  const login = await accounts.login()
  const access = await accounts.access(...login)
  if (await portal.accepts(tokenIn(access))) return true
  if (access.kind === 'failed') return false
  return portal.accepts(tokenIn(await accounts.renewed(...login, access.credential)))
}

describe('R-19 a clock that jumps', () => {
  it.each([
    ['a day ahead', [DAY_MS]],
    ['a day back', [-DAY_MS]],
    ['a day ahead and back again', [DAY_MS, -DAY_MS]],
    ['a day back and ahead again', [-DAY_MS, DAY_MS]],
    ['400 days ahead', [400 * DAY_MS]],
    ['400 days back', [-400 * DAY_MS]],
  ])('%s costs two renewals at most, and no request', async (_what, jumps) => {
    const { house, accounts } = await loggedIn()
    for (const jump of jumps) {
      house.clock.setWall(jump)
      for (let count = 0; count < 5; count++) expect(await isServed(accounts)).toBe(true)
    }
    // Real time goes on: the token ends, whatever the wall says.
    const before = await refreshes()
    expect(before).toBeLessThanOrEqual(2)
    await pass(house, 7 * HOUR_MS)
    for (let count = 0; count < 5; count++) expect(await isServed(accounts)).toBe(true)
    expect(await refreshes()).toBeLessThanOrEqual(before + 1)
    expect((await portal.state()).counters.reuseDetected).toBe(0)
  })
})

describe('R-19 a clock that jumps during a renewal', () => {
  it.each([DAY_MS, -DAY_MS, 400 * DAY_MS, -400 * DAY_MS])(
    'by %d ms costs one more at most, and no request',
    async (jump) => {
      for (const moment of ['before it is sent', 'after its answer'] as const) {
        const house = openHouse(portal)
        const process = await house.open()
        await signedIn(portal, process)
        let jumps = 0
        const jumpOnce = (): void => {
          if ((jumps += 1) === 1) house.clock.setWall(jump)
        }
        const accounts = await process.accounts({
          store: (store) => ({
            ...store,
            ready(profile) {
              if (moment === 'before it is sent') jumpOnce()
              return store.ready(profile)
            },
            compareAndSwap(...order) {
              if (moment === 'after its answer') jumpOnce()
              return store.compareAndSwap(...order)
            },
          }),
        })
        const before = await refreshes()
        await pass(house, 7 * HOUR_MS)
        for (let count = 0; count < 5; count++) expect(await isServed(accounts)).toBe(true)
        expect(jumps).toBeGreaterThan(0)
        expect((await refreshes()) - before).toBeLessThanOrEqual(2)
        // The clock is put right again.
        house.clock.setWall(-jump)
        for (let count = 0; count < 5; count++) expect(await isServed(accounts)).toBe(true)
        expect((await refreshes()) - before).toBeLessThanOrEqual(3)
        expect((await portal.state()).counters.reuseDetected).toBe(0)
      }
    },
  )

  it('keeps a server’s time to wait, whatever the wall says', async () => {
    for (const jump of [DAY_MS, -DAY_MS]) {
      const { house, accounts } = await loggedIn()
      await pass(house, 7 * HOUR_MS)
      await fails(1, { headers: { 'retry-after': '600' } })
      const login = await accounts.login()
      const before = await portal.tokenRequests()
      await accounts.access(...login)
      house.clock.setWall(jump)
      house.clock.advance(590_000)
      await accounts.access(...login)
      expect(await callsSince(before)).toBe(1)
      house.clock.advance(11_000)
      expect(tokenIn(await accounts.access(...login))).toBe(inFile(house))
    }
  })
})

it('says of a token without a refresh token that it has expired, and no sooner', async () => {
  const { house, accounts } = await loggedIn()
  const { accessToken, expiresAt } = house.models().models.providers[PROVIDER]
  writeFileSync(house.modelsJson, JSON.stringify({ models: { providers: { [PROVIDER]: { accessToken, expiresAt } } } }))
  const login = await accounts.login()
  await pass(house, ALMOST_OVER_MS)
  expect(tokenIn(await accounts.access(...login))).toBe(accessToken)
  expect(accounts.loginProblem(login[1])).toBeUndefined()
  await pass(house, HOUR_MS)
  expect(await accounts.access(...login)).toMatchObject({ kind: 'failed', failure: { kind: 'auth' } })
  expect(accounts.loginProblem(login[1])?.evidence).toEqual('the token expired and cannot be refreshed')
  expect(await refreshes()).toBe(0)
})
