/** A refresh token is spent once, and what comes of it is not lost. */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Credential } from '../core/credential.ts'
import type { CredentialStore } from '../core/ports.ts'
import type { Access } from './access.ts'
import { startPortal, TOKEN_PATH } from './emulator.fixture.ts'
import { openHouse, PROFILE, PROVIDER, signedIn, type House, type OpenAccounts, type Process } from './house.fixture.ts'
import { markOf } from './tokens.ts'

const portal = await startPortal()
const HOUR_MS = 3_600_000

async function loggedIn(
  means: { readonly store?: (store: CredentialStore) => CredentialStore } = {},
): Promise<{ house: House; process: Process; accounts: OpenAccounts }> {
  const house = openHouse(portal)
  const process = await house.open()
  await signedIn(portal, process)
  return { house, process, accounts: await process.accounts(means) }
}

/** The access token is over. */
async function expire({ clock }: House): Promise<void> {
  clock.advance(7 * HOUR_MS)
  await portal.control('clock', { advanceMs: 7 * HOUR_MS })
}

const tokenOf = (credential: Credential | undefined): string =>
  credential?.kind === 'oauth' ? credential.accessToken.reveal() : 'none'
const tokenIn = (access: Access): string => tokenOf(access.kind === 'ok' ? access.credential : undefined)
const entry = (house: House) => house.models().models.providers[PROVIDER]
const counters = async () => (await portal.state()).counters
const access = async (accounts: OpenAccounts): Promise<Access> => accounts.access(...(await accounts.login()))
/** models.json as somebody else writes it. */
const putPair = (house: House, name: string, expiresAt: string): void =>
  writeFileSync(
    house.modelsJson,
    JSON.stringify({
      models: { providers: { [PROVIDER]: { accessToken: `at-${name}`, refreshToken: `rt-${name}`, expiresAt } } },
    }),
  )
const LATER = '2026-03-15T12:00:00.000Z'

/** A store whose saves fail as long as `until` says no. */
const failing =
  (until: () => boolean) =>
  (store: CredentialStore): CredentialStore => ({
    ...store,
    compareAndSwap: (...order) =>
      until() ? store.compareAndSwap(...order) : Promise.reject(new Error('ENOSPC: no space left on device')),
  })

/** A store before each of whose saves something happens. */
const meanwhile =
  (act: () => void) =>
  (store: CredentialStore): CredentialStore => ({
    ...store,
    compareAndSwap(...order) {
      act()
      return store.compareAndSwap(...order)
    },
  })

describe('a server that does not rotate', () => {
  it('leaves the old refresh token good', async () => {
    const { house, accounts } = await loggedIn()
    const { refreshToken } = entry(house)
    for (const name of ['first', 'second']) {
      await expire(house)
      const body = { access_token: `at-${name}`, expires_in: 21_600 }
      await portal.control('faults', { path: TOKEN_PATH, kind: 'json', body })
      expect(tokenIn(await access(accounts))).toBe(`at-${name}`)
      expect(entry(house)).toMatchObject({ accessToken: `at-${name}`, refreshToken })
    }
  })
})

describe('a refresh token that the server refuses for good', () => {
  it('is never sent again, by this process or another, and stays in the file', async () => {
    const { house, accounts } = await loggedIn()
    const text = readFileSync(house.modelsJson, 'utf8')
    await portal.control('revoke')
    await expire(house)
    const before = await portal.tokenRequests()
    const refused = { kind: 'failed', failure: { kind: 'auth', status: 400, during: 'refresh', scope: 'account' } }
    expect(await access(accounts)).toMatchObject(refused)
    house.clock.advance(HOUR_MS)
    expect(await access(accounts)).toMatchObject({ kind: 'failed', failure: { kind: 'auth' } })
    const next = await (await house.open()).accounts()
    const words = 'invalid_request: Invalid refresh token or client_id'
    expect(next.loginProblem((await next.login())[1])?.evidence).toBe(words)
    expect(await access(next)).toMatchObject({ failure: { kind: 'auth', evidence: words } })
    expect((await portal.tokenRequests()) - before).toBe(1)
    expect(readFileSync(house.modelsJson, 'utf8')).toBe(text)
  })

  it('is forgotten with the next login', async () => {
    const { house, process, accounts } = await loggedIn()
    await portal.control('revoke')
    await expire(house)
    await access(accounts)
    await signedIn(portal, process)
    const login = await accounts.login()
    expect(accounts.loginProblem(login[1])).toBeUndefined()
    expect(tokenIn(await accounts.access(...login))).toBe(entry(house).accessToken)
  })

  it('does not matter where the person signed in anew at that moment', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    await signedIn(portal, process)
    const accounts = await process.accounts({
      store: (store) => ({
        ...store,
        async ready(profile) {
          const answer = await store.ready(profile)
          putPair(house, 'anew', LATER)
          return answer
        },
      }),
    })
    await portal.control('revoke')
    await expire(house)
    expect(tokenIn(await access(accounts))).toBe('at-anew')
    expect(accounts.loginProblem((await accounts.login())[1])).toBeUndefined()
  })
})

