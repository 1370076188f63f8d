/** Another program's login, used where it stands: read through, renewed in its place, and never lost by us. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import type { Access } from './access.ts'
import { startPortal, TOKEN_PATH } from './emulator.fixture.ts'
import { lent, SHARED, vanish, type Lent } from './outside.fixture.ts'

const portal = await startPortal()
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

const tokenIn = (access: Access): string =>
  access.kind === 'ok' && access.credential.kind === 'oauth' ? access.credential.accessToken.reveal() : access.kind
const calls = async (work: () => Promise<unknown>): Promise<number> => {
  const before = await portal.tokenRequests()
  await work()
  return (await portal.tokenRequests()) - before
}
const reuse = async (): Promise<number> => (await portal.state()).counters.reuseDetected
/** The next look is another one. */
const later = ({ house }: Lent): void => house.clock.advance(1_000)
const textOf = ({ path }: Lent): string => readFileSync(path, 'utf8')

describe('reading', () => {
  it('goes through to the file on each use, and copies nothing', async () => {
    const login = await lent(portal)
    expect(tokenIn(await login.access())).toBe(login.creds().access_token)
    login.put(await login.another())
    later(login)
    const { access_token, refresh_token } = login.creds()
    expect(tokenIn(await login.access())).toBe(access_token)
    const models = readFileSync(login.house.modelsJson, 'utf8')
    expect(models).not.toContain(access_token)
    expect(models).not.toContain(refresh_token)
  })

  it('takes the address that the file names, if the token may go there', async () => {
    const login = await lent(portal)
    await login.access()
    const [, profile] = await login.login()
    expect(login.accounts.asSeen(profile)).toMatchObject({ baseUrl: `${portal.url}/v1`, outside: { file: login.path } })
    login.put({ resource_url: 'evil.example' })
    later(login)
    await login.access()
    expect(login.accounts.asSeen(profile).baseUrl).toBeUndefined()
    login.put({ resource_url: 'portal.qwen.ai' })
    later(login)
    await login.access()
    expect(login.accounts.asSeen(profile).baseUrl).toBe('https://portal.qwen.ai/v1')
  })

  it('tells that the file is gone, rests nothing, and goes on when it is back', async () => {
    const login = await lent(portal)
    const [, profile] = await login.login()
    await login.access()
    const text = textOf(login)
    vanish(login)
    later(login)
    const evidence = expect.saying('the login of Qwen Code is gone') as string
    expect(await login.access()).toMatchObject({
      kind: 'failed',
      failure: { kind: 'auth', scope: 'request', evidence },
    })
    expect(login.accounts.loginProblem(profile)).toMatchObject({ evidence })
    expect(existsSync(login.path)).toBe(false)
    writeFileSync(login.path, text)
    later(login)
    expect(tokenIn(await login.access())).toBe(login.creds().access_token)
    expect(login.accounts.loginProblem(profile)).toBeUndefined()
  })

  it('goes on with the last good pair while the file is broken, as long as that lives', async () => {
    const login = await lent(portal, HOUR_MS)
    const token = tokenIn(await login.access())
    writeFileSync(login.path, textOf(login).slice(0, 50))
    later(login)
    expect(tokenIn(await login.access())).toBe(token)
    const [, profile] = await login.login()
    expect(login.accounts.asSeen(profile).baseUrl).toBe(`${portal.url}/v1`)
    login.house.clock.advance(HOUR_MS)
    expect(await calls(login.access)).toBe(0)
    expect(login.accounts.loginProblem((await login.login())[1])?.evidence).toEqual(
      expect.saying('holds no login of Qwen Code just now'),
    )
    expect(textOf(login)).toHaveLength(50)
  })

  it('of a login that no plugin knows says so', async () => {
    const login = await lent(portal)
    const models = readFileSync(login.house.modelsJson, 'utf8').replace('"qwen-code"', '"other"')
    writeFileSync(login.house.modelsJson, models)
    expect(await login.access()).toMatchObject({
      failure: { evidence: expect.saying('a login called other') as string },
    })
  })
})

