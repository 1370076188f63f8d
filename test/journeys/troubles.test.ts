/** The guide's five troubles: line 1 letter for letter, line 2 the status met, then what was met and the way out. */
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newHouse, type EmulatorHandle, type House } from './support/house.ts'
import { qwenHosts, type QwenHosts } from './support/qwen-hosts.ts'

const login = ['models', 'auth', 'login', '--provider', 'qwen-portal', '--set-default']

describe('the five troubles', () => {
  let house: House
  let emulator: EmulatorHandle
  beforeAll(async () => {
    house = newHouse()
    emulator = await house.emulator()
    house.settings({
      models: { providers: { 'qwen-portal': { baseUrl: emulator.portal, oauthBaseUrl: emulator.url } } },
    })
  })
  afterAll(() => house.leave())
  const ask = () => house.run(['agent', '--message', 'hello', '--model', 'qwen-portal/coder-model'])

  it('1: Provider "qwen-portal" not found, while its plugin is off', async () => {
    expect((await house.run(login)).stderr).toBe(
      'Error: Provider "qwen-portal" not found\nStatus: 404\nThe plugin qwen-portal-auth brings this provider and is not enabled.\nRun: openclaw plugins enable qwen-portal-auth\n',
    )
    expect((await ask()).stderr).toMatch(/^Error: Provider "qwen-portal" not found\nStatus: 404\n/)
  })

  it('2: OAuth authentication failed, when the portal refuses the client', async () => {
    await house.run(['plugins', 'enable', 'qwen-portal-auth'])
    await emulator.order('faults', {
      path: '/api/v1/oauth2/device/code',
      kind: 'json',
      status: 401,
      body: { error: 'invalid_client', error_description: 'unknown client' },
    })
    const { code, stderr } = await house.run(login)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^Error: OAuth authentication failed\nStatus: 401\n.*unknown client.*\nRun: openclaw models auth login --provider qwen-portal\n$/,
    )
  })

  it('3: Token refresh failed, when the access was revoked', async () => {
    await emulator.order('device', { accessTokenSeconds: 60 })
    await house.signIn(emulator)
    await emulator.order('revoke', {})
    const { code, stderr } = await ask()
    expect(code).toBe(4)
    expect(stderr).toMatch(
      /^Error: Token refresh failed\nStatus: 400\n.*Invalid refresh token or client_id.*\nRun: openclaw models auth login --provider qwen-portal\n$/,
    )
    const again = await ask()
    expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 4, stderr })
    const { auth } = JSON.parse((await house.run(['models', 'status', '--json'])).stdout) as {
      auth: { profiles: Record<string, object> }
    }
    expect(auth.profiles['qwen-portal:default']).toMatchObject({
      state: 'needs-login',
      reason: expect.stringContaining('Invalid refresh token or client_id'),
    })
    expect(house.read('models.json')).toContain('"refreshToken"')
    expect((await emulator.state()).counters.endpoints['POST /api/v1/oauth2/token']?.requests).toBeDefined()
  })

  it('4: Model not found, with the nearest name', async () => {
    await emulator.order('device', { accessTokenSeconds: 21_600 })
    await house.signIn(emulator)
    expect((await house.run(['models', 'set', 'qwen/coder-model'])).stderr).toBe(
      'Error: Model not found\nStatus: 404\nThere is no model qwen/coder-model. Did you mean qwen-portal/coder-model?\nRun: openclaw models list\n',
    )
  })

  it('5: Rate limit exceeded, with what is used, the limit and the reset', async () => {
    const { quota } = JSON.parse((await house.run(['models', 'status', '--json'])).stdout) as {
      quota: Record<string, { used: number }>
    }
    const limit = (quota['qwen-portal:default']?.used ?? 0) + 1
    await house.run(['config', 'set', 'models.providers.qwen-portal.quota.requestsPerDay', String(limit)])
    expect((await ask()).code).toBe(0)
    const { code, stderr } = await ask()
    expect(code).toBe(1)
    expect(stderr).toMatch(
      new RegExp(
        `^Error: Rate limit exceeded\\nStatus: 429\\n${limit} of today's ${limit} .*Asia/Shanghai.*\\nRun: openclaw models status\\n$`,
      ),
    )
    await house.run(['config', 'unset', 'models.providers.qwen-portal.quota'])
    await emulator.order('spend', { all: true })
    const upstream = await ask()
    expect(upstream.stderr).toMatch(
      /^Error: Rate limit exceeded\nStatus: 429\n.*Free allocated quota exceeded.*\nRun: openclaw models status\n$/,
    )
  })

  it('prints line 1 and 2 the same to a Chinese reader, and the rest in Chinese', async () => {
    const { stderr } = await house.run(['models', 'set', 'qwen/coder-model', '--lang', 'zh-TW'])
    expect(stderr).toBe(
      'Error: Model not found\nStatus: 404\n沒有模型 qwen/coder-model。你是指 qwen-portal/coder-model 嗎？\n請執行：openclaw models list\n',
    )
  })
})

