/** A login that ends: at its server, in the files, in what was believed of it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startPortal } from '../accounts/emulator.fixture.ts'
import {
  openHouse,
  PROFILE,
  PROVIDER,
  settingsFor,
  signedIn,
  type House,
  type Process,
} from '../accounts/house.fixture.ts'
import { refreshLease } from '../accounts/refresh.ts'
import { putNote } from '../accounts/token-notes.ts'
import { markOf } from '../accounts/tokens.ts'
import type { Setup } from '../core/setup.ts'
import { resultOf } from './contract.ts'
import { logOut, type LogoutWish } from './logout.ts'
import { twoLogins, WORK } from './two-logins.fixture.ts'

const portal = await startPortal()

async function out(process: Process, wish: Partial<LogoutWish> = {}, setup?: Setup) {
  const { state, files, means } = process
  const acts = { ...means, ...files, state, setup: setup ?? (await process.setup()) }
  return resultOf(logOut({ profile: 'work', forget: false, server: 'told', ...wish }, acts))
}

const profiles = async (process: Process) => (await process.setup()).settings.profiles
const text = (house: House): string => readFileSync(house.modelsJson, 'utf8')

/** A login server that can end a login. */
async function revoking(answer: (heard: number) => number | Promise<number> = () => 200) {
  const heard: URLSearchParams[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      heard.push(new URLSearchParams(body))
      void (async () => {
        response.writeHead(await answer(heard.length), { 'content-type': 'application/json' })
        response.end('{}')
      })()
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  /** The provider as a plugin would declare it whose server knows RFC 7009. */
  const at = (setup: Setup): Setup => {
    const provider = setup.providers.get(PROVIDER)
    if (!provider?.login) throw new Error('no login')
    const login = { ...provider.login, baseUrl, revocationPath: '/revoke' }
    return { ...setup, providers: new Map([...setup.providers, [PROVIDER, { ...provider, login }]]) }
  }
  return { heard, at }
}

describe('a logout', () => {
  it('G-07 removes the tokens of that login and of no other; its name, label and e-mail stay, and so do aliases', async () => {
    const { house, process } = await twoLogins(portal)
    const before = house.models()
    expect(await out(process)).toEqual({
      profile: WORK,
      revoked: false,
      why: 'not-offered',
      forgotten: false,
      files: [house.modelsJson],
      copies: [],
      stillNamed: [],
    })
    expect(house.models().auth.profiles[WORK]).toEqual({
      provider: PROVIDER,
      mode: 'oauth',
      email: 'b@x.org',
      label: 'The office',
    })
    expect(house.models().models).toEqual(before.models)
    expect(await portal.accepts(house.models().models.providers[PROVIDER].accessToken)).toBe(true)
    expect((await process.setup()).settings.aliases.get('qwen')).toBe('qwen-portal/coder-model')
  })

  it('of the default login leaves no tokens in the provider entry', async () => {
    const { house, process } = await twoLogins(portal)
    await out(process, { profile: 'default' })
    expect(house.models().models.providers).not.toHaveProperty(PROVIDER)
    expect((await profiles(process)).get(PROFILE)).toEqual({
      id: PROFILE,
      provider: PROVIDER,
      mode: 'oauth',
      email: 'a@x.org',
    })
    expect((await profiles(process)).get(WORK)?.credential).toBeDefined()
  })

  it('that forgets takes the entry and its place in the order too, and names what is still pinned to it', async () => {
    const { process } = await twoLogins(
      portal,
      `
  auth: { order: { 'qwen-portal': ['qwen-portal:work', 'qwen-portal:default'] } },
  agents: { defaults: { model: 'qwen-portal/coder-model@qwen-portal:work' } },`,
    )
    expect(await out(process, { forget: true })).toMatchObject({
      forgotten: true,
      stillNamed: ['agents.defaults.model'],
    })
    const { settings } = await process.setup()
    expect([...settings.profiles.keys()]).toEqual([PROFILE])
    expect(settings.profileOrder.get(PROVIDER)).toEqual([PROFILE])
  })

  it('forgets what was believed of the account', async () => {
    const { process } = await twoLogins(portal)
    const now = process.means.clock.now()
    const rest = { scope: 'account', provider: PROVIDER, kind: 'quota', evidence: 'x', since: now } as const
    const until = new Date(now.getTime() + 60_000)
    await process.state.cooldowns.put({ ...rest, profile: WORK, until })
    await process.state.cooldowns.put({ ...rest, profile: PROFILE, until })
    await out(process)
    expect((await process.state.cooldowns.list()).map(({ profile }) => profile)).toEqual([PROFILE])
  })

  it('G-07 takes tokens out of openclaw.json as well, leaves the copies of a file, and tells of the one that is kept of the person’s text', async () => {
    const tokens = `accessToken: 'at-of-mine-1234567890', refreshToken: 'rt-of-mine-1234567890', expiresAt: '2027-01-01T00:00:00Z',`
    const house = openHouse(portal, {
      openclawJson: settingsFor(portal.url).replace("'qwen-portal': {", `'qwen-portal': { ${tokens}`),
    })
    const process = await house.open()
    expect(await out(process, { profile: 'default' })).toMatchObject({
      files: expect.arrayContaining([house.openclawJson]),
      copies: [`${house.openclawJson}.bak`],
    })
    expect(readFileSync(house.openclawJson, 'utf8')).not.toContain('of-mine')
    expect(readFileSync(house.openclawJson, 'utf8')).toContain('/* the stand-in */')
    expect((await profiles(process)).get(PROFILE)?.credential).toBeUndefined()
  })

  it('leaves a key that the person keeps in openclaw.json or in the environment, and says where it is', async () => {
    const house = openHouse(portal, {
      openclawJson:
        "{ models: { providers: { mine: { baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'k', models: ['m'] } } } }",
    })
    const process = await house.open()
    await expect(out(process, { profile: 'mine:default' })).rejects.toMatchObject({
      code: 'login-fixed',
      message: expect.stringContaining(`models.providers.mine.apiKey stands in ${house.openclawJson}`),
      run: "openclaw config unset 'models.providers.mine.apiKey'",
    })
    const setup = await process.setup()
    const env = { id: 'mine:env', provider: 'mine', mode: 'api_key', variable: 'MINE_KEY' } as const
    const withEnv = { ...setup, settings: { ...setup.settings, profiles: new Map([['mine:env', env]]) } }
    await expect(out(process, { profile: 'mine:env' }, withEnv)).rejects.toMatchObject({ run: 'unset MINE_KEY' })
  })

  it('names the nearest where there is no such login, and both where a name says too little', async () => {
    const { process } = await twoLogins(portal)
    await expect(out(process, { profile: 'wrok' })).rejects.toMatchObject({
      code: 'login-not-found',
      message: 'There is no login wrok. Did you mean qwen-portal:work?',
    })
    const setup = await process.setup()
    const other = { id: 'other:work', provider: 'other', mode: 'api_key' } as const
    const both = {
      ...setup,
      settings: { ...setup.settings, profiles: new Map([...setup.settings.profiles, ['other:work', other]]) },
    }
    await expect(out(process, {}, both)).rejects.toMatchObject({ code: 'login-ambiguous' })
    expect(await out(process, { provider: PROVIDER }, both)).toMatchObject({ profile: WORK })
  })

  it('of a login that was logged out says so, and forgets it when asked to', async () => {
    const { process } = await twoLogins(portal)
    await out(process)
    await expect(out(process)).rejects.toMatchObject({
      code: 'login-fixed',
      run: 'openclaw models auth logout qwen-portal:work --forget',
    })
    expect(await out(process, { forget: true })).toMatchObject({ why: 'nothing-there', forgotten: true })
    expect([...(await profiles(process)).keys()]).toEqual([PROFILE])
  })
})

describe('a server that can end a login (RFC 7009)', () => {
  it('G-07 is told before anything is removed', async () => {
    const { house, process } = await twoLogins(portal)
    const { refreshToken } = house.models().auth.profiles[WORK] as { refreshToken: string }
    const standing: string[] = []
    const server = await revoking(() => (standing.push(text(house)), 200))
    expect(await out(process, {}, server.at(await process.setup()))).toMatchObject({ revoked: true, copies: [] })
    expect(server.heard.map((body) => Object.fromEntries(body))).toEqual([
      expect.objectContaining({ token: refreshToken, token_type_hint: 'refresh_token' }),
    ])
    expect(standing[0]).toContain(refreshToken)
    expect(text(house)).not.toContain(refreshToken)
  })

  it('that was not reached, or says no, leaves everything as it was; without it the login ends here alone', async () => {
    const { house, process } = await twoLogins(portal)
    const before = text(house)
    const server = await revoking(() => 503)
    const setup = server.at(await process.setup())
    await expect(out(process, {}, setup)).rejects.toMatchObject({
      code: 'logout-untold',
      run: 'openclaw models auth logout qwen-portal:work --local',
    })
    expect(text(house)).toBe(before)
    expect(await out(process, { server: 'left-alone' }, setup)).toMatchObject({ revoked: false, why: 'left-alone' })
    expect(server.heard).toHaveLength(1)
    expect((await profiles(process)).get(WORK)?.credential).toBeUndefined()
  })

  it('is told of the newest pair, where the tokens were being renewed', async () => {
    const { house, process } = await twoLogins(portal)
    const server = await revoking()
    const setup = server.at(await process.setup())
    let ended: Promise<unknown> | undefined
    await process.means.lock(refreshLease({ id: WORK, provider: PROVIDER }), async () => {
      ended = out(process, {}, setup)
      // Time enough for whoever does not wait.
      for (let read = 0; read < 30; read += 1) await process.setup()
      expect(server.heard).toEqual([])
      const file = JSON.parse(text(house)) as { auth: { profiles: Record<string, object> } }
      file.auth.profiles[WORK] = { ...file.auth.profiles[WORK], accessToken: 'fresh-at', refreshToken: 'fresh-rt' }
      writeFileSync(house.modelsJson, JSON.stringify(file))
    })
    await ended
    expect(server.heard.map((body) => body.get('token'))).toEqual(['fresh-rt'])
    expect(text(house)).not.toMatch(/fresh-(at|rt)/)
  })

  it('is told of no pair that was spent, while the newest waits in another process for room on the disk', async () => {
    const { house, process } = await twoLogins(portal)
    const gateway = await house.open()
    const full = () => Promise.reject(new Error('disk full'))
    const accounts = await gateway.accounts({ store: (real) => ({ ...real, compareAndSwap: full }) })
    const [provider, profile] = await accounts.login(WORK)
    if (profile.credential === undefined) throw new Error('not signed in')
    const fresh = await accounts.renewed(provider, profile, profile.credential)
    if (fresh.kind !== 'ok' || fresh.credential.kind !== 'oauth') throw new Error('not renewed')
    const server = await revoking()
    const setup = server.at(await process.setup())
    const before = text(house)
    await expect(out(process, {}, setup)).rejects.toMatchObject({
      code: 'login-fixed',
      message: expect.stringContaining('the new one is not in the file yet'),
      run: 'openclaw models auth logout qwen-portal:work --local',
    })
    expect(server.heard).toEqual([])
    expect(text(house)).toBe(before)
    expect(await portal.accepts(fresh.credential.accessToken.reveal())).toBe(true)
    expect(await out(process, { server: 'left-alone' }, setup)).toMatchObject({ revoked: false, why: 'left-alone' })
  })

  it('cannot be told of tokens that stay sealed; the login ends here alone', async () => {
    const { process } = await twoLogins(portal)
    const setup = (await revoking()).at(await process.setup())
    const opener = { open: () => Promise.reject(new Error('no passphrase')) }
    const sealed = { ...process, means: { ...process.means, opener } }
    await expect(out(sealed, {}, setup)).rejects.toMatchObject({
      code: 'logout-untold',
      message: expect.stringContaining('no passphrase'),
    })
    expect(await out(sealed, { server: 'left-alone' }, setup)).toMatchObject({ revoked: false, why: 'left-alone' })
  })

  it('that cannot end one hinders no logout of a login whose newest pair was lost', async () => {
    const { house, process } = await twoLogins(portal)
    const { refreshToken } = house.models().auth.profiles[WORK] as { refreshToken: string }
    await putNote(process.state.notes, markOf(refreshToken), { state: 'spent', at: new Date() })
    expect(await out(process)).toMatchObject({ revoked: false, why: 'not-offered' })
  })

  it('does not take along a login that was made at the same moment', async () => {
    const { house, process } = await twoLogins(portal)
    const other = await house.open()
    const server = await revoking(async () => {
      await signedIn(portal, other, { profile: 'work', email: 'b@x.org' })
      return 200
    })
    await expect(out(process, {}, server.at(await process.setup()))).rejects.toMatchObject({ code: 'login-changed' })
    const { accessToken } = house.models().auth.profiles[WORK] as { accessToken: string }
    expect(await portal.accepts(accessToken)).toBe(true)
  })

  it('has ended it: should the file break then, the login says why it serves no more', async () => {
    const { house, process } = await twoLogins(portal)
    const before = text(house)
    const server = await revoking(() => (writeFileSync(house.modelsJson, '{ broken'), 200))
    await expect(out(process, {}, server.at(await process.setup()))).rejects.toThrow('models.json')
    writeFileSync(house.modelsJson, before)
    const accounts = await process.accounts()
    const profile = (await profiles(process)).get(WORK)
    if (!profile) throw new Error('no such login')
    expect(String(accounts.renewalProblem(profile)?.evidence)).toBe('it was logged out on this machine')
  })
})
