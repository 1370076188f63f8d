/** Another program's login taken into use: a reference is written, and none of its tokens. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import json5 from 'json5'
import { describe, expect, it } from 'vitest'
import { startPortal } from './emulator.fixture.ts'
import { followed, openHouse, PROVIDER, settingsFor, signedIn, type House, type Process } from './house.fixture.ts'
import { SHARED } from './outside.fixture.ts'
import { existingLogin } from './existing-login.ts'
import { useExisting } from './outside-sign-in.ts'
import type { SignInWish } from './sign-in.ts'

const portal = await startPortal()
const CREDS = {
  access_token: 'at-of-theirs',
  token_type: 'Bearer',
  refresh_token: 'rt-of-theirs',
  resource_url: 'portal.qwen.ai',
  expiry_date: Date.parse('2026-03-14T18:00:00Z'),
}

interface Machine {
  readonly house: House
  readonly process: Process
}

async function machine(creds: object | undefined = CREDS, openclawJson?: string): Promise<Machine> {
  const house = openHouse(portal, openclawJson === undefined ? {} : { openclawJson })
  mkdirSync(join(house.folder, '.qwen'))
  if (creds) writeFileSync(join(house.folder, '.qwen', 'oauth_creds.json'), JSON.stringify(creds))
  return { house, process: await house.open() }
}

async function used(
  { house, process }: Machine,
  wish: Partial<SignInWish> = {},
  environment: Record<string, string> = {},
) {
  const means = {
    ...process.files,
    notes: process.state.notes,
    clock: house.clock,
    environment: { HOME: house.folder, ...environment },
  }
  const signal = new AbortController().signal
  return followed(useExisting({ provider: PROVIDER, setDefault: false, signal, ...wish }, await process.setup(), means))
}

describe('taken into use', () => {
  it('leaves an entry, a profile that says where it stands, and the alias; no token', async () => {
    const given = await machine(CREDS, `{ plugins: { entries: { 'qwen-portal-auth': { enabled: true } } } }`)
    const { events, result } = await used(given, { email: 'me@example.com', setDefault: true })
    const text = readFileSync(given.house.modelsJson, 'utf8')
    expect(json5.parse(text)).toEqual({
      models: { providers: { [PROVIDER]: {} } },
      auth: {
        profiles: { [SHARED]: { provider: PROVIDER, mode: 'oauth', email: 'me@example.com', source: 'qwen-code' } },
      },
    })
    expect(text).not.toContain('of-theirs')
    expect(readFileSync(given.house.openclawJson, 'utf8')).toContain(`qwen: 'qwen-portal/coder-model'`)
    expect(events).toEqual([])
    expect(result).toEqual({
      provider: PROVIDER,
      profile: SHARED,
      email: 'me@example.com',
      baseUrl: 'https://portal.qwen.ai/v1',
      defaultModel: 'qwen-portal/coder-model',
      setDefault: true,
      aliases: { qwen: 'qwen-portal/coder-model' },
      files: [given.house.modelsJson, given.house.openclawJson],
      existing: { program: 'Qwen Code', file: join(given.house.folder, '.qwen', 'oauth_creds.json') },
    })
    const [, profile] = await (await given.process.accounts()).login(SHARED)
    expect(profile).toEqual({
      id: SHARED,
      provider: PROVIDER,
      mode: 'oauth',
      email: 'me@example.com',
      outside: { id: 'qwen-code' },
    })
  })

  it.each([
    ['default', 'named', undefined],
    ['work', 'named', undefined],
    ['default', 'made meanwhile', 'signed in while it looked'],
    ['work', 'made meanwhile', 'signed in while it looked'],
  ])('never takes the place of a login of our own: %s, %s', async (name, _when, meanwhile) => {
    const given = await machine()
    const { house, process } = given
    const early = meanwhile === undefined ? undefined : await process.setup()
    await signedIn(portal, process, { profile: name })
    const before = readFileSync(house.modelsJson, 'utf8')
    const used_ = used(
      { house, process: early ? { ...process, setup: () => Promise.resolve(early) } : process },
      {
        profile: name,
      },
    )
    await expect(used_).rejects.toMatchObject({
      code: 'login-exists',
      message: expect.stringContaining('Sign it out first, or give another --profile-id') as string,
      run: `openclaw models auth logout qwen-portal:${name}`,
    })
    expect(readFileSync(house.modelsJson, 'utf8')).toBe(before)
  })

  it('never takes the place of tokens that stand in openclaw.json', async () => {
    const given = await machine()
    const tokens = "accessToken: 'mine', refreshToken: 'mine', expiresAt: '2027-01-01T00:00:00Z'"
    const entry = `'qwen-portal:work': { provider: 'qwen-portal', mode: 'oauth', ${tokens} }`
    const upper = settingsFor(portal.url, `\n  auth: { profiles: { ${entry} } },`)
    writeFileSync(given.house.openclawJson, upper)
    await expect(used(given, { profile: 'work' })).rejects.toMatchObject({ code: 'login-exists' })
    expect(readFileSync(given.house.openclawJson, 'utf8')).toBe(upper)
  })

  it('notes the file where a variable moved it, for a gateway without that variable', async () => {
    const given = await machine()
    await used(given, {}, { QWEN_HOME: '~/.qwen' })
    const file = join(given.house.folder, '.qwen', 'oauth_creds.json')
    expect(json5.parse(readFileSync(given.house.modelsJson, 'utf8'))).toMatchObject({
      auth: { profiles: { [SHARED]: { source: 'qwen-code', file } } },
    })
  })

  it('stands beside a login of our own, which stays as it is', async () => {
    const given = await machine()
    await signedIn(portal, given.process)
    const before = given.house.models().models.providers[PROVIDER]
    await used(given)
    expect(given.house.models().models.providers[PROVIDER]).toEqual(before)
    expect(Object.keys(given.house.models().auth.profiles)).toEqual(['qwen-portal:default', SHARED])
  })

  it('leaves tokens alone that the person wrote into openclaw.json', async () => {
    const given = await machine()
    const text = settingsFor(portal.url).replace(`'qwen-portal': {`, `'qwen-portal': { accessToken: 'mine',`)
    writeFileSync(given.house.openclawJson, text)
    await used(given)
    expect(readFileSync(given.house.openclawJson, 'utf8')).toContain(`accessToken: 'mine'`)
  })

  it('tells of an address that its token must not go to', async () => {
    const { events, result } = await used(await machine({ ...CREDS, resource_url: 'evil.example' }))
    expect(events).toEqual([{ kind: 'address-ignored', host: 'evil.example' }])
    expect(result.baseUrl).toBe('https://portal.qwen.ai/v1')
  })

  it.each<[string, object | undefined, string]>([
    ['there is no file', undefined, 'oauth_creds.json: there is no such file'],
    ['the file holds no login', { access_token: 'a' }, 'holds no login of Qwen Code just now'],
  ])('is refused where %s, and nothing is written', async (_, creds, detail) => {
    const given = await machine(creds)
    if (creds === undefined) rmSync(join(given.house.folder, '.qwen'), { recursive: true })
    await expect(used(given)).rejects.toMatchObject({
      code: 'no-existing-login',
      message: expect.stringContaining(detail) as string,
    })
    expect(() => readFileSync(given.house.modelsJson)).toThrow('ENOENT')
  })

  it('writes neither file where one of them cannot be', async () => {
    const given = await machine()
    const setup = await given.process.setup()
    writeFileSync(given.house.openclawJson, '{ broken')
    const signal = new AbortController().signal
    const means = { ...given.process.files, notes: given.process.state.notes, clock: given.house.clock }
    await expect(
      followed(
        useExisting({ provider: PROVIDER, setDefault: true, signal }, setup, {
          ...means,
          environment: { HOME: given.house.folder },
        }),
      ),
    ).rejects.toThrow()
    expect(() => readFileSync(given.house.modelsJson)).toThrow('ENOENT')
  })
})

describe('found', () => {
  const found = async ({ house, process }: Machine) => {
    const setup = await process.setup()
    const provider = setup.providers.get(PROVIDER)
    return provider && existingLogin(provider, setup, { clock: house.clock, environment: { HOME: house.folder } })
  }

  it('is one that nobody uses yet', async () => {
    const given = await machine()
    const file = join(given.house.folder, '.qwen', 'oauth_creds.json')
    expect(await found(given)).toEqual({
      provider: PROVIDER,
      program: 'Qwen Code',
      file,
      expiresAt: '2026-03-14T18:00:00.000Z',
    })
    await used(given)
    expect(await found(given)).toBeUndefined()
  })

  it('is none that is no login', async () => {
    expect(await found(await machine({}))).toBeUndefined()
    expect(await found(await machine({ ...CREDS, refresh_token: null }))).toBeUndefined()
  })
})