describe('a process that dies between the answer and the save', () => {
  it('leaves a note, so that the next one can say why the login is lost', async () => {
    const dead = Promise.withResolvers<never>()
    const { house, process, accounts } = await loggedIn({
      store: (store) => ({ ...store, compareAndSwap: () => dead.promise }),
    })
    onTestFinished(() => dead.reject(new Error('killed')))
    const { refreshToken } = entry(house)
    await expire(house)
    void access(accounts)
    await vi.waitFor(async () => expect((await counters()).refreshes).toBe(1))
    expect(await process.state.notes.get(`refresh-token ${markOf(refreshToken)}`)).toContain('intent')

    house.clock.advance(60_000) // its lease ends
    const next = await (await house.open()).accounts()
    expect(await access(next)).toMatchObject({
      failure: { kind: 'auth', evidence: expect.saying('an earlier renewal ended without an answer') },
    })
    expect(entry(house).refreshToken).toBe(refreshToken)
  })
})

describe('a pair that cannot be saved', () => {
  it('serves from memory, is told, and is saved as soon as it can be', async () => {
    let room = false
    const { house, accounts } = await loggedIn({ store: failing(() => room) })
    const old = entry(house)
    await expire(house)
    const token = tokenIn(await access(accounts))
    expect(await portal.accepts(token)).toBe(true)
    expect(entry(house)).toEqual(old)
    expect(accounts.told[0]).toBe('unsaved: ENOSPC: no space left on device')
    expect(tokenIn(await access(accounts))).toBe(token)
    room = true
    await vi.waitFor(() => expect(entry(house).accessToken).toBe(token))
    await vi.waitFor(() => expect(accounts.told.at(-1)).toBe('saved'))
    expect((await counters()).refreshes).toBe(1)
  })

  it('is tried again later each time', async () => {
    let tries = 0
    const { house, accounts } = await loggedIn({ store: failing(() => (tries += 1) > 5) })
    await expire(house)
    await access(accounts)
    await vi.waitFor(() => expect(accounts.told.at(-1)).toBe('saved'))
    expect(house.clock.slept.slice(-5)).toEqual([250, 500, 1_000, 2_000, 4_000])
  })

  it('gives way to the next one', async () => {
    let room = false
    const { house, accounts } = await loggedIn({ store: failing(() => room) })
    await expire(house)
    const first = tokenIn(await access(accounts))
    await expire(house)
    const second = tokenIn(await access(accounts))
    expect(second).not.toBe(first)
    room = true
    await vi.waitFor(() => expect(entry(house).accessToken).toBe(second))
    expect(await counters()).toMatchObject({ refreshes: 2, reuseDetected: 0 })
    await expire(house)
    expect(tokenIn(await access(accounts))).toBe(entry(house).accessToken)
    expect((await counters()).reuseDetected).toBe(0)
  })

  it('is known to other processes as lost, who do not spend the old token again', async () => {
    const { house, accounts } = await loggedIn({ store: failing(() => false) })
    await expire(house)
    const token = tokenIn(await access(accounts))
    const other = await (await house.open()).accounts()
    expect(await access(other)).toMatchObject({
      failure: { kind: 'auth', evidence: expect.saying('was used already') },
    })
    expect(tokenIn(await access(accounts))).toBe(token)
    expect(await counters()).toMatchObject({ refreshes: 1, reuseDetected: 0 })
  })

  it('keeps no process from ending', async () => {
    let tries = 0
    const { house, accounts } = await loggedIn({
      store: failing(() => {
        tries += 1
        return false
      }),
    })
    await expire(house)
    await access(accounts)
    await accounts.close()
    const slept = () => house.clock.slept.length
    await vi.waitFor(async () => {
      const before = [tries, slept()]
      await new Promise((resolve) => void setTimeout(resolve, 30))
      expect([tries, slept()]).toEqual(before)
    })
  })

  it('is tried once more when its process ends', async () => {
    let room = false
    const { house, accounts } = await loggedIn({ store: failing(() => room) })
    await expire(house)
    const token = tokenIn(await access(accounts))
    room = true
    await accounts.close()
    expect(entry(house).accessToken).toBe(token)
  })

  it('does not write over a login that was made meanwhile', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    await signedIn(portal, process)
    const accounts = await process.accounts({ store: meanwhile(() => putPair(house, 'anew', LATER)) })
    await expire(house)
    await access(accounts)
    expect(entry(house).accessToken).toBe('at-anew')
    expect(tokenIn(await access(accounts))).toBe('at-anew')
  })

  it('does not bring a login back that was taken out meanwhile', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    await signedIn(portal, process)
    const accounts = await process.accounts({ store: meanwhile(() => writeFileSync(house.modelsJson, '{}\n')) })
    await expire(house)
    expect((await access(accounts)).kind).toBe('ok')
    expect(readFileSync(house.modelsJson, 'utf8')).toBe('{}\n')
  })
})

