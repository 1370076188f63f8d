/** A login under another name: its secrets, its count, its rests and whatever names it go with it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startPortal } from '../accounts/emulator.fixture.ts'
import { openHouse, PROFILE, PROVIDER, signedIn, type Process } from '../accounts/house.fixture.ts'
import { lastRefresh } from '../accounts/refresh-times.ts'
import { putNote } from '../accounts/token-notes.ts'
import { markOf } from '../accounts/tokens.ts'
import { resultOf } from './contract.ts'
import { renameLogin, type LoginActMeans, type RenameWish } from './rename-login.ts'
import { twoLogins, WORK } from './two-logins.fixture.ts'

const portal = await startPortal()
const OFFICE = 'qwen-portal:office'

const PINNED = `
  auth: { order: { 'qwen-portal': ['qwen-portal:work', 'qwen-portal:default'] } }, // work first
  agents: { defaults: { model: 'qwen-portal/coder-model@qwen-portal:work' } },`

async function renamed(process: Process, wish: RenameWish, changes: Partial<LoginActMeans> = {}) {
  const { state, files, means } = process
  return resultOf(renameLogin(wish, { ...means, ...files, state, setup: await process.setup(), ...changes }))
}

const settingsOf = async (process: Process) => (await process.setup()).settings

describe('a rename', () => {
  it('keeps the tokens in their own entry, and what names the login follows it', async () => {
    const { house, process } = await twoLogins(portal, PINNED)
    const before = house.models().auth.profiles[WORK]
    expect(await renamed(process, { profile: 'work', name: 'office', label: 'Main office' })).toEqual({
      profile: OFFICE,
      was: WORK,
      label: 'Main office',
      email: 'b@x.org',
      changed: true,
      files: [house.modelsJson, house.openclawJson],
    })
    expect(house.models().auth.profiles[OFFICE]).toEqual({ ...(before as object), label: 'Main office' })
    const settings = await settingsOf(process)
    expect([...settings.profiles.keys()]).toEqual([PROFILE, OFFICE])
    expect(settings.profileOrder.get(PROVIDER)).toEqual([OFFICE, PROFILE])
    expect(settings.defaults.primary).toBe('qwen-portal/coder-model@qwen-portal:office')
    expect(readFileSync(house.openclawJson, 'utf8')).toContain('// work first')
    expect(readFileSync(house.openclawJson, 'utf8')).toContain('/* the stand-in */')
  })

  it.each([
    ['default', 'home', 'qwen-portal:home'],
    ['work', 'main', 'qwen-portal:main'],
  ])('of %s leaves a login that is answered and renewed', async (from, name, to) => {
    const { process } = await twoLogins(portal)
    await renamed(process, { profile: from, name })
    const accounts = await process.accounts()
    const setup = await process.setup()
    const [provider, profile] = [setup.providers.get(PROVIDER), setup.settings.profiles.get(to)]
    if (!provider || profile?.credential?.kind !== 'oauth') throw new Error('not there')
    expect(await portal.accepts(profile.credential.accessToken.reveal())).toBe(true)
    expect(profile.baseUrl).toBe(`${portal.url}/v1`)
    const fresh = await accounts.renewed(provider, profile, profile.credential)
    expect(fresh).toMatchObject({ kind: 'ok' })
    expect((await settingsOf(process)).profiles.get(to)?.credential).toEqual(fresh.kind === 'ok' && fresh.credential)
  })

  it('puts the secrets of a login that becomes the default one into the provider entry', async () => {
    const { house, process } = await twoLogins(portal)
    const { accessToken } = house.models().auth.profiles[WORK] as { accessToken: string }
    await renamed(process, { profile: 'default', name: 'home' })
    await renamed(process, { profile: 'work', name: 'default' })
    expect(house.models().models.providers[PROVIDER]).toMatchObject({ accessToken, baseUrl: `${portal.url}/v1` })
    expect(house.models().auth.profiles[PROFILE]).toEqual({
      provider: PROVIDER,
      mode: 'oauth',
      email: 'b@x.org',
      label: 'The office',
    })
    // The next login may write its own address there, as it does where a login wrote the last one.
    await signedIn(portal, process, { email: 'b@x.org' })
    expect(house.models().models.providers[PROVIDER].accessToken).not.toBe(accessToken)
  })

  it('takes the day’s count, the rests and the last renewal along', async () => {
    const { process } = await twoLogins(portal)
    const { state, means } = process
    const now = means.clock.now()
    const row = {
      attemptId: 'a',
      requestId: 'r',
      provider: PROVIDER,
      model: 'm',
      startedAt: now,
      outcome: 'open',
    } as const
    await state.ledger.reserve({ row, account: WORK, days: ['2026-03-14'], limit: 9 })
    const until = new Date(now.getTime() + 60_000)
    const rest = {
      provider: PROVIDER,
      profile: WORK,
      model: 'm',
      kind: 'quota',
      evidence: 'x',
      since: now,
      until,
    } as const
    await state.cooldowns.put({ ...rest, scope: 'account' })
    await state.cooldowns.put({ ...rest, scope: 'account-and-model' })
    await state.cooldowns.put({ ...rest, scope: 'model' })
    await state.notes.put(`last-refresh ${WORK}`, '2026-03-14T11:00:00.000Z')
    await renamed(process, { profile: WORK, name: OFFICE })
    expect(await state.ledger.counts('2026-03-14')).toEqual([{ account: OFFICE, day: '2026-03-14', used: 1 }])
    const rests = await state.cooldowns.list()
    expect(new Set(rests.map(({ scope, profile }) => `${scope} ${profile}`))).toEqual(
      new Set([`account ${OFFICE}`, `account-and-model ${OFFICE}`, `model ${OFFICE}`]),
    )
    expect(await lastRefresh(OFFICE, state.notes)).toBe('2026-03-14T11:00:00.000Z')
    expect(await lastRefresh(WORK, state.notes)).toBeUndefined()
  })

  it('that dies between the two files leaves every secret in its place, and is ended by the same command', async () => {
    const { house, process } = await twoLogins(portal, PINNED)
    const before = readFileSync(house.modelsJson, 'utf8')
    const dies = {
      ...process.files.modelsJson,
      edit: (change: Parameters<typeof process.files.modelsJson.edit>[0]) =>
        // A rehearsal changes nothing; the write is where this process ends.
        process.files.modelsJson.edit((current) => {
          if (change(current).length > 0) throw new Error('killed')
          return []
        }),
    }
    await expect(renamed(process, { profile: 'work', name: 'office' }, { modelsJson: dies })).rejects.toThrow('killed')
    expect(readFileSync(house.modelsJson, 'utf8')).toBe(before)
    expect((await settingsOf(process)).profileOrder.get(PROVIDER)).toEqual([OFFICE, PROFILE])
    await renamed(process, { profile: 'work', name: 'office' })
    const settings = await settingsOf(process)
    expect([...settings.profiles.keys()]).toEqual([PROFILE, OFFICE])
    expect(settings.profiles.get(OFFICE)?.credential).toBeDefined()
  })
})

