/** A sign-in at the stand-in portal, with what it leaves in the files. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import json5 from 'json5'
import { describe, expect, it } from 'vitest'
import { startPortal, TOKEN_PATH } from './emulator.fixture.ts'
import { followed, openHouse, PROFILE, PROVIDER, settingsFor, signedIn } from './house.fixture.ts'
import type { SignInEvent } from './sign-in.ts'

const portal = await startPortal()
const approve = (event: SignInEvent): Promise<void> | undefined =>
  event.kind === 'code' ? portal.control('approve', { user_code: event.userCode }) : undefined
const settings = (text: string): Record<string, unknown> => json5.parse(text)
/** What the portal names as the place for this login's requests. */
const namesResource = (resource_url: unknown) =>
  portal.control('faults', {
    path: TOKEN_PATH,
    kind: 'json',
    body: { access_token: 'at', refresh_token: 'rt', expires_in: 60, resource_url },
  })

describe('a sign-in', () => {
  it('writes models.json as the guide shows it, for the owner alone', async () => {
    const house = openHouse(portal)
    const result = await signedIn(portal, await house.open(), { email: 'you@example.com' })
    expect(house.models()).toEqual({
      models: {
        providers: {
          [PROVIDER]: {
            baseUrl: `${portal.url}/v1`,
            accessToken: expect.stringMatching(/^emu-at-/),
            refreshToken: expect.stringMatching(/^emu-rt-/),
            expiresAt: '2026-03-14T18:00:05.000Z',
          },
        },
      },
      auth: { profiles: { [PROFILE]: { provider: PROVIDER, mode: 'oauth', email: 'you@example.com' } } },
    })
    expect(statSync(house.modelsJson).mode & 0o777).toBe(0o600)
    expect(await portal.accepts(house.models().models.providers[PROVIDER].accessToken)).toBe(true)
    expect(result).toEqual({
      provider: PROVIDER,
      profile: PROFILE,
      email: 'you@example.com',
      baseUrl: `${portal.url}/v1`,
      defaultModel: 'qwen-portal/coder-model',
      setDefault: false,
      aliases: { qwen: 'qwen-portal/coder-model' },
      files: [house.modelsJson, house.openclawJson],
    })
  })

  it('writes no e-mail that nobody gave', async () => {
    const house = openHouse(portal)
    await signedIn(portal, await house.open())
    expect(house.models().auth.profiles).toEqual({ [PROFILE]: { provider: PROVIDER, mode: 'oauth' } })
  })

  it('adds its alias to openclaw.json, and the default only when asked to', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    await signedIn(portal, process)
    const text = readFileSync(house.openclawJson, 'utf8')
    expect(settings(text)).toMatchObject({ models: { aliases: { qwen: 'qwen-portal/coder-model' } } })
    expect(settings(text)).not.toHaveProperty('agents')
    expect(text).toMatch(/^\/\/ mine\n/)
    expect(text).toContain('/* the stand-in */')

    await signedIn(portal, process, { setDefault: true })
    const both = readFileSync(house.openclawJson, 'utf8')
    expect(settings(both)).toMatchObject({ agents: { defaults: { model: 'qwen-portal/coder-model' } } })
    expect(both).toContain('/* the stand-in */')
  })

  it('leaves comments in models.json where they are', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    writeFileSync(house.modelsJson, '// ours\n{ models: { providers: { local: { apiKey: "k" /* keep */ } } } }\n')
    await signedIn(portal, process)
    const text = readFileSync(house.modelsJson, 'utf8')
    expect(text).toMatch(/^\/\/ ours\n/)
    expect(text).toContain('apiKey: "k" /* keep */')
    expect(house.models().models.providers[PROVIDER].accessToken).toMatch(/^emu-at-/)
  })

  it.each([
    ["'anthropic/x'", 'qwen-portal/coder-model'],
    ["{ fallbacks: ['a/b'] }", { fallbacks: ['a/b'], primary: 'qwen-portal/coder-model' }],
    ["{ primary: 'a/b', fallbacks: ['c/d'] }", { primary: 'qwen-portal/coder-model', fallbacks: ['c/d'] }],
  ])('with --set-default changes the primary of %s and nothing else', async (model, expected) => {
    const house = openHouse(portal, {
      openclawJson: settingsFor(portal.url, `\n  agents: { defaults: { model: ${model} } },`),
    })
    await signedIn(portal, await house.open(), { setDefault: true })
    expect(settings(readFileSync(house.openclawJson, 'utf8'))).toMatchObject({
      agents: { defaults: { model: expected } },
    })
  })

  it('never takes an alias that has a meaning already, in either file', async () => {
    const mine = openHouse(portal, {
      openclawJson: settingsFor(portal.url).replace('models: {', "models: { aliases: { qwen: 'local/qwen3' },"),
    })
    expect((await signedIn(portal, await mine.open())).aliases).toEqual({ qwen: 'local/qwen3' })
    expect(settings(readFileSync(mine.openclawJson, 'utf8'))).toMatchObject({
      models: { aliases: { qwen: 'local/qwen3' } },
    })

    const ours = openHouse(portal)
    const process = await ours.open()
    writeFileSync(ours.modelsJson, "{ models: { aliases: { qwen: 'local/qwen3' } } }")
    const before = readFileSync(ours.openclawJson, 'utf8')
    const result = await signedIn(portal, process)
    expect(result.aliases).toEqual({ qwen: 'local/qwen3' })
    expect(result.files).toEqual([ours.modelsJson])
    expect(readFileSync(ours.openclawJson, 'utf8')).toBe(before)
  })

  it('keeps an alias that the person added while the page was open', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    const { result } = await followed(await process.signIn(), async (event) => {
      if (event.kind !== 'code') return
      const text = readFileSync(house.openclawJson, 'utf8')
      writeFileSync(house.openclawJson, text.replace('models: {', "models: { aliases: { qwen: 'local/qwen3' },"))
      await approve(event)
    })
    expect(result.aliases).toEqual({ qwen: 'local/qwen3' })
  })

  it('takes the tokens of an older login out of openclaw.json, where they would lie over the fresh ones', async () => {
    const tokens = `accessToken: 'old', refreshToken: 'old', expiresAt: '2026-01-01T00:00:00Z', // from the guide`
    const house = openHouse(portal, {
      openclawJson: settingsFor(portal.url).replace("'qwen-portal': {", `'qwen-portal': { ${tokens}\n`),
    })
    const process = await house.open()
    await signedIn(portal, process)
    const { settings: read } = await process.setup()
    const { accessToken } = house.models().models.providers[PROVIDER]
    expect(read.profiles.get(PROFILE)?.credential).toMatchObject({ accessToken })
    expect(readFileSync(house.openclawJson, 'utf8')).not.toContain('old')
  })
})