describe('a renewal', () => {
  it('begins five minutes before the end, while the old token serves, and puts the new pair back', async () => {
    const login = await lent(portal, 7 * MINUTE_MS)
    const old = login.creds()
    expect(await calls(login.access)).toBe(0)
    login.house.clock.advance(3 * MINUTE_MS)
    const { mtimeMs } = statSync(login.path)
    expect(tokenIn(await login.access())).toBe(old.access_token)
    await vi.waitFor(async () => expect((await portal.state()).counters.refreshes).toBe(1))
    await login.accounts.close()
    const fresh = login.creds()
    expect(fresh).toMatchObject({ token_type: 'Bearer', resource_url: portal.url })
    expect(fresh.access_token).not.toBe(old.access_token)
    expect(fresh.expiry_date).toBeGreaterThan(old.expiry_date)
    expect(statSync(login.path).mtimeMs).toBeGreaterThan(mtimeMs)
    expect(statSync(login.path).mode & 0o777).toBe(0o600)
    expect(readdirSync(login.folder)).toEqual(['oauth_creds.json'])
    expect(await portal.accepts(fresh.access_token)).toBe(true)
  })

  it('is waited for once the token is at its end, and spends the token once for all who ask', async () => {
    const login = await lent(portal, 10_000)
    const old = login.creds()
    const answers = await Promise.all(Array.from({ length: 20 }, login.access))
    expect(new Set(answers.map(tokenIn))).toEqual(new Set([login.creds().access_token]))
    expect(login.creds().access_token).not.toBe(old.access_token)
    expect((await portal.state()).counters).toMatchObject({ refreshes: 1, reuseDetected: 0 })
  })

  it('is done once by two processes of ours', async () => {
    const login = await lent(portal, 10_000)
    const other = await (await login.house.open()).accounts()
    const [first, second] = await Promise.all([login.access(), other.access(...(await other.login(SHARED)))])
    expect(tokenIn(first)).toBe(tokenIn(second))
    expect((await portal.state()).counters).toMatchObject({ refreshes: 1, reuseDetected: 0 })
  })

  it('after a 401 takes what the other program has brought meanwhile, without a call', async () => {
    const login = await lent(portal)
    const access = await login.access()
    if (access.kind !== 'ok') throw new Error('no credential')
    login.put(await login.another())
    mkdirSync(login.lock) // nobody waits for it
    const startMs = login.house.clock.monotonicMs()
    const [provider, profile] = await login.login()
    expect(
      await calls(async () =>
        expect(tokenIn(await login.accounts.renewed(provider, profile, access.credential))).toBe(
          login.creds().access_token,
        ),
      ),
    ).toBe(0)
    expect(login.house.clock.monotonicMs()).toBe(startMs)
  })

  it('after a 401 on the newest happens once', async () => {
    const login = await lent(portal)
    const access = await login.access()
    if (access.kind !== 'ok') throw new Error('no credential')
    const [provider, profile] = await login.login()
    expect(
      await calls(async () =>
        expect(tokenIn(await login.accounts.renewed(provider, profile, access.credential))).toBe(
          login.creds().access_token,
        ),
      ),
    ).toBe(1)
  })

  it('waits a moment when the folder was touched, and takes the new file that comes', async () => {
    const login = await lent(portal, 10_000)
    const fresh = await login.another()
    // The other program's lock was taken away by one of its processes; its renewal goes on unseen.
    const { clock } = login.house
    const sleep = vi.spyOn(clock, 'sleep')
    let put = false
    sleep.mockImplementation(async (ms) => {
      clock.advance(ms)
      if (ms !== 100 || put) return
      put = true
      login.put({ ...fresh, expiry_date: clock.now().getTime() + 6 * HOUR_MS })
    })
    expect(await calls(async () => expect(tokenIn(await login.access())).toBe(fresh.access_token))).toBe(0)
  })

  it('does not wait when nobody has touched the folder for longer than any renewal takes', async () => {
    const login = await lent(portal, 10_000)
    login.house.clock.setWall(Date.now() + 60_000 - login.house.clock.now().getTime())
    login.put({ expiry_date: login.house.clock.now().getTime() + 10_000 })
    const before = statSync(login.folder).mtimeMs / 1_000 - 10
    utimesSync(login.path, before, before)
    await login.access()
    expect(login.house.clock.slept.filter((ms) => ms === 100)).toEqual([])
    expect((await portal.state()).counters.refreshes).toBe(1)
  })
})