describe('a rename that dies', () => {
  const COUNTED = {
    row: {
      attemptId: 'a',
      requestId: 'r',
      provider: PROVIDER,
      model: 'm',
      startedAt: new Date('2026-03-14T12:00:00Z'),
      outcome: 'open',
    },
    account: WORK,
    days: ['2026-03-14'],
    limit: 9,
  } as const

  it.each(['while the count is carried over', 'after it, before the secrets go'])(
    '%s is ended by the same command, and nothing is counted under the old name',
    async (when) => {
      const { process } = await twoLogins(portal, PINNED)
      const { state, files } = process
      await state.ledger.reserve(COUNTED)
      await state.notes.put(`last-refresh ${WORK}`, '2026-03-14T11:00:00.000Z')
      const dying: Partial<LoginActMeans> = when.startsWith('while')
        ? { state: { ...state, ledger: { ...state.ledger, renameAccount: () => Promise.reject(new Error('killed')) } } }
        : { modelsJson: { ...files.modelsJson, edit: () => Promise.reject(new Error('killed')) } }
      const wish = { profile: WORK, name: 'office' }
      await expect(renamed(process, wish, dying)).rejects.toThrow('killed')
      expect((await settingsOf(process)).profiles.get(WORK)?.credential).toBeDefined()
      expect(await renamed(process, wish)).toMatchObject({ profile: OFFICE, was: WORK })
      expect(await state.ledger.counts('2026-03-14')).toEqual([{ account: OFFICE, day: '2026-03-14', used: 1 }])
      expect(await lastRefresh(OFFICE, state.notes)).toBe('2026-03-14T11:00:00.000Z')
      expect((await settingsOf(process)).profiles.get(OFFICE)?.credential).toBeDefined()
    },
  )
})

