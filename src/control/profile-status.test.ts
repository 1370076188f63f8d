/** One true word for each login, and the exit code that follows from them. */
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startPortal } from '../accounts/emulator.fixture.ts'
import { openHouse, settingsFor, type House, type Process } from '../accounts/house.fixture.ts'
import { standing, viewNow } from './readiness.ts'
import { bury } from '../accounts/token-notes.ts'
import { markOf } from '../accounts/tokens.ts'
import { statePaths } from '../setup/paths.ts'
import { checkLogins, loginsInUse } from './check-logins.ts'
import { resultOf, type ProbeResult } from './contract.ts'
import { listLogins, showLogins } from './logins.ts'
import { profileStatuses, type ProfileMeans } from './profile-status.ts'

const portal = await startPortal()
/** The house's clock shows 2026-03-14T12:00Z. */
const IN_AN_HOUR = '2026-03-14T13:00:00.000Z'
const AN_HOUR_AGO = '2026-03-14T11:00:00.000Z'
const IN_A_MONTH = '2026-04-14T12:00:00.000Z'

/** `work` is the login under test; the plugin is on unless said otherwise. */
async function houseWith(
  work: object,
  settings = settingsFor(portal.url),
): Promise<{ house: House; process: Process }> {
  const house = openHouse(portal, { openclawJson: settings })
  writeFileSync(
    house.modelsJson,
    JSON.stringify({ auth: { profiles: { 'qwen-portal:work': { provider: 'qwen-portal', mode: 'oauth', ...work } } } }),
  )
  return { house, process: await house.open() }
}

async function meansOf({ house, process }: { house: House; process: Process }): Promise<ProfileMeans> {
  const paths = statePaths({ OPENCLAW_STATE_DIR: house.folder })
  const setup = await process.setup()
  return { setup, state: process.state, accounts: await process.accounts(), paths, now: house.clock.now() }
}

const stateOf = async (opened: { house: House; process: Process }) =>
  (await profileStatuses(await meansOf(opened))).get('qwen-portal:work')

describe('a login is called', () => {
  const off = '{}'
  it.each([
    [
      'ok while its token lives and can be renewed',
      { accessToken: 'a', refreshToken: 'r', expiresAt: IN_AN_HOUR },
      'ok',
      undefined,
    ],
    ['ok while its token lives long without a renewal', { accessToken: 'a', expiresAt: IN_A_MONTH }, 'ok', undefined],
    [
      'refreshable when the next request renews it',
      { accessToken: 'a', refreshToken: 'r', expiresAt: AN_HOUR_AGO },
      'refreshable',
      undefined,
    ],
    [
      'refreshable where nobody can read when it ends',
      { accessToken: 'a', refreshToken: 'r', expiresAt: 'soon' },
      'refreshable',
      undefined,
    ],
    [
      'expiring when it ends within a day and cannot be renewed',
      { accessToken: 'a', expiresAt: IN_AN_HOUR },
      'expiring',
      undefined,
    ],
    [
      'needs-login when it ended and cannot be renewed',
      { accessToken: 'a', expiresAt: AN_HOUR_AGO },
      'needs-login',
      /cannot be refreshed/,
    ],
    ['needs-login when there is no token', {}, 'needs-login', undefined],
    [
      'unset-variable when its token is in one that is not set',
      { accessToken: '${NOT_SET}' },
      'unset-variable',
      /NOT_SET/,
    ],
    ['ok when it is a key', { mode: 'api_key', apiKey: 'k' }, 'ok', undefined],
  ])('%s', async (_what, work, state, reason) => {
    const status = await stateOf(await houseWith(work))
    expect(status?.state).toBe(state)
    if (reason) expect(String(status?.reason)).toMatch(reason)
    else expect(status).not.toHaveProperty('reason')
  })

  it.each([
    ['expired', AN_HOUR_AGO],
    ['expiring', IN_AN_HOUR],
  ])('%s when the plugin that would renew it is off, and says so', async (state, expiresAt) => {
    const status = await stateOf(await houseWith({ accessToken: 'a', refreshToken: 'r', expiresAt }, off))
    expect(status?.state).toBe(state)
    expect(String(status?.reason)).toBe('the plugin qwen-portal-auth, which brings qwen-portal, is not enabled')
  })

  it.each([
    ['expired', AN_HOUR_AGO],
    ['expiring', '2026-03-14T12:02:00.000Z'],
  ])('%s, not refreshable, when its file keeps it from being renewed', async (state, expiresAt) => {
    const tokens = `accessToken: 'a', refreshToken: 'r', expiresAt: '${expiresAt}'`
    const auth = `\n auth: { profiles: { 'qwen-portal:work': { provider: 'qwen-portal', mode: 'oauth', ${tokens} } } },`
    const house = openHouse(portal, { openclawJson: settingsFor(portal.url, auth) })
    const status = await stateOf({ house, process: await house.open() })
    expect(status?.state).toBe(state)
    expect(String(status?.reason)).toContain('holds no tokens of qwen-portal:work')
  })

  it('needs-login, then expiring before that, when its refresh token is known to be dead', async () => {
    for (const [expiresAt, state] of [
      [AN_HOUR_AGO, 'needs-login'],
      [IN_AN_HOUR, 'expiring'],
    ] as const) {
      const opened = await houseWith({ accessToken: 'a', refreshToken: 'r', expiresAt })
      await bury(opened.process.state.notes, markOf('r'), { evidence: 'revoked by its owner' })
      expect(await stateOf(opened)).toMatchObject({ state, reason: 'revoked by its owner' })
    }
  })

  it.each([
    ['resting', 'rate-limit'],
    ['plan-retired', 'auth-retired'],
  ] as const)('%s until its time after %s', async (state, kind) => {
    const opened = await houseWith({ accessToken: 'a', refreshToken: 'r', expiresAt: IN_A_MONTH })
    const since = opened.house.clock.now()
    const until = new Date(since.getTime() + 60_000)
    const rest = {
      scope: 'account',
      provider: 'qwen-portal',
      profile: 'qwen-portal:work',
      kind,
      evidence: 'too many',
    } as const
    await opened.process.state.cooldowns.put({ ...rest, since, until })
    expect(await stateOf(opened)).toMatchObject({ state, reason: 'too many', until: until.toISOString() })
    opened.house.clock.advance(61_000)
    expect(await stateOf(opened)).toMatchObject({ state: 'ok' })
  })
})