describe("a closed plan at Qwen's own hosts", () => {
  let house: House
  let emulator: EmulatorHandle
  let hosts: QwenHosts
  beforeAll(async () => {
    const scout = newHouse()
    emulator = await scout.emulator()
    hosts = await qwenHosts(emulator.url)
    house = newHouse(hosts.environment)
    cleanUp = () => scout.leave()
    await house.signIn(emulator)
    await emulator.order('retire', { on: true })
  })
  let cleanUp: () => Promise<void> = async () => undefined
  afterAll(async () => {
    await house.leave()
    await cleanUp()
    await hosts.close()
  })

  it('says after a login that the plan was closed, before the first request fails', async () => {
    const started = house.start(login)
    const [, code] = await started.says(/user_code=([A-Z]{8})/)
    await emulator.order('approve', { user_code: code })
    expect((await started.ended).stdout).toContain(
      'Note: Your login is fine, but Qwen closed the free OAuth tier on 2026-04-15',
    )
    expect((await house.run(['models', 'status'])).stdout).toContain('Qwen closed this plan on 2026-04-15.')
  })

  it('refreshes once, asks once more, then tells the truth and the ways on instead of "log in again"', async () => {
    const before = (await emulator.state()).counters
    const { code, stderr } = await house.run(['agent', '--message', 'hello'])
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^Error: Your login is fine, but Qwen closed the free OAuth tier on 2026-04-15: logging in again does not help\./,
    )
    expect(stderr).toContain('Model Studio')
    expect(stderr).toContain('Run: openclaw models auth login --provider modelstudio')
    expect(stderr).not.toContain('--provider qwen-portal')
    const after = (await emulator.state()).counters
    expect(after.refreshes - before.refreshes).toBe(1)
    const asked = (counters: typeof after): number => counters.endpoints['POST /v1/chat/completions']?.requests ?? 0
    expect(asked(after) - asked(before)).toBe(2)
  })

  it('shows the state in `models status`, and does not loop', async () => {
    const { auth } = JSON.parse((await house.run(['models', 'status', '--json'])).stdout) as {
      auth: { profiles: Record<string, object> }
    }
    expect(auth.profiles['qwen-portal:default']).toMatchObject({ state: 'plan-retired' })
    const before = (await emulator.state()).counters.endpoints['POST /v1/chat/completions']?.requests
    expect((await house.run(['agent', '--message', 'again'])).stderr).toContain(
      'Qwen closed the free OAuth tier on 2026-04-15',
    )
    expect((await emulator.state()).counters.endpoints['POST /v1/chat/completions']?.requests).toBe(before)
  })

  it('answers programs with 401 and a code that blames the provider, not the token of the gateway', async () => {
    const { url, token } = await house.gateway()
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 })
    const failure = await client.chat.completions
      .create({ model: 'qwen', messages: [{ role: 'user', content: 'x' }] })
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(OpenAI.AuthenticationError)
    expect(failure).toMatchObject({
      status: 401,
      code: 'provider_auth',
      message: expect.stringContaining('2026-04-15'),
    })
  })
})
