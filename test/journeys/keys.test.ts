/** Keys: on with a key alone, a login that checks before it says done, a key that does not fit explained, chats by key. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launcher, newHouse, type EmulatorHandle, type House, type Ran } from './support/house.ts'
import { keyHosts } from './support/key-hosts.ts'
import { localServers } from './support/local-servers.ts'
import type { NamedHosts } from './support/named-hosts.ts'

let scout: House
let emulator: EmulatorHandle
let hosts: NamedHosts
let house: House
beforeAll(async () => {
  scout = newHouse()
  emulator = await scout.emulator()
  hosts = await keyHosts(emulator.hosts)
})
afterAll(async () => {
  await hosts.close()
  await scout.leave()
})
beforeEach(() => {
  house = newHouse(hosts.environment)
})
afterEach(() => house.leave())

const login = (words: string, key: string): Promise<Ran> =>
  house.run(['models', 'auth', 'login', ...words.split(' '), '--key-stdin'], { input: `${key}\n` })
const asked = (path: string): Promise<number> =>
  emulator.state().then(({ counters }) => counters.endpoints[path]?.requests ?? 0)
const chatAt = (host: string, base = '/compatible-mode/v1'): string => `POST /hosts/${host}${base}/chat/completions`

interface Status {
  readonly auth: { readonly profiles: Readonly<Record<string, object>> }
  readonly chain: readonly object[]
  readonly providers: Readonly<Record<string, object>>
}
const status = async (env: NodeJS.ProcessEnv = {}): Promise<Status> =>
  JSON.parse((await house.run(['models', 'status', '--json'], { env })).stdout) as Status

describe('a login by key', () => {
  it('asks once, writes models.json for the owner alone, and answers a question at once', async () => {
    const before = await asked(chatAt('dashscope.aliyuncs.com'))
    const { code, stdout, stderr } = await login(
      '--provider modelstudio --plan standard --region cn --set-default',
      'sk-emulator-cn',
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Checking the key at dashscope.aliyuncs.com\n' })
    expect(stdout).toContain(
      'Signed in to Alibaba Cloud Model Studio at https://dashscope.aliyuncs.com/compatible-mode/v1.',
    )
    expect((await asked(chatAt('dashscope.aliyuncs.com'))) - before).toBe(1)
    expect(JSON.parse(house.read('models.json'))).toEqual({
      models: {
        providers: {
          modelstudio: { baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1', apiKey: 'sk-emulator-cn' },
        },
      },
      auth: { profiles: { 'modelstudio:default': { provider: 'modelstudio', mode: 'api_key' } } },
    })
    expect(statSync(join(house.stateFolder, 'models.json')).mode & 0o777).toBe(0o600)
    const answer = await house.run(['agent', '--message', 'hello'])
    expect(answer).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('[emulator] qwen3.7-plus'),
      stderr: '(answered by modelstudio/qwen3.7-plus)\n',
    })
  })

  it('reads the key from a file too, and moves to another region when it is told to', async () => {
    await login('--provider modelstudio --region cn', 'sk-emulator-cn')
    const file = join(house.home, '钥匙.txt')
    writeFileSync(file, 'sk-emulator-us\r\n')
    const words = [
      'models',
      'auth',
      'login',
      '--provider',
      'modelstudio',
      '--region',
      'us',
      '--key-file',
      file,
      '--json',
    ]
    expect(JSON.parse((await house.run(words)).stdout)).toMatchObject({
      baseUrl: 'https://dashscope-us.aliyuncs.com/compatible-mode/v1',
      place: { plan: 'standard', region: 'us' },
    })
    expect(house.read('models.json')).toContain('"baseUrl": "https://dashscope-us.aliyuncs.com/compatible-mode/v1"')
    expect(house.read('models.json')).not.toContain('sk-emulator-cn')
  })

  it('explains a key of another region, with the flags that mend it, and saves nothing', async () => {
    const { code, stderr } = await login('--provider modelstudio', 'sk-emulator-cn')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^Checking.*\nError: Authentication failed\nStatus: 401\nThe key was refused at Standard, Singapore: Incorrect API key provided; a key is good only for .* \(Where else it may belong: --plan standard --region cn, .*\)\nRun: openclaw models auth login --provider modelstudio --plan standard --region cn\n$/,
    )
    expect(stderr).not.toContain('sk-emulator')
    expect(existsSync(join(house.stateFolder, 'models.json'))).toBe(false)
    expect((await login('--provider moonshot', 'sk-emulator-moonshot-cn')).stderr).toContain(
      'Run: openclaw models auth login --provider moonshot --region cn',
    )
  })

  it('knows a key of another plan by its beginning, and sends it nowhere', async () => {
    const before = (await emulator.state()).counters.endpoints
    expect(await login('--provider modelstudio --plan standard --region cn', 'sk-sp-emulator-cn')).toMatchObject({
      code: 1,
      stderr:
        'Error: By its beginning this key belongs to "Coding Plan, mainland China", not to "Standard, Beijing". It was not sent.\nRun: openclaw models auth login --provider modelstudio --plan coding --region cn\n',
    })
    expect((await login('--provider modelstudio --plan coding --region intl', 'sk-emulator-intl')).stderr).toContain(
      'Run: openclaw models auth login --provider modelstudio --plan standard --region intl',
    )
    const file = join(house.home, 'a key')
    writeFileSync(file, 'sk-emulator-cn')
    const words = '--provider modelstudio --plan coding --region cn --set-default --key-file'
    expect((await house.run(['models', 'auth', 'login', ...words.split(' '), file])).stderr).toContain(
      `Run: openclaw models auth login --provider modelstudio --plan standard --region cn --key-file '${file}' --set-default\n`,
    )
    expect((await emulator.state()).counters.endpoints).toEqual(before)
  })

  it('finds the plan by the key where no flag names one, and takes the keys of both plans', async () => {
    expect(await login('--provider modelstudio --region cn', 'sk-sp-emulator-cn')).toMatchObject({ code: 0 })
    expect(house.read('models.json')).toContain('https://coding.dashscope.aliyuncs.com/v1')
    const token = await login('--provider modelstudio --plan token --region intl', 'sk-sp-emulator-token-intl')
    expect(token).toMatchObject({ code: 0 })
    expect(house.read('models.json')).toContain(
      'https://token-plan.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1',
    )
    expect((await login('--provider modelstudio --plan coding --region cn', 'sk-sp-emulator-token-cn')).stderr).toMatch(
      /Coding Plan, mainland China: invalid access token or token expired;/,
    )
  })

  it('saves a genuine key whose account is used up, and says that it cannot be asked now', async () => {
    const unpaid = await login('--provider modelstudio --region intl', 'sk-emulator-intl-spent')
    expect(unpaid).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        'The key is genuine and was saved, but its account cannot be asked now: Access denied, please make sure your account is in good standing.',
      ),
    })
    const spent = await login('--provider modelstudio --plan coding --region cn --json', 'sk-sp-emulator-cn-spent')
    expect(JSON.parse(spent.stdout)).toMatchObject({ problem: 'hour allocated quota exceeded' })
  })

  it('keeps a second login beside the first, each with its key and its address, and pins it by name', async () => {
    await login('--provider modelstudio --region intl', 'sk-emulator-intl')
    await login('--provider modelstudio --profile plan --plan coding --region cn', 'sk-sp-emulator-cn')
    expect(JSON.parse(house.read('models.json'))).toMatchObject({
      models: { providers: { modelstudio: { apiKey: 'sk-emulator-intl' } } },
      auth: {
        profiles: {
          'modelstudio:plan': {
            provider: 'modelstudio',
            mode: 'api_key',
            apiKey: 'sk-sp-emulator-cn',
            baseUrl: 'https://coding.dashscope.aliyuncs.com/v1',
          },
        },
      },
    })
    const before = await asked(chatAt('coding.dashscope.aliyuncs.com', '/v1'))
    const pinned = ['agent', '--message', 'x', '--model', 'modelstudio/qwen3-coder-plus@modelstudio:plan']
    expect(await house.run(pinned)).toMatchObject({ code: 0 })
    expect((await asked(chatAt('coding.dashscope.aliyuncs.com', '/v1'))) - before).toBe(1)
  })

  it('says done only after an answer: neither for a page, nor for silence', async () => {
    await emulator.order('faults', { path: '/hosts/api.openai.com/v1/models', kind: 'html' })
    expect(await login('--provider openai', 'sk-emulator-openai')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /Error: The key could not be checked at api\.openai\.com, so nothing was saved: .*\nRun: openclaw models auth login --provider openai\n$/,
      ),
    })
    await emulator.order('faults', { path: '/hosts/api.openai.com/v1/models', kind: 'drop', times: 3 })
    expect((await login('--provider openai', 'sk-emulator-openai')).code).toBe(1)
    await emulator.order('reset')
    expect(existsSync(join(house.stateFolder, 'models.json'))).toBe(false)
  })

  it('takes no key from the command line, none that is no key, and none where one is not asked for', async () => {
    const words = ['models', 'auth', 'login', '--provider', 'openai']
    expect(await house.run([...words, '--key', 'sk-emulator-openai'])).toMatchObject({
      code: 2,
      stderr: expect.not.stringContaining('sk-emulator'),
    })
    expect(await house.run(words)).toMatchObject({ code: 2, stderr: expect.stringContaining('One in OPENAI_API_KEY') })
    expect(await login('--provider openai', 'two words')).toMatchObject({ code: 2 })
    expect(await login('--provider openai --region cn', 'sk-emulator-openai')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('A login to openai takes no --region.'),
    })
    for (const [flags, said] of [
      ['--provider local --region cn', 'A login to local takes no --region; it takes --server.'],
      [
        '--provider modelstudio --server ollama',
        'A login to modelstudio takes no --server; it takes --plan, --region.',
      ],
      ['--provider openai --server ollama', 'A login to openai takes no --server.'],
    ] as const) {
      const refused = await house.run(['models', 'auth', 'login', ...flags.split(' ')])
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(said) })
    }
    expect(await login('--provider modelstudio --region moon', 'sk-emulator-intl')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--region takes intl, cn, us, hk, not "moon".'),
    })
    await house.run(['plugins', 'enable', 'qwen-portal-auth'])
    expect(await login('--provider qwen-portal', 'sk-x')).toMatchObject({ code: 2 })
  })

  it('does not write a key that the settings would never use, nor an address that they overrule', async () => {
    house.settings({ models: { providers: { openai: { apiKey: '${OPENAI_API_KEY}' } } } })
    expect(await login('--provider openai', 'sk-emulator-openai')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Run: openclaw config unset models.providers.openai.apiKey'),
    })
    house.settings({
      models: { providers: { modelstudio: { baseUrl: 'https://dashscope-us.aliyuncs.com/compatible-mode/v1' } } },
    })
    expect((await login('--provider modelstudio --region cn', 'sk-emulator-cn')).stderr).toContain(
      'Run: openclaw config unset models.providers.modelstudio.baseUrl',
    )
    expect(await login('--provider modelstudio', 'sk-emulator-us')).toMatchObject({ code: 0 })
  })
})

describe('a key alone', () => {
  it('in the environment switches its provider on, answers, and is written nowhere', async () => {
    const env = { DASHSCOPE_API_KEY: 'sk-emulator-intl' }
    expect((await house.run(['models', 'list'], { env })).stdout).toMatch(/^modelstudio\/qwen3\.7-plus +.* yes +-$/m)
    expect((await house.run(['plugins', 'list'], { env })).stdout).toMatch(/^modelstudio +on /m)
    const answer = await house.run(['agent', '--message', 'x', '--model', 'modelstudio/qwen3-coder-plus'], { env })
    expect(answer).toMatchObject({ code: 0, stdout: expect.stringContaining('[emulator] qwen3-coder-plus') })
    expect((await status(env)).auth.profiles['modelstudio:env']).toEqual({
      provider: 'modelstudio',
      mode: 'api_key',
      state: 'ok',
      baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
      source: '${DASHSCOPE_API_KEY}',
    })
    for (const file of ['openclaw.json', 'models.json']) expect(existsSync(join(house.stateFolder, file))).toBe(false)
  })

  it('asks Anthropic in its own format, and looks at its list of models to check a key', async () => {
    const at = (path: string): Promise<number> => asked(path.replace(' ', ' /hosts/api.anthropic.com/v1'))
    const before = [await at('GET /models'), await at('POST /messages')]
    expect((await login('--provider anthropic --set-default', 'sk-ant-emulator')).code).toBe(0)
    expect((await house.run(['agent', '--message', 'x'])).code).toBe(0)
    const after = [await at('GET /models'), await at('POST /messages')]
    expect(after.map((count, which) => count - (before[which] ?? 0))).toEqual([1, 1])
  })

  it.each([
    ['openai', 'OPENAI_API_KEY', 'sk-emulator-openai', 'gpt-6.1-terra'],
    ['anthropic', 'ANTHROPIC_API_KEY', 'sk-ant-emulator', 'claude-sonnet-5-5'],
    ['openrouter', 'OPENROUTER_API_KEY', 'sk-or-emulator', 'qwen/qwen3.7-plus'],
    ['deepseek', 'DEEPSEEK_API_KEY', 'sk-emulator-deepseek', 'deepseek-flash'],
    ['moonshot', 'MOONSHOT_API_KEY', 'sk-emulator-moonshot-intl', 'kimi-k3.1-pro'],
  ])('is all that %s needs, in %s or by a login', async (provider, variable, key, model) => {
    const words = ['agent', '--message', 'x', '--model', `${provider}/${model}`]
    const text = expect.stringContaining(`[emulator] ${model}`)
    expect(await house.run(words, { env: { [variable]: key } })).toMatchObject({ code: 0, stdout: text })
    expect((await login(`--provider ${provider}`, `${key}-of-somebody-else`)).code).toBe(1)
    expect(await login(`--provider ${provider} --set-default`, key)).toMatchObject({ code: 0 })
    expect(await house.run(['agent', '--message', 'x'])).toMatchObject({ code: 0, stdout: text })
  })

  it('goes to the host of the plan that its variable names', async () => {
    const env = { BAILIAN_CODING_PLAN_API_KEY: 'sk-sp-emulator-cn' }
    expect((await status(env)).auth.profiles['modelstudio:env']).toMatchObject({
      baseUrl: 'https://coding.dashscope.aliyuncs.com/v1',
    })
  })

  it('of another region is told for what it is when it is refused, with the way out', async () => {
    const words = ['agent', '--message', 'x', '--model', 'modelstudio/qwen3.7-plus']
    const { code, stderr } = await house.run(words, { env: { DASHSCOPE_API_KEY: 'sk-emulator-cn' } })
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^Error: Authentication failed\nStatus: 401\nmodelstudio says: Incorrect API key provided; a key is good only for the plan .*\nRun: openclaw models auth login --provider modelstudio\n$/,
    )
    const chinese = await house.run([...words, '--lang', 'zh-CN'], { env: { DASHSCOPE_API_KEY: 'sk-emulator-cn' } })
    expect(chinese.stderr).toContain('API Key 只在创建它时所选的套餐')
  })

  it('in the settings goes before one in the environment', async () => {
    await login('--provider modelstudio --region cn', 'sk-emulator-cn')
    const { auth } = await status({ DASHSCOPE_API_KEY: 'sk-emulator-intl' })
    expect(Object.keys(auth.profiles)).toEqual(['modelstudio:default'])
  })

  it('reaches a gateway that runs already: a login switches its provider on there', async () => {
    const { url, token } = await house.gateway()
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 })
    const ask = () =>
      client.chat.completions.create({ model: 'modelstudio/qwen3.7-plus', messages: [{ role: 'user', content: 'x' }] })
    await expect(ask()).rejects.toMatchObject({
      status: 503,
      message: expect.stringContaining('Not signed in to modelstudio.'),
    })
    await login('--provider modelstudio --region hk', 'sk-emulator-hk')
    await expect.poll(async () => (await ask().catch(() => undefined))?.model, { timeout: 10_000 }).toBe('qwen3.7-plus')
  })

  it('is named as what a fallback lacks, instead of a plugin to enable', async () => {
    const { code, stderr } = await house.run(['models', 'set', 'openai/gpt-6-luna'])
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr:
        'Error: Not signed in to openai. No key is in the settings, nor in OPENAI_API_KEY.\nRun: openclaw models auth login --provider openai\n',
    })
  })

  it('does not switch on what somebody switched off', async () => {
    await house.run(['plugins', 'disable', 'openai'])
    const { stderr } = await house.run(['models', 'set', 'openai/gpt-6-luna'], { env: { OPENAI_API_KEY: 'sk-x' } })
    expect(stderr).toContain('Run: openclaw plugins enable openai')
  })
})

describe('models on this machine', () => {
  it('answer without a key, under whatever id they have, as soon as their address is in the settings', async () => {
    house.settings({ models: { providers: { local: { baseUrl: emulator.local } } } })
    const answer = await house.run(['agent', '--message', 'hello', '--model', 'local/local-model:7b'])
    expect(answer).toMatchObject({ code: 0, stdout: expect.stringContaining('[emulator] local-model:7b') })
    expect((await house.run(['models', 'list'])).stdout).toMatch(/^local\/local-model:7b +- +- +yes +-$/m)
    expect((await status()).providers['local']).toMatchObject({ answers: true })
  })

  it('are not asked for their list on the way of a request, nor at the start of a gateway', async () => {
    house.settings({ models: { providers: { local: { baseUrl: emulator.local } } } })
    const before = await asked('GET /local/v1/models')
    const { url, token } = await house.gateway()
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token })
    await client.chat.completions.create({ model: 'local/local-model:7b', messages: [{ role: 'user', content: 'x' }] })
    await client.models.list()
    expect(await asked('GET /local/v1/models')).toBe(before)
  })

  it('are told as silent when nobody answers, without making anybody wait', async () => {
    house.settings({ models: { providers: { local: { baseUrl: 'http://127.0.0.1:9/v1' } } } })
    const { stdout } = await house.run(['models', 'status'])
    expect(stdout).toContain('Models on this machine: nobody answers at http://127.0.0.1:9/v1.')
  })

  it('are not taken for one another: several want a name, and the one that was chosen stays', async ({ skip }) => {
    await using servers = await localServers([1_234, 8_000], emulator.local)
    if (!servers) return skip('port 1234 or 8000 is taken on this machine')
    const words = ['models', 'auth', 'login', '--provider', 'local']
    const untold = await house.run(words)
    expect(untold).toMatchObject({ code: 2, stdout: '' })
    expect(untold.stderr).toContain(
      'Several servers of models answer on this machine: LM Studio (127.0.0.1:1234), vLLM (127.0.0.1:8000).',
    )
    expect(untold.stderr).toContain('Run: openclaw models auth login --provider local --server lmstudio\n')
    expect(existsSync(join(house.stateFolder, 'models.json'))).toBe(false)
    expect(await house.run([...words, '--server', 'vllm'])).toMatchObject({ code: 0 })
    expect(await house.run(words)).toMatchObject({ code: 0 })
    expect(house.read('models.json')).toContain('http://127.0.0.1:8000/v1')
    await servers.close(8_000)
    const moved = await house.run(words)
    expect(moved).toMatchObject({ code: 2 })
    expect(moved.stderr).toContain(
      'The server that was chosen before (127.0.0.1:8000) does not answer, and others do: LM Studio (127.0.0.1:1234).',
    )
    expect(house.read('models.json')).toContain('http://127.0.0.1:8000/v1')
  })

  it('are found at the port where such a server listens, and signed in to by one command', async ({ skip }) => {
    await using server = await localServers([1_234], emulator.local)
    if (!server) return skip('port 1234 is taken on this machine')
    const listed = await house.run(['models', 'list'])
    expect(listed.stdout).toMatch(/^local\/local-model:7b .* no \(server not chosen\) +found:lmstudio$/m)
    expect(listed.stderr).toContain('openclaw models auth login --provider local')
    const signedIn = await house.run([
      'models',
      'auth',
      'login',
      '--provider',
      'local',
      '--server',
      'lmstudio',
      '--set-default',
    ])
    expect(signedIn).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Default model: local/local-model:7b'),
    })
    expect(JSON.parse(house.read('models.json'))).toEqual({
      models: { providers: { local: { baseUrl: 'http://127.0.0.1:1234/v1' } } },
      auth: { profiles: { 'local:default': { provider: 'local', mode: 'api_key' } } },
    })
    // The same login again leaves the default as it is, and has nothing to tell of it.
    const again = await house.run(['models', 'auth', 'login', '--provider', 'local', '--server', 'lmstudio'])
    expect(again).toMatchObject({ code: 0, stdout: expect.not.stringContaining('Default model') })
    expect(again.stdout).toContain('It offers 1 model.')
    expect((await house.run(['agent', '--message', 'hello'])).stdout).toContain('[emulator] local-model:7b')
  })
})

describe('at a terminal', () => {
  /** util-linux's `script` lends a terminal. */
  const noTerminal = spawnSync('script', ['--version']).status !== 0 && 'there is no script(1) here to lend a terminal'

  it('plan and region are asked until the answer is one of them, and the key is typed without being shown', async ({
    skip,
  }) => {
    if (noTerminal) skip(noTerminal)
    const command = `exec '${process.execPath}' '${launcher}' models auth login --provider modelstudio`
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: { ...house.environment, TERM: 'xterm' },
      cwd: house.home,
    })
    let shown = ''
    const answers: [RegExp, string][] = [
      [/1 to 8 \(Enter = 1\): $/, '9\r'],
      [/1 to 8 \(Enter = 1\): 9\s+1 to 8 \(Enter = 1\): $/, '2\r'],
      [/it is not shown\): $/, 'sk-emulator-cn\r'],
    ]
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString('utf8')
      const [next] = answers
      if (next?.[0].test(stripVTControlCharacters(shown))) {
        answers.shift()
        child.stdin.write(next[1])
      }
    })
    expect(await new Promise((done) => child.on('close', done))).toBe(0)
    expect(shown).toContain('2  Standard, Beijing: --plan standard --region cn')
    expect(shown).toContain(
      'Signed in to Alibaba Cloud Model Studio at https://dashscope.aliyuncs.com/compatible-mode/v1.',
    )
    expect(shown).not.toContain('sk-emulator-cn')
    expect(house.read('models.json')).toContain('sk-emulator-cn')
  })
})