describe('a login that a server refused', () => {
  const off = '{}'
  const chain = (settings: string): string =>
    settings.replace(/^([^{]*){/, "$1{ agents: { defaults: { model: 'qwen-portal/coder-model' } },")
  const live = { accessToken: 'a', refreshToken: 'r', expiresAt: IN_A_MONTH }
  const key = { mode: 'api_key', apiKey: 'k' }

  it.each([
    ['a key', key, settingsFor(portal.url), 'needs-login', 1],
    [
      'a token without a renewal',
      { accessToken: 'a', expiresAt: IN_A_MONTH },
      settingsFor(portal.url),
      'needs-login',
      1,
    ],
    ['a token whose plugin is off', live, off, 'needs-login', 1],
    ['one that expired, its plugin off', { ...live, expiresAt: AN_HOUR_AGO }, off, 'expired', 1],
    ['a token that a renewal may help', live, settingsFor(portal.url), 'resting', 0],
  ] as const)('is no good if it is %s, and rests only where that helps', async (_what, work, settings, state, exit) => {
    const opened = await houseWith(work, chain(settings))
    const since = opened.house.clock.now()
    await refusedUntil(opened, since)
    const means = await meansOf(opened)
    const statuses = Object.fromEntries(await profileStatuses(means))
    expect(statuses['qwen-portal:work']).toMatchObject({ state })
    if (settings !== off) {
      expect(statuses['qwen-portal:work']).toMatchObject({ reason: 'invalid key' })
      expect(checkLogins(means.setup, statuses)).toMatchObject({ exit })
    }
  })

  it('is no good if it had just been renewed, and may be helped if that was long ago', async () => {
    const opened = await houseWith(live)
    const since = opened.house.clock.now()
    await refusedUntil(opened, since)
    const renewed = (ago: number) =>
      opened.process.state.notes.put('last-refresh qwen-portal:work', new Date(since.getTime() - ago).toISOString())
    await renewed(500)
    expect(await stateOf(opened)).toMatchObject({ state: 'needs-login', reason: 'invalid key' })
    await renewed(3_600_000)
    expect(await stateOf(opened)).toMatchObject({ state: 'resting' })
  })

  function refusedUntil({ process }: { process: Process }, since: Date): Promise<void> {
    return process.state.cooldowns.put({
      scope: 'account',
      provider: 'qwen-portal',
      profile: 'qwen-portal:work',
      kind: 'auth',
      evidence: 'invalid key',
      since,
      until: new Date(since.getTime() + 60_000),
    })
  }
})

describe('the list and the details', () => {
  it('stand in the order in which the logins are asked, with label, e-mail and rests, and no secret', async () => {
    const opened = await houseWith({
      accessToken: 'secret-at',
      refreshToken: 'secret-rt',
      expiresAt: IN_A_MONTH,
      label: 'W',
      email: 'w@x',
    })
    const { process, house } = opened
    writeFileSync(
      house.openclawJson,
      settingsFor(portal.url, "\n  auth: { order: { 'qwen-portal': ['qwen-portal:work'] } },").replace(
        "'qwen-portal': {",
        "'qwen-portal': { apiKey: 'secret-key',",
      ),
    )
    const since = house.clock.now()
    const until = new Date(since.getTime() + 60_000)
    const rest = { provider: 'qwen-portal', model: 'm', kind: 'overload', evidence: 'busy', since, until } as const
    await process.state.cooldowns.put({ ...rest, scope: 'account-and-model', profile: 'qwen-portal:default' })
    await process.state.cooldowns.put({ ...rest, scope: 'model', profile: 'qwen-portal:default' })
    await process.state.notes.put('last-refresh qwen-portal:work', AN_HOUR_AGO)
    const means = await meansOf(opened)
    const list = await resultOf(listLogins({}, means))
    expect(list.profiles.map(({ id, place }) => [place, id])).toEqual([
      [1, 'qwen-portal:work'],
      [2, 'qwen-portal:default'],
    ])
    const shown = await resultOf(showLogins({ profile: 'work' }, means))
    expect(shown.profiles).toEqual([
      expect.objectContaining({
        id: 'qwen-portal:work',
        label: 'W',
        email: 'w@x',
        renewable: true,
        refreshedAt: AN_HOUR_AGO,
        rests: [expect.objectContaining({ scope: 'model', model: 'm', kind: 'overload', until: until.toISOString() })],
      }),
    ])
    expect(JSON.stringify([list, await resultOf(showLogins({}, means))])).not.toContain('secret')
    expect(await resultOf(listLogins({ provider: 'other' }, means))).toEqual({ schema: 1, profiles: [] })
  })
})

describe('the exit code of --check', () => {
  const checked = async (settings: string, work: object, probed?: Record<string, ProbeResult>) => {
    const means = await meansOf(await houseWith(work, settings))
    return checkLogins(means.setup, Object.fromEntries(await profileStatuses(means)), probed)
  }
  const live = { accessToken: 'a', refreshToken: 'r', expiresAt: IN_A_MONTH }
  const chain = settingsFor(portal.url, "\n  agents: { defaults: { model: 'qwen-portal/coder-model' } },")

  it.each([
    [0, 'ok', live],
    [0, 'refreshable', { ...live, expiresAt: AN_HOUR_AGO }],
    [2, 'expiring', { accessToken: 'a', expiresAt: IN_AN_HOUR }],
    [1, 'needs-login', { accessToken: 'a', expiresAt: AN_HOUR_AGO }],
    [1, 'needs-login', {}],
    [1, 'unset-variable', { accessToken: '${NOT_SET}' }],
  ])('is %i when the login in use is %s', async (exit, state, work) => {
    expect(await checked(chain, work)).toMatchObject({ exit, profiles: [{ profile: 'qwen-portal:work', state }] })
  })

  it('is 1 where a model of the chain has no login at all, or no model is set', async () => {
    const two = chain.replace(
      "'qwen-portal/coder-model'",
      "{ primary: 'qwen-portal/coder-model', fallbacks: ['openai/gpt-6.1-terra'] }",
    )
    expect(await checked(two, live)).toMatchObject({ exit: 1, without: ['openai/gpt-6.1-terra'] })
    expect(await checked(settingsFor(portal.url), live)).toEqual({ exit: 1, profiles: [], without: [] })
  })

  it('is not about logins that the default chain does not use', async () => {
    const pinned = chain.replace('coder-model', 'coder-model@qwen-portal:other')
    const other = `'qwen-portal:other': { provider: 'qwen-portal', mode: 'api_key', apiKey: 'k' }`
    const settings = pinned.replace(/\n}\n$/, `\n  auth: { profiles: { ${other} } },\n}\n`)
    expect(await checked(settings, { accessToken: 'a', expiresAt: AN_HOUR_AGO })).toMatchObject({
      exit: 0,
      profiles: [{ profile: 'qwen-portal:other' }],
    })
  })

  it('leaves out a login that was logged out, as long as its provider has another', async () => {
    const means = await meansOf(await houseWith({}, chain))
    expect(loginsInUse(means.setup).used.map(({ profile }) => profile.id)).toEqual(['qwen-portal:work'])
    const keyed = chain.replace("'qwen-portal': {", "'qwen-portal': { apiKey: 'k',")
    expect(await checked(keyed, {})).toMatchObject({ exit: 0, profiles: [{ profile: 'qwen-portal:default' }] })
  })

  it('is 1 when a call just now was refused, whatever the files say', async () => {
    const refused = { 'qwen-portal:work': { ref: 'x', result: 'refused' } } as const
    expect(await checked(chain, live, refused)).toMatchObject({ exit: 1, profiles: [{ state: 'ok', verdict: 'bad' }] })
  })
})

it('makes its model one that is not ready, as it makes a request pass it by', async () => {
  const readyWith = async (work: object, refuse: boolean) => {
    const opened = await houseWith(work)
    if (refuse) {
      const { clock } = opened.house
      const rest = { scope: 'account', provider: 'qwen-portal', profile: 'qwen-portal:work', kind: 'auth' } as const
      const until = new Date(clock.now().getTime() + 60_000)
      await opened.process.state.cooldowns.put({ ...rest, evidence: 'refused', since: clock.now(), until })
    }
    const means = await meansOf(opened)
    return standing({ provider: 'qwen-portal', model: 'coder-model' }, means.setup, {
      view: viewNow(means),
      now: means.now,
    })
  }
  expect(await readyWith({ accessToken: 'a', expiresAt: IN_AN_HOUR }, false)).toEqual({})
  expect(await readyWith({ accessToken: 'a', expiresAt: AN_HOUR_AGO }, false)).toEqual({ unready: 'needs-login' })
  expect(await readyWith({ accessToken: 'a', expiresAt: IN_AN_HOUR }, true)).toMatchObject({
    unready: 'resting',
    rests: { cause: 'auth' },
  })
})