describe('an older copy of the file that comes back', () => {
  it('is replaced by the newest pair in a running process, which says so', async () => {
    const { house, accounts } = await loggedIn()
    const old = readFileSync(house.modelsJson, 'utf8')
    await expire(house)
    const token = tokenIn(await access(accounts))
    house.clock.advance(60_000)
    writeFileSync(house.modelsJson, old)
    expect(tokenIn(await access(accounts))).toBe(token)
    await vi.waitFor(() => expect(accounts.told.at(-1)).toBe('put back'))
    expect(entry(house).accessToken).toBe(token)
    expect(await counters()).toMatchObject({ refreshes: 1, reuseDetected: 0 })
  })

  it('is replaced as well where another process had renewed the pair of which the newest came', async () => {
    const { house, accounts } = await loggedIn()
    const login = await accounts.login()
    const other = await (await house.open()).accounts()
    await expire(house)
    await access(other)
    const old = readFileSync(house.modelsJson, 'utf8')
    await expire(house)
    const token = tokenIn(await accounts.access(...login))
    writeFileSync(house.modelsJson, old)
    house.clock.advance(60_000)
    expect(tokenIn(await access(accounts))).toBe(token)
    await vi.waitFor(() => expect(entry(house).accessToken).toBe(token))
    expect(await counters()).toMatchObject({ refreshes: 2, reuseDetected: 0 })
  })

  it('costs no login when it is found at the next renewal', async () => {
    const { house, accounts } = await loggedIn()
    const old = readFileSync(house.modelsJson, 'utf8')
    const login = await accounts.login()
    await expire(house)
    await accounts.access(...login)
    await expire(house)
    writeFileSync(house.modelsJson, old)
    const token = tokenIn(await accounts.access(...login))
    expect(await portal.accepts(token)).toBe(true)
    expect(entry(house).accessToken).toBe(token)
    expect(await counters()).toMatchObject({ refreshes: 2, reuseDetected: 0 })
  })

  it('is never spent by a process that knows no newer pair; it says what happened', async () => {
    const { house, accounts } = await loggedIn()
    const old = readFileSync(house.modelsJson, 'utf8')
    await expire(house)
    await access(accounts)
    writeFileSync(house.modelsJson, old)
    const next = await (await house.open()).accounts()
    expect(next.loginProblem((await next.login())[1])?.evidence).toEqual(expect.saying(/an older copy came back/))
    expect(await access(next)).toMatchObject({
      failure: { kind: 'auth', evidence: expect.saying('an older copy came back') },
    })
    expect(await counters()).toMatchObject({ refreshes: 1, reuseDetected: 0 })
  })

  it('serves as it is while its access token lives', async () => {
    const { house, accounts } = await loggedIn()
    const old = readFileSync(house.modelsJson, 'utf8')
    const login = await accounts.login()
    const used = accounts.current(login[1])
    if (!used) throw new Error('no credential')
    await accounts.renewed(...login, used)
    writeFileSync(house.modelsJson, old)
    const next = await (await house.open()).accounts()
    expect(next.loginProblem((await next.login())[1])).toBeUndefined()
    expect(await portal.accepts(tokenIn(await access(next)))).toBe(true)
  })
})