describe('the catalogue', () => {
  it('has every bundled model, with what it costs, as of when', async () => {
    const { models } = JSON.parse((await house.run(['models', 'list', '--all', '--json'])).stdout) as {
      models: { ref: string; available: boolean }[]
    }
    expect(models.map(({ ref }) => ref)).toEqual(
      expect.arrayContaining(['modelstudio/qwen3.7-plus', 'anthropic/claude-sonnet-5-5', 'qwen-portal/coder-model']),
    )
    expect(models.some(({ available }) => available)).toBe(false)
    const { stdout } = await house.run(['models', 'show', 'modelstudio/qwen3.7-plus'])
    expect(stdout).toContain('USD 0.4 in, 1.6 out per million tokens, cache read 0.08\n')
    expect(stdout).toContain('above 256,000 input tokens: USD 1.2 in, 4.8 out per million tokens')
    expect(stdout).toMatch(/^As of +2026-11-10 \(pi-ai 1\.5\.2\)$/m)
    expect(await house.run(['models', 'show', 'modelstudio/qwen3.7-puls'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Did you mean modelstudio/qwen3.7-plus?'),
    })
  })

  it("flags the guide's models that are gone or going, with what replaces them", async () => {
    house.settings({
      agents: {
        defaults: {
          model: {
            primary: 'qwen-portal/coder-model',
            fallbacks: ['anthropic/claude-sonnet-4-20250514', 'openai/gpt-4o', 'openai/gpt-99', 'nobody/m'],
          },
        },
        list: [{ id: 'complex-tasks', model: 'anthropic/claude-opus-4-20250514' }],
      },
    })
    const retired = (model: string) => ({
      retirement: { standing: 'retired', on: '2026-06-15', replacement: `anthropic/${model}` },
    })
    const { chain } = await status({ OPENAI_API_KEY: 'sk-x' })
    expect(chain).toEqual([
      { use: 'default', name: 'qwen-portal/coder-model', ref: 'qwen-portal/coder-model', state: 'switched-off' },
      expect.objectContaining({ use: 'fallback#1', state: 'no-key', ...retired('claude-sonnet-5-5') }),
      expect.objectContaining({
        use: 'fallback#2',
        state: 'ok',
        retirement: expect.objectContaining({ on: '2027-01-14', replacement: 'openai/gpt-6-luna' }),
      }),
      { use: 'fallback#3', name: 'openai/gpt-99', ref: 'openai/gpt-99', state: 'unlisted' },
      { use: 'fallback#4', name: 'nobody/m', ref: 'nobody/m', state: 'unknown-provider' },
      expect.objectContaining({ use: 'agent:complex-tasks', state: 'no-key', ...retired('claude-opus-5-5') }),
    ])
    const { stdout } = await house.run(['models', 'status'])
    expect(stdout).toContain(
      'anthropic/claude-sonnet-4-20250514 was retired on 2026-06-15 and is not answered any more.\nWhat replaces it: anthropic/claude-sonnet-5-5\n',
    )
  })
})