describe('the place that a login names', () => {
  it('is followed to the hosts that the provider declares', async () => {
    const house = openHouse(portal)
    await namesResource('portal.qwen.ai')
    const { events, result } = await followed(await (await house.open()).signIn(), approve)
    expect(result.baseUrl).toBe('https://portal.qwen.ai/v1')
    expect(house.models().models.providers[PROVIDER].baseUrl).toBe('https://portal.qwen.ai/v1')
    expect(events.map((event) => event.kind)).not.toContain('address-ignored')
  })

  it('is followed to a host that the person configured for the models', async () => {
    const house = openHouse(portal, {
      openclawJson: settingsFor(portal.url).replace(
        "'qwen-portal': {",
        "'qwen-portal': { baseUrl: 'https://gw.example/v1',",
      ),
    })
    await namesResource('https://gw.example/v1')
    expect((await signedIn(portal, await house.open())).baseUrl).toBe('https://gw.example/v1')
  })

  it.each([
    ['evil.example', 'evil.example'],
    ['https://portal.qwen.ai.evil.example/v1', 'portal.qwen.ai.evil.example'],
    ['http://portal.qwen.ai', 'portal.qwen.ai'],
    ['https://you@portal.qwen.ai', 'portal.qwen.ai'],
    ['https://portal.qwen.ai/?to=/v1', 'portal.qwen.ai'],
    ['https://portal.qwen.ai/\n/v1', 'portal.qwen.ai'],
    ['https://[x', 'an unreadable address'],
  ])('is not followed to %j, and that is told', async (named, host) => {
    const house = openHouse(portal)
    await namesResource(named)
    const { events, result } = await followed(await (await house.open()).signIn(), approve)
    expect(events.at(-1)).toEqual({ kind: 'address-ignored', host })
    expect(result.baseUrl).toBe('https://portal.qwen.ai/v1')
    expect(house.models().models.providers[PROVIDER].baseUrl).toBe('https://portal.qwen.ai/v1')
  })

  it('changes with the next login, as long as it is the last one’s own', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    for (const host of ['portal.qwen.ai', 'eu.qwen.ai', 'us.qwen.ai']) {
      await namesResource(host)
      await signedIn(portal, process)
      expect(house.models().models.providers[PROVIDER].baseUrl).toBe(`https://${host}/v1`)
    }
  })

  it('does not replace what the person wrote into models.json, and the result says where requests go', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    const mine = { models: { providers: { [PROVIDER]: { baseUrl: 'https://mine.example/v1' } } } }
    writeFileSync(house.modelsJson, JSON.stringify(mine))
    for (const host of ['eu.qwen.ai', 'us.qwen.ai']) {
      await namesResource(host)
      expect((await signedIn(portal, process)).baseUrl).toBe('https://mine.example/v1')
      expect(house.models().models.providers[PROVIDER].baseUrl).toBe('https://mine.example/v1')
    }
  })
})