describe('what comes in between a renewal and its save', () => {
  const during = async (act: (login: Lent) => void | Promise<void>): Promise<Lent> => {
    let login: Lent | undefined
    const given = await lent(portal, 10_000, {
      // Asked last before the token is sent, and again once the answer is there.
      lock: (real) => (key, work) =>
        real(key, (held) => {
          let looks = 0
          return work({
            async stillOurs() {
              looks += 1
              if (looks === 2 && login) await act(login)
              return held.stillOurs()
            },
          })
        }),
    })
    login = given
    return given
  }

  it('a file that was taken away comes back with the only pair that is good', async () => {
    const login = await during(vanish)
    const token = tokenIn(await login.access())
    expect(login.creds()).toMatchObject({ access_token: token, resource_url: portal.url })
    expect(await portal.accepts(token)).toBe(true)
  })

  it('a login that the person made anew stays', async () => {
    let anew = ''
    const login = await during(async (given) => {
      const pair = await given.another()
      anew = pair.access_token
      given.put({ ...pair, expiry_date: given.house.clock.now().getTime() + HOUR_MS })
    })
    await login.access()
    later(login)
    expect(tokenIn(await login.access())).toBe(anew)
    expect(login.creds().access_token).toBe(anew)
  })

  it('an older copy of the file does not stay', async () => {
    const login = await during((given) =>
      given.put({ access_token: 'at-old', refresh_token: 'rt-old', expiry_date: 1_000_000 }),
    )
    const token = tokenIn(await login.access())
    expect(login.creds().access_token).toBe(token)
    expect(await portal.accepts(token)).toBe(true)
  })
})

describe('a refresh token that the server refuses', () => {
  it('is tried once, the file stays to the byte, and the login says that it needs the person', async () => {
    const login = await lent(portal, 10_000)
    await portal.control('revoke')
    const text = textOf(login)
    const evidence = 'invalid_request: Invalid refresh token or client_id'
    login.house.clock.advance(20_000)
    expect(await login.access()).toMatchObject({ failure: { kind: 'auth', evidence } })
    login.house.clock.advance(HOUR_MS)
    expect(await calls(login.access)).toBe(0)
    expect(login.accounts.loginProblem((await login.login())[1])?.evidence).toBe(evidence)
    expect(textOf(login)).toBe(text)
    // A process that comes later knows it too, before it asks.
    const next = await (await login.house.open()).accounts()
    const [provider, profile] = await next.login(SHARED)
    await next.look(new Map([[provider.id, provider]]), [profile])
    expect(next.loginProblem(profile)?.evidence).toBe(evidence)
    login.put({ ...(await login.another()), expiry_date: login.house.clock.now().getTime() + HOUR_MS })
    later(login)
    expect(tokenIn(await login.access())).toBe(login.creds().access_token)
  })

  it('does not matter when somebody brought another pair meanwhile', async () => {
    const login = await lent(portal, 10_000)
    const fresh = await login.another()
    const body = { error: 'invalid_request', error_description: 'Invalid refresh token or client_id' }
    await portal.control('faults', { path: TOKEN_PATH, kind: 'json', status: 400, body })
    const { clock } = login.house
    const work = login.access()
    await vi.waitFor(async () => expect(await portal.tokenRequests()).toBeGreaterThan(1))
    login.put({ ...fresh, expiry_date: clock.now().getTime() + HOUR_MS })
    await work
    later(login)
    expect(tokenIn(await login.access())).toBe(fresh.access_token)
  })
})

describe('a lock that others hold', () => {
  it('holds nobody up while the token serves', async () => {
    const login = await lent(portal, 4 * MINUTE_MS)
    mkdirSync(login.lock)
    const token = tokenIn(await login.access())
    expect(token).toBe(login.creds().access_token)
    await login.accounts.close()
    expect(existsSync(login.lock)).toBe(true)
    expect((await portal.state()).counters.refreshes).toBe(0)
  })

  it('is a matter of a moment once the token has ended, and is told as that', async () => {
    const login = await lent(portal, -1_000)
    mkdirSync(login.lock)
    const startMs = login.house.clock.monotonicMs()
    const failure = { kind: 'auth', during: 'wait', evidence: expect.saying('oauth_creds.lock') as string }
    expect(await login.access()).toMatchObject({ kind: 'failed', failure })
    expect(login.house.clock.monotonicMs() - startMs).toBeLessThanOrEqual(30_000)
    expect(login.accounts.told).toEqual([expect.stringContaining('stopped: Qwen Code or another program holds')])
    rmdirSync(login.lock)
    login.house.clock.advance(6_000)
    expect(tokenIn(await login.access())).toBe(login.creds().access_token)
  })
})

it('puts the newest pair back when an older copy, whose token was spent, comes back', async () => {
  const login = await lent(portal, 10_000)
  const old = login.creds()
  const token = tokenIn(await login.access())
  login.house.clock.advance(20_000)
  login.put(old)
  later(login)
  expect(await calls(async () => expect(tokenIn(await login.access())).toBe(token))).toBe(0)
  await vi.waitFor(() => expect(login.accounts.told).toContain('put back'))
  expect(login.creds().access_token).toBe(token)
  expect(await reuse()).toBe(0)
})
