/** What goes wrong at the keyboard, in a file or on the wire: each with its text, its exit code or its status. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newHouse, type EmulatorHandle, type House } from './support/house.ts'

describe('at the keyboard', () => {
  let house: House
  beforeAll(() => {
    house = newHouse()
  })
  afterAll(() => house.leave())

  it('names the plugin to enable when its provider is asked for', async () => {
    expect(await house.run(['models', 'auth', 'login', '--provider', 'qwen-portal'])).toMatchObject({
      code: 1,
      stderr:
        'Error: Provider "qwen-portal" not found\nStatus: 404\nThe plugin qwen-portal-auth brings this provider and is not enabled.\nRun: openclaw plugins enable qwen-portal-auth\n',
    })
  })

  it('names the nearest for a mistyped provider, plugin, command, option or model', async () => {
    expect((await house.run(['models', 'auth', 'login', '--provider', 'qwen-portl'])).stderr).toContain(
      'Did you mean qwen-portal?',
    )
    expect((await house.run(['plugins', 'enable', 'qwen-portal-aut'])).stderr).toContain(
      'Did you mean qwen-portal-auth?',
    )
    expect(await house.run(['modles', 'list'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean "openclaw models"?'),
    })
    expect(await house.run(['models', 'list', '--jsn'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean --json?'),
    })
    await house.run(['plugins', 'enable', 'qwen-portal-auth'])
    expect(await house.run(['models', 'set', 'qwen-portal/coder'])).toMatchObject({
      code: 1,
      stderr:
        'Error: Model not found\nStatus: 404\nThere is no model qwen-portal/coder. Did you mean qwen-portal/coder-model?\nRun: openclaw models list\n',
    })
    expect((await house.run(['models', 'set', 'qwen/coder-model'])).stderr).toContain(
      'Did you mean qwen-portal/coder-model?',
    )
  })

  it('tells how to sign in when nobody has, with an exit code of its own', async () => {
    await house.run(['models', 'set', 'qwen-portal/coder-model'])
    expect(await house.run(['agent', '--message', 'hello'])).toMatchObject({
      code: 4,
      stderr: 'Error: Not signed in to qwen-portal.\nRun: openclaw models auth login --provider qwen-portal\n',
    })
  })

  it('takes no secret from the command line, and shows none', async () => {
    const refused = await house.run(['config', 'set', 'models.providers.mine.apiKey', 'sk-very-secret'])
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Run: openclaw config set models.providers.mine.apiKey '${MINE_API_KEY}'"),
    })
    expect((await house.run(['config', 'set', 'models.providers.mine', '{apiKey: "sk-very-secret"}'])).code).toBe(2)
    house.settings({ models: { providers: { mine: { apiKey: 'sk-very-secret', baseUrl: 'https://example.com/v1' } } } })
    expect((await house.run(['config', 'get'])).stdout).not.toContain('sk-very-secret')
    expect((await house.run(['config', 'get', 'models.providers.mine.apiKey'])).stdout).toBe('[hidden]\n')
    house.settings({
      env: { SOME_NAME: 'sk-very-secret' },
      gateway: { auth: { token: 'sk-very-secret' } },
      channels: { telegram: { botToken: 'sk-very-secret' } },
      models: {
        providers: {
          mine: {
            headers: { 'X-Mine': 'sk-very-secret' },
            site: 'https://me:sk-very-secret@example.com',
            models: [{ id: 'm', maxTokens: 5 }],
          },
        },
      },
    })
    const shown = (await house.run(['config', 'get'])).stdout
    expect(shown).not.toContain('sk-very-secret')
    expect(shown).toContain('"maxTokens": 5')
    expect((await house.run(['config', 'get', 'env.SOME_NAME'])).stdout).toBe('[hidden]\n')
    expect(
      (await house.run(['config', 'set', 'models.providers.mine.baseUrl', 'sk-very-secret'])).stderr,
    ).not.toContain('sk-very-secret')
    expect((await house.run(['config', 'set', 'env.OPENAI_API_KEY', 'sk-very-secret'])).code).toBe(2)
    house.settings('{}')
  })

  it('names the line in the editor for what stands only in the file of its own', async () => {
    mkdirSync(house.stateFolder, { recursive: true })
    writeFileSync(join(house.stateFolder, 'models.json'), '{\n  models: {\n    aliases: { gone: "a/b" },\n  },\n}\n')
    const refused = await house.run(['config', 'unset', 'models.aliases.gone'])
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Run: \$\{EDITOR:-vi\} \+3 .*models\.json/),
    })
    rmSync(join(house.stateFolder, 'models.json'))
  })

  it('refuses a value that the settings cannot hold, and writes nothing', async () => {
    const before = house.read('openclaw.json')
    const refused = await house.run(['config', 'set', 'gateway.port', 'abc'])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('gateway.port')
    expect(house.read('openclaw.json')).toBe(before)
  })

  it('says line, column and what was expected of a broken settings file, in every command that needs it', async () => {
    house.settings('{\n  // mine\n  agents: { defaults: { model: "a/b" }\n}\n')
    for (const words of [
      ['models', 'list'],
      ['models', 'status', '--json'],
      ['config', 'set', 'gateway.port', '1'],
      ['gateway', 'run'],
    ]) {
      const { code, stdout, stderr } = await house.run(words)
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/openclaw\.json:5:1: met the end of the (text|file), expected .+\./)
    }
    house.settings('{\n  agents: { defaults: { model: 7 } }\n}\n')
    expect((await house.run(['models', 'list'])).stderr).toMatch(/openclaw\.json:2:32: agents\.defaults\.model: /)
    house.settings('{}')
  })

  it('tells a variable that is not set, for its provider only', async () => {
    house.settings({
      models: { providers: { mine: { baseUrl: 'https://127.0.0.1:1/v1', apiKey: '${MINE_KEY}', models: ['m'] } } },
    })
    expect((await house.run(['models', 'list'])).code).toBe(0)
    expect(await house.run(['agent', '--message', 'x', '--model', 'mine/m'])).toMatchObject({
      code: 1,
      stderr:
        'Error: The settings of mine name ${MINE_KEY}, which is not set in this environment. A running gateway knows what was set when it started.\nRun: export MINE_KEY=...\n',
    })
    house.settings('{}')
  })

  it('refuses an option of no command, a provider id with a slash and an agent that is not there', async () => {
    expect(await house.run(['--foo'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no option --foo') })
    expect(await house.run(['models', '--jsn'])).toMatchObject({ code: 2 })
    expect((await house.run(['models'])).code).toBe(0)
    house.settings({ models: { providers: { 'x/y': { baseUrl: 'http://127.0.0.1:1/v1', models: ['a'] } } } })
    expect((await house.run(['models', 'list'])).stderr).toContain('expected a provider id without /, met "x/y"')
    house.settings('{}')
    expect(await house.run(['agent', '--message', 'x', '--agent', 'nope'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no agent nope. The settings have: main'),
    })
  })

  it('says which way leads to a model: one that is there, else a login that still serves', async () => {
    const way = async (): Promise<string> => (await house.run(['agent', '--message', 'x'])).stderr.split('\n')[1] ?? ''
    house.settings('{}')
    const open = 'Run: openclaw models auth login --provider modelstudio --set-default'
    expect(await way()).toBe(open)
    house.settings({ plugins: { entries: { 'qwen-portal-auth': { enabled: true } } } })
    expect(await way(), 'its plan is closed').toBe(open)
    house.settings({
      plugins: { entries: { 'qwen-portal-auth': { enabled: true } } },
      models: { providers: { 'qwen-portal': { baseUrl: 'http://127.0.0.1:9/v1' } } },
    })
    expect(await way()).toBe('Run: openclaw models auth login --provider qwen-portal --set-default')
    house.settings({
      models: { providers: { mine: { baseUrl: 'http://127.0.0.1:1/v1', apiKey: 'k', models: ['m'] } } },
    })
    expect(await way()).toBe('Run: openclaw models set mine/m')
    house.settings('{}')
  })

  it('tells a login server that is not reached from one that refuses', async () => {
    house.settings({
      plugins: { entries: { 'qwen-portal-auth': { enabled: true } } },
      models: { providers: { 'qwen-portal': { oauthBaseUrl: 'http://127.0.0.1:9' } } },
    })
    expect((await house.run(['models', 'auth', 'login', '--provider', 'qwen-portal'])).stderr).toBe(
      'Error: OAuth authentication failed\nStatus: 502\nThe login server of qwen-portal was not reached: no connection to 127.0.0.1:9 (ECONNREFUSED).\nRun: openclaw models auth login --provider qwen-portal\n',
    )
    house.settings('{}')
  })

  it.runIf(process.platform !== 'win32')('tells what the system refuses, with the file', async () => {
    writeFileSync(join(house.home, 'a file'), '')
    const { stderr, code } = await house.run(['models', 'list', '--lang', 'zh-CN'], {
      env: { OPENCLAW_STATE_DIR: join(house.home, 'a file') },
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Error: 无法使用 .*a file.*：系统拒绝访问（ENOTDIR）。\n请运行：ls -ld '.*a file'/)
  })

  it('takes neither an empty question nor a key that no reader of the file would see', async () => {
    expect(await house.run(['agent', '--message', ' '])).toMatchObject({ code: 2, stdout: '' })
    expect(await house.run(['config', 'set', '__proto__.x', '1'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"__proto__.x" is not a settings path'),
    })
  })

  it('points to the logins where a model is asked through one that is not there', async () => {
    house.settings({ models: { providers: { mine: { baseUrl: 'http://127.0.0.1:1/v1', models: ['m'] } } } })
    const { code, stderr } = await house.run(['agent', '--message', 'x', '--model', 'mine/m@mine:nope'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/there is no login mine:nope\.\nRun: openclaw models auth list\n$/)
    house.settings('{}')
  })

  it('tells what is wrong with a picture', async () => {
    expect(await house.run(['agent', '--message', 'x', '--image', 'none.png'])).toMatchObject({
      code: 2,
      stderr: 'Error: There is no picture none.png.\n',
    })
    writeFileSync(join(house.home, 'words.png'), 'no picture')
    expect(await house.run(['agent', '--message', 'x', '--image', 'words.png'])).toMatchObject({
      code: 2,
      stderr: 'Error: words.png is neither PNG, JPEG, GIF nor WebP.\n',
    })
  })

  it('reads no picture out of what never ends', async () => {
    expect(await house.run(['agent', '--message', 'x', '--image', '/dev/zero'])).toMatchObject({ code: 2 })
  })

  it('shows what a group holds, however its help is asked for', async () => {
    for (const words of [
      ['models', '--help'],
      ['models', 'help'],
      ['help', 'models'],
    ]) {
      expect((await house.run(words)).stdout).toContain('openclaw models auth login')
    }
  })

  it('warns of a setting that nobody knows, naming the nearest', async () => {
    const { code, stderr } = await house.run(['config', 'set', 'agents.defalts.model', 'x'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Did you mean agents.defaults?') })
    house.settings('{}')
  })

  it('prints errors as JSON where JSON was asked for', async () => {
    const { stderr, code } = await house.run(['models', 'set', 'nothing/here', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'provider-not-found', status: 404, run: 'openclaw plugins list' },
      exit: 1,
    })
  })
})

describe('at the sign-in', () => {
  let house: House
  let emulator: EmulatorHandle
  beforeAll(async () => {
    house = newHouse()
    emulator = await house.emulator()
    house.pointAt(emulator)
    await house.run(['plugins', 'enable', 'qwen-portal-auth'])
  })
  afterAll(() => house.leave())
  const login = ['models', 'auth', 'login', '--provider', 'qwen-portal']

  it('tells of a page instead of JSON from the portal', async () => {
    await emulator.order('faults', { path: '/api/v1/oauth2/device/code', kind: 'html' })
    const { code, stderr } = await house.run(login)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^Error: OAuth authentication failed\nStatus: 401\n.* answered 200 with something that is not JSON.*\nRun: openclaw models auth login --provider qwen-portal\n$/,
    )
  })

  it('tells of a token answer without a token, and writes nothing', async () => {
    await emulator.order('faults', { path: '/api/v1/oauth2/token', kind: 'no-token' })
    const before = house.read('openclaw.json')
    const { code, stderr } = await house.run(login)
    expect(code).toBe(1)
    expect(stderr).toContain('Error: OAuth authentication failed\nStatus: 401\nThe answer holds no access token.\n')
    expect(() => house.read('models.json')).toThrow('ENOENT')
    expect(house.read('openclaw.json')).toBe(before)
  })

  it('tells of a refused and of an expired code', async () => {
    const told = async (act: string, words: string): Promise<void> => {
      const started = house.start(login)
      const [, code] = await started.says(/user_code=([A-Z]{8})/)
      await emulator.order(act, { user_code: code })
      const { code: exit, stderr } = await started.ended
      expect(exit).toBe(1)
      expect(stderr).toContain('Error: OAuth authentication failed\nStatus: 400\n')
      expect(stderr).toContain(words)
    }
    await Promise.all([told('deny', 'refused on the approval page'), told('expire', 'expired before it was approved')])
  })

  it('leaves nothing half done at Ctrl-C', async () => {
    const started = house.start(login)
    await started.says(/user_code=/)
    started.child.kill('SIGINT')
    expect(await started.ended).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('Login cancelled. Nothing was changed.'),
    })
    expect(() => house.read('models.json')).toThrow('ENOENT')
  })
})

describe('on the wire', () => {
  let house: House
  let url: string
  let token: string
  beforeAll(async () => {
    house = newHouse()
    await house.run(['plugins', 'enable', 'qwen-portal-auth'])
    ;({ url, token } = await house.gateway())
  })
  afterAll(() => house.leave())

  interface Answer {
    readonly status: number
    readonly body: { readonly error?: { readonly code: string; readonly message: string; readonly type: string } }
  }
  const ask = (
    path: string,
    options: {
      readonly method?: string
      readonly headers?: Record<string, string>
      readonly body?: string | Buffer
    } = {},
  ): Promise<Answer> =>
    new Promise((done, fail) => {
      const {
        method = options.body === undefined ? 'GET' : 'POST',
        headers = { authorization: `Bearer ${token}` },
        body,
      } = options
      const sent = request(url + path, { method, headers }, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
        response.on('end', () =>
          done({ status: response.statusCode ?? 0, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) }),
        )
      })
      sent.on('error', fail)
      sent.end(body)
    })
  const chat = (body: string): Promise<Answer> => ask('/v1/chat/completions', { body })

  it('answers 503 with the command to run before anybody signed in', async () => {
    const unset = await chat('{"model":"openclaw","messages":[{"role":"user","content":"x"}]}')
    expect(unset).toMatchObject({
      status: 503,
      body: {
        error: {
          code: 'no_model_set',
          message: 'No model is set yet. Run: openclaw models auth login --provider modelstudio --set-default',
        },
      },
    })
    const asked = await chat('{"model":"qwen-portal/coder-model","messages":[{"role":"user","content":"x"}]}')
    expect(asked).toMatchObject({
      status: 503,
      body: {
        error: {
          code: 'no_login',
          message: 'Not signed in to qwen-portal. Run: openclaw models auth login --provider qwen-portal',
        },
      },
    })
  })

  it('refuses a missing and a wrong token, a foreign host and a foreign page', async () => {
    expect(await ask('/v1/models', { headers: {} })).toMatchObject({
      status: 401,
      body: { error: { code: 'invalid_gateway_token', type: 'authentication_error' } },
    })
    expect(await ask('/v1/models', { headers: { authorization: 'Bearer wrong' } })).toMatchObject({ status: 401 })
    expect(await ask('/health', { headers: { host: 'evil.test' } })).toMatchObject({
      status: 403,
      body: { error: { code: 'foreign_host' } },
    })
    expect(
      await ask('/v1/models', { headers: { authorization: `Bearer ${token}`, origin: 'https://evil.test' } }),
    ).toMatchObject({ status: 403, body: { error: { code: 'foreign_origin' } } })
  })

  it('refuses a body that is not JSON, holds no messages, or is over 32 MiB', async () => {
    expect(await chat('{"model":')).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error' } } })
    expect(await chat('{"model":"openclaw"}')).toMatchObject({ status: 400 })
    const large = Buffer.alloc(33 * 1024 * 1024, 'x')
    expect(await ask('/v1/chat/completions', { body: large })).toMatchObject({
      status: 413,
      body: { error: { code: 'body_too_large' } },
    })
  })

  it('names the nearest for an unknown model, the plugin for a provider that is off', async () => {
    expect(await chat('{"model":"qwen-portal/coder","messages":[{"role":"user","content":"x"}]}')).toMatchObject({
      status: 404,
      body: {
        error: { code: 'model_not_found', message: expect.stringContaining('Did you mean qwen-portal/coder-model?') },
      },
    })
    expect(await chat('{"model":"nobody/x","messages":[{"role":"user","content":"x"}]}')).toMatchObject({
      status: 404,
      body: { error: { code: 'provider_not_found' } },
    })
    expect(await ask('/v1/nothing')).toMatchObject({ status: 404, body: { error: { code: 'route_not_found' } } })
    expect(await ask('/v1/chat/completions')).toMatchObject({ status: 405 })
  })
})

it('keeps a folder of the person untouched when the state cannot be kept there', async () => {
  const house = newHouse()
  try {
    mkdirSync(house.home, { recursive: true })
    writeFileSync(join(house.home, '.openclaw'), 'a file where the folder should be')
    const { code, stderr } = await house.run(['plugins', 'enable', 'qwen-portal-auth'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Error: .*\.openclaw/)
    expect(readFileSync(join(house.home, '.openclaw'), 'utf8')).toBe('a file where the folder should be')
  } finally {
    await house.leave()
  }
})