describe('a second account', () => {
  const entryOf = (house: ReturnType<typeof openHouse>, id: string) => house.models().auth.profiles[id]

  it('has a profile of its own, and leaves the first one as it was', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    await signedIn(portal, process, { email: 'a@x.org' })
    const first = { ...house.models().models.providers[PROVIDER], ...(entryOf(house, PROFILE) as object) }
    const result = await signedIn(portal, process, { profile: 'work', email: 'b@x.org', label: 'The office' })
    expect(result).toMatchObject({ profile: 'qwen-portal:work', email: 'b@x.org', label: 'The office' })
    expect({ ...house.models().models.providers[PROVIDER], ...(entryOf(house, PROFILE) as object) }).toEqual(first)
    expect(entryOf(house, 'qwen-portal:work')).toEqual({
      provider: PROVIDER,
      mode: 'oauth',
      email: 'b@x.org',
      label: 'The office',
      baseUrl: `${portal.url}/v1`,
      accessToken: expect.stringMatching(/^emu-at-/),
      refreshToken: expect.stringMatching(/^emu-rt-/),
      expiresAt: expect.any(String),
    })
    const { profiles } = (await process.setup()).settings
    expect([...profiles.keys()]).toEqual([PROFILE, 'qwen-portal:work'])
  })

  it('does not go over the first one, and nobody is sent to a page for it', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    await signedIn(portal, process, { email: 'a@x.org' })
    const before = readFileSync(house.modelsJson, 'utf8')
    await expect(followed(await process.signIn({ email: 'b@x.org' }))).rejects.toMatchObject({
      code: 'profile-of-other',
      run: 'openclaw models auth login --provider qwen-portal --profile-id qwen-portal:b --email b@x.org',
    })
    expect((await portal.state()).counters.devices).toBe(1)
    expect(readFileSync(house.modelsJson, 'utf8')).toBe(before)
  })

  it('does not go over one that was saved while the page was open', async () => {
    const house = openHouse(portal)
    const [process, other] = [await house.open(), await house.open()]
    const login = followed(await process.signIn({ email: 'b@x.org' }), async (event) => {
      if (event.kind !== 'code') return
      await signedIn(portal, other, { email: 'a@x.org' })
      await approve(event)
    })
    await expect(login).rejects.toMatchObject({ code: 'profile-of-other' })
    expect(entryOf(house, PROFILE)).toMatchObject({ email: 'a@x.org' })
    expect(await portal.accepts(house.models().models.providers[PROVIDER].accessToken)).toBe(true)
  })

  it.each([
    [undefined, undefined, 'qwen-portal:account'],
    [undefined, 'b@x.org', 'qwen-portal:b'],
    ['a@x.org', undefined, 'qwen-portal:account'],
  ])(
    'that may be another does not go over a first login of the same moment (%s, then %s)',
    async (first, second, own) => {
      const house = openHouse(portal)
      const [one, two] = [await house.open(), await house.open()]
      const later = await two.signIn(second === undefined ? {} : { email: second })
      await expect(
        followed(later, async (event) => {
          if (event.kind !== 'code') return
          await signedIn(portal, one, first === undefined ? {} : { email: first })
          await portal.control('approve', { user_code: event.userCode })
        }),
      ).rejects.toMatchObject({
        code: 'login-changed',
        run: `openclaw models auth login --provider qwen-portal --profile-id ${own}`,
      })
      expect(await portal.accepts(house.models().models.providers[PROVIDER].accessToken)).toBe(true)
    },
  )

  it('that is the same goes over a first login of the same moment, as over any', async () => {
    const house = openHouse(portal)
    const [one, two] = [await house.open(), await house.open()]
    const wish = { email: 'a@x.org' }
    const { result } = await followed(await two.signIn(wish), async (event) => {
      if (event.kind !== 'code') return
      await signedIn(portal, one, wish)
      await portal.control('approve', { user_code: event.userCode })
    })
    expect(result).toMatchObject({ profile: PROFILE, email: 'a@x.org' })
  })

  it('takes none of the tokens that the first one has in openclaw.json', async () => {
    const tokens = `accessToken: 'mine', refreshToken: 'mine-too', expiresAt: '2027-01-01T00:00:00Z',`
    const house = openHouse(portal, {
      openclawJson: settingsFor(portal.url).replace("'qwen-portal': {", `'qwen-portal': { ${tokens}`),
    })
    const process = await house.open()
    await signedIn(portal, process, { profile: 'work' })
    expect((await process.setup()).settings.profiles.get(PROFILE)?.credential).toMatchObject({ accessToken: 'mine' })
  })

  it('with a name that is none is told before anything is asked', async () => {
    const process = await openHouse(portal).open()
    await expect(followed(await process.signIn({ profile: 'other:work' }))).rejects.toMatchObject({
      code: 'profile-name',
    })
    expect((await portal.state()).counters.devices).toBe(0)
  })
})