describe('before a token is spent', () => {
  it('models.json must be readable; else the old one serves while it lives, and the line is told', async () => {
    const { house, accounts } = await loggedIn()
    const login = await accounts.login()
    const { accessToken } = entry(house)
    const text = readFileSync(house.modelsJson, 'utf8')
    house.clock.advance(6 * HOUR_MS - 240_000)
    writeFileSync(house.modelsJson, `${text}oops`)
    expect(tokenIn(await accounts.access(...login))).toBe(accessToken)
    const broken = `${house.modelsJson}:${text.split('\n').length}:1: met o, expected nothing more`
    expect(accounts.told).toEqual([expect.stringContaining(`stopped: ${broken}`)])
    house.clock.advance(HOUR_MS)
    expect(await accounts.access(...login)).toMatchObject({
      kind: 'failed',
      failure: {
        kind: 'auth',
        during: 'refresh',
        evidence: expect.saying(broken),
        retryAt: expect.any(Date),
      },
    })
    expect((await counters()).refreshes).toBe(0)

    writeFileSync(house.modelsJson, text)
    house.clock.advance(5_000)
    expect(tokenIn(await accounts.access(...login))).toBe(entry(house).accessToken)
    expect((await counters()).refreshes).toBe(1)
  })

  it('its folder must take a file', async () => {
    const { house, accounts } = await loggedIn({
      store: (store) => ({ ...store, ready: () => Promise.resolve('models.json could not be written (ENOSPC).') }),
    })
    await expire(house)
    const before = await portal.tokenRequests()
    expect(await access(accounts)).toMatchObject({
      failure: { kind: 'auth', evidence: expect.stringContaining('ENOSPC') },
    })
    expect(accounts.told).toEqual(['stopped: models.json could not be written (ENOSPC).'])
    expect(await portal.tokenRequests()).toBe(before)
  })

  it('it must stand in models.json, where the new pair will', async () => {
    const { house, accounts } = await loggedIn()
    const tokens = JSON.stringify(entry(house)).slice(1, -1)
    const settings = readFileSync(house.openclawJson, 'utf8').replace("'qwen-portal': {", `$& ${tokens},`)
    writeFileSync(house.openclawJson, settings)
    writeFileSync(house.modelsJson, '{}')
    await expire(house)
    expect(await access(accounts)).toMatchObject({
      failure: { kind: 'auth', evidence: expect.saying(`models.json holds no tokens of ${PROFILE}`) },
    })
    expect((await counters()).refreshes).toBe(0)
  })

  it('state.db must take the note of it', async () => {
    const { house, process, accounts } = await loggedIn()
    const login = await accounts.login()
    house.clock.advance(6 * HOUR_MS - 240_000)
    await process.state.close()
    expect(tokenIn(await accounts.access(...login))).toBe(entry(house).accessToken)
    house.clock.advance(HOUR_MS)
    expect(await accounts.access(...login)).toMatchObject({ kind: 'failed', failure: { during: 'refresh' } })
    expect((await counters()).refreshes).toBe(0)
  })
})

it('a token that another profile has spent in the same process is told as such', async () => {
  const { house, accounts } = await loggedIn()
  const login = await accounts.login()
  // Somebody wrote the same login down once more.
  const { accessToken, refreshToken, expiresAt } = entry(house)
  const copy = { provider: PROVIDER, mode: 'oauth', accessToken, refreshToken, expiresAt }
  const models = house.models()
  const profiles = { ...models.auth.profiles, [`${PROVIDER}:copy`]: copy }
  writeFileSync(house.modelsJson, JSON.stringify({ ...models, auth: { ...models.auth, profiles } }))
  await expire(house)
  await accounts.access(...login)
  const copied = await accounts.login(`${PROVIDER}:copy`)
  expect(await accounts.access(...copied)).toMatchObject({ failure: { kind: 'auth' } })
  expect(accounts.loginProblem(copied[1])?.evidence).toEqual(expect.saying('was used already'))
  expect(await counters()).toMatchObject({ refreshes: 1, reuseDetected: 0 })
})