describe('a rename that cannot be', () => {
  it('says that the name is taken', async () => {
    const { house, process } = await twoLogins(portal)
    const before = readFileSync(house.modelsJson, 'utf8')
    await expect(renamed(process, { profile: 'work', name: 'default' })).rejects.toMatchObject({ code: 'login-exists' })
    await expect(renamed(process, { profile: 'work', name: 'two words' })).rejects.toMatchObject({
      code: 'profile-name',
    })
    expect(readFileSync(house.modelsJson, 'utf8')).toBe(before)
  })

  it('leaves a key in openclaw.json where its owner wrote it', async () => {
    const upper =
      "{ models: { providers: { mine: { baseUrl: 'http://127.0.0.1:9/v1', apiKey: '${HOME}', models: ['m'] } } } }"
    const house = openHouse(portal, { openclawJson: upper })
    const process = await house.open()
    const setup = await process.setup()
    expect(setup.settings.profiles.get('mine:default')).toBeDefined()
    await expect(renamed(process, { profile: 'mine:default', name: 'other' })).rejects.toMatchObject({
      code: 'login-fixed',
      message: expect.stringContaining(`models.providers.mine stands in ${house.openclawJson}, which is yours`),
    })
    expect(readFileSync(house.openclawJson, 'utf8')).toBe(upper)
  })

  it('waits for a pair that another process has not saved yet', async () => {
    const { house, process } = await twoLogins(portal)
    const { refreshToken } = house.models().auth.profiles[WORK] as { refreshToken: string }
    await putNote(process.state.notes, markOf(refreshToken), { state: 'spent', at: new Date() })
    await expect(renamed(process, { profile: 'work', name: 'office' })).rejects.toMatchObject({ code: 'login-fixed' })
    expect((await settingsOf(process)).profiles.get(WORK)).toBeDefined()
  })
})

describe('a note', () => {
  it('is changed and removed without a new name', async () => {
    const { house, process } = await twoLogins(portal)
    expect(await renamed(process, { profile: 'default', label: '家', email: '' })).toMatchObject({
      profile: PROFILE,
      was: PROFILE,
      label: '家',
      changed: true,
    })
    expect(house.models().auth.profiles[PROFILE]).toEqual({ provider: PROVIDER, mode: 'oauth', label: '家' })
    expect(await renamed(process, { profile: 'default', label: '家' })).toMatchObject({ changed: false, files: [] })
    await expect(renamed(process, { profile: 'default', label: 'a\u0007b' })).rejects.toMatchObject({
      code: 'note-unfit',
    })
  })

  it('is changed in the file where it counts, and makes a whole entry where there is none', async () => {
    const { house, process } = await twoLogins(portal)
    const upper = readFileSync(house.openclawJson, 'utf8')
    const mine =
      "auth: { profiles: { 'qwen-portal:work': { provider: 'qwen-portal', mode: 'oauth', label: 'Mine' } } },"
    writeFileSync(house.openclawJson, upper.replace('plugins:', `${mine}\n  plugins:`))
    await renamed(process, { profile: 'work', label: 'Theirs' })
    expect((await settingsOf(process)).profiles.get(WORK)?.label).toBe('Theirs')

    writeFileSync(
      house.modelsJson,
      "{ models: { providers: { open: { baseUrl: 'http://127.0.0.1:9', apiKey: 'k' } } } }",
    )
    await renamed(process, { profile: 'open:default', label: 'Ours' })
    expect((await settingsOf(process)).profiles.get('open:default')).toMatchObject({ label: 'Ours', mode: 'api_key' })
  })
})