describe('signing in again', () => {
  it('renews the default login, and keeps its label', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    await signedIn(portal, process, { email: 'a@x.org', label: 'Home' })
    const { accessToken } = house.models().models.providers[PROVIDER]
    expect(await signedIn(portal, process, { email: 'A@x.org' })).toMatchObject({ label: 'Home', email: 'A@x.org' })
    expect(house.models().models.providers[PROVIDER].accessToken).not.toBe(accessToken)
    expect(house.models().auth.profiles[PROFILE]).toMatchObject({ label: 'Home', email: 'A@x.org' })
  })

  it('keeps no e-mail that nobody gave again, in either file, and says which', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    await signedIn(portal, process, { email: 'a@x.org' })
    expect(await signedIn(portal, process)).toMatchObject({ droppedEmail: 'a@x.org' })
    expect(house.models().auth.profiles).toEqual({ [PROFILE]: { provider: PROVIDER, mode: 'oauth' } })

    const text = readFileSync(house.openclawJson, 'utf8')
    const mine =
      "auth: { profiles: { 'qwen-portal:default': { provider: 'qwen-portal', mode: 'oauth', email: 'old@x.org' } } },"
    writeFileSync(house.openclawJson, text.replace('plugins:', `${mine}\n  plugins:`))
    expect(await signedIn(portal, process)).toMatchObject({ droppedEmail: 'old@x.org' })
    expect((await process.setup()).settings.profiles.get(PROFILE)).not.toHaveProperty('email')
    expect(readFileSync(house.openclawJson, 'utf8')).not.toContain('old@x.org')
  })
})

describe('a sign-in that cannot be', () => {
  it('names the plugin that is off', async () => {
    const house = openHouse(portal, { openclawJson: '{}' })
    const process = await house.open()
    await expect(followed(await process.signIn())).rejects.toMatchObject({
      code: 'provider-not-found',
      headline: 'Provider "qwen-portal" not found',
      run: 'openclaw plugins enable qwen-portal-auth',
    })
  })

  it('says that a provider takes a key', async () => {
    const house = openHouse(portal, {
      openclawJson: "{ models: { providers: { local: { baseUrl: 'http://127.0.0.1:1/v1', apiKey: 'k' } } } }",
    })
    const process = await house.open()
    await expect(followed(await process.signIn({ provider: 'local' }))).rejects.toMatchObject({
      code: 'login-not-offered',
    })
  })

  it('sends nothing to a login host without https', async () => {
    const house = openHouse(portal, { openclawJson: settingsFor('http://login.example') })
    const process = await house.open()
    await expect(followed(await process.signIn())).rejects.toMatchObject({
      headline: 'OAuth authentication failed',
      message: expect.stringContaining('http://login.example is not an https address'),
    })
  })

  it.each(['openclawJson', 'modelsJson'] as const)('sends nobody to a browser while %s is broken', async (file) => {
    const house = openHouse(portal)
    const process = await house.open()
    const login = await process.signIn()
    writeFileSync(house[file], '{ models: { providers: \n  oops')
    await expect(followed(login)).rejects.toThrow(`${house[file]}:2:3: met`)
    expect((await portal.state()).counters.devices).toBe(0)
  })

  it.each(['openclawJson', 'modelsJson'] as const)(
    'leaves both files as they are when %s broke while the page was open',
    async (file) => {
      const house = openHouse(portal)
      const process = await house.open()
      writeFileSync(house.modelsJson, '{}\n')
      const login = await process.signIn({ setDefault: true })
      const whole = { openclawJson: readFileSync(house.openclawJson, 'utf8'), modelsJson: '{}\n' }
      const broken = { ...whole, [file]: '{ broken' }
      const ended = followed(login, async (event) => {
        if (event.kind !== 'code') return
        writeFileSync(house[file], broken[file])
        await approve(event)
      })
      await expect(ended).rejects.toThrow(`${house[file]}:1:`)
      expect(readFileSync(house.openclawJson, 'utf8')).toBe(broken.openclawJson)
      expect(readFileSync(house.modelsJson, 'utf8')).toBe(broken.modelsJson)
    },
  )

  it('writes nothing when it is denied', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    const before = readFileSync(house.openclawJson, 'utf8')
    const denied = followed(await process.signIn({ setDefault: true }), (event) =>
      event.kind === 'code' ? portal.control('deny', { user_code: event.userCode }) : undefined,
    )
    await expect(denied).rejects.toMatchObject({ headline: 'OAuth authentication failed' })
    expect(existsSync(house.modelsJson)).toBe(false)
    expect(readFileSync(house.openclawJson, 'utf8')).toBe(before)
  })

  it('writes nothing after Ctrl-C, though the login was approved already', async () => {
    const house = openHouse(portal)
    const process = await house.open()
    const before = readFileSync(house.openclawJson, 'utf8')
    const abort = new AbortController()
    const cancelled = followed(await process.signIn({ signal: abort.signal }), async (event) => {
      await approve(event)
      if (event.kind === 'waiting') abort.abort()
    })
    await expect(cancelled).rejects.toMatchObject({ code: 'login-cancelled' })
    expect(existsSync(house.modelsJson)).toBe(false)
    expect(readFileSync(house.openclawJson, 'utf8')).toBe(before)
  })
})
