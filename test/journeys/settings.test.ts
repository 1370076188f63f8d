/** Settings for people: checked as a whole, described for editors, taken over from the original program. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelList, SettingsReport } from '../../src/control/contract.ts'
import { newHouse, type House } from './support/house.ts'

let house: House
beforeEach(() => {
  house = newHouse()
})
afterEach(() => house.leave())

it('shows what counts where nothing is set', async () => {
  expect((await house.run(['config', 'get', 'gateway.hedge'])).stdout).toBe('free\n')
  expect((await house.run(['config', 'get', 'gateway.hedgeAfterMs'])).stdout).toBe('10000\n')
  expect((await house.run(['models', 'status'])).stdout).toMatch(
    /Late models\s+after 10 s a fallback that costs nothing/,
  )
  expect((await house.run(['config', 'get', 'gateway.tls'])).code).not.toBe(0)
})

describe('config validate', () => {
  it('is content with nothing at all', async () => {
    expect(await house.run(['config', 'validate'])).toMatchObject({
      code: 0,
      stdout: 'Nothing is wrong with the settings.\n',
    })
  })

  it('names everything wrong and everything doubtful with its place, and no secret', async () => {
    house.settings(
      [
        '{',
        '  gateway: { prot: 1, port: 99999 },',
        '  models: { providers: { x: { apiKey: ["sk-secret"], baseUrl: "ftp://x" } } },',
        '  language: "${NOT_SET_HERE}",',
        '}',
      ].join('\n'),
    )
    const { code, stdout } = await house.run(['config', 'validate'])
    const file = join(house.stateFolder, 'openclaw.json')
    expect(code).toBe(1)
    expect(stdout.split('\n')).toEqual([
      `${file}:2:20: warning: gateway.prot: openclaw knows no such setting; it counts for nothing. Did you mean gateway.port?`,
      `${file}:2:29: error: gateway.port: expected a whole number from 1 to 65535, met 99999`,
      `${file}:3:39: error: models.providers.x.apiKey: expected a text, met a list`,
      `${file}:3:63: error: models.providers.x.baseUrl: expected an http or https address, met a text`,
      `${file}:4:13: warning: language: the variable NOT_SET_HERE is not set in this environment`,
      'Errors: 3, warnings: 2',
      '',
    ])
    const json = JSON.parse((await house.run(['config', 'validate', '--json'])).stdout) as SettingsReport
    expect(json).toMatchObject({ ok: false, files: [file, join(house.stateFolder, 'models.json')] })
    expect(json.findings[1]).toEqual({
      level: 'error',
      file,
      line: 2,
      column: 29,
      path: 'gateway.port',
      message: 'expected a whole number from 1 to 65535, met 99999',
    })
  })

  it('names both files when neither can be read', async () => {
    house.settings('{ a: ')
    writeFileSync(join(house.stateFolder, 'models.json'), '[1,,]')
    const { code, stdout } = await house.run(['config', 'validate'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/openclaw\.json:1:6: error: met the end of the text, expected a value/)
    expect(stdout).toMatch(/models\.json:1:4: error: met a comma, expected a value or \]/)
  })

  it('doubts a key that stands twice, as when two snippets are pasted one after the other', async () => {
    house.settings('{\n  models: { providers: {} },\n  models: { aliases: {} },\n}')
    const { code, stdout } = await house.run(['config', 'validate'])
    expect(code).toBe(0)
    expect(stdout).toContain(
      'openclaw.json:3:3: warning: models: this key stands on line 2 too, and only one of the two counts',
    )
  })

  it('doubts models that nobody offers, with the nearest and the plugin that is off', async () => {
    house.settings({
      models: {
        providers: { near: { baseUrl: 'http://127.0.0.1:9/v1', models: ['large'] } },
        aliases: { fast: 'near/smal', gone: 'nobody/m' },
      },
      agents: {
        defaults: { model: { primary: 'qwen-portal/coder-model', fallbacks: ['near/larg'] } },
        list: [{ id: 'a', model: 'near/large' }],
      },
    })
    const { code, stdout } = await house.run(['config', 'validate'])
    expect(code).toBe(0)
    expect(stdout).toContain('models.aliases.fast: there is no model near/smal')
    expect(stdout).toContain('models.aliases.gone: no plugin and no settings entry brings the provider nobody')
    expect(stdout).toContain(
      'agents.defaults.model.primary: the plugin qwen-portal-auth, which brings qwen-portal, is not enabled',
    )
    expect(stdout).toContain(
      'agents.defaults.model.fallbacks[0]: there is no model near/larg. Did you mean near/large?',
    )
    expect(stdout).toContain('Errors: 0, warnings: 4')
  })

  it('doubts a provider that waits for a key, and none that has one', async () => {
    house.settings({ agents: { defaults: { model: { primary: 'openai/gpt-4o', fallbacks: ['deepseek/any-model'] } } } })
    const waiting = await house.run(['config', 'validate'])
    expect(waiting.code).toBe(0)
    expect(waiting.stdout).toContain(
      'agents.defaults.model.primary: openai waits for a key: openclaw models auth login --provider openai',
    )
    expect(waiting.stdout).toContain('Errors: 0, warnings: 2')
    const env = { OPENAI_API_KEY: 'sk-not-to-be-seen', DEEPSEEK_API_KEY: 'sk-not-to-be-seen' }
    const { stdout } = await house.run(['config', 'validate'], { env })
    expect(stdout).toBe('Nothing is wrong with the settings.\n')
  })
})

describe('config validate tells what would fail later', () => {
  const findings = async (settings: object | string): Promise<readonly string[]> => {
    house.settings(settings)
    const { stdout } = await house.run(['config', 'validate'])
    const file = join(house.stateFolder, 'openclaw.json')
    return stdout
      .trimEnd()
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(`${file}:`, ''))
  }

  it('plain http to another machine, and so does a request, which is sent to nobody', async () => {
    const settings = {
      models: { providers: { far: { baseUrl: 'http://198.51.100.7:8000/v1', models: ['m'] } } },
      agents: { defaults: { model: 'far/m' } },
    }
    const command = 'openclaw config set models.providers.far.baseUrl https://198.51.100.7:8000/v1'
    expect(await findings(settings)).toEqual([
      `5:20: warning: models.providers.far.baseUrl: plain http is used toward this machine only; elsewhere the address must begin with https. Run: ${command}`,
    ])
    const { code, stderr } = await house.run(['agent', '--message', 'hi'])
    expect(code).toBe(1)
    expect(stderr).toContain('Nothing was sent to far: http://198.51.100.7:8000/v1 is plain http to another machine')
    expect(stderr).not.toContain('tried')
    expect(stderr).toContain(`Run: ${command}\n`)
    expect((await house.run(['models', 'list'])).stdout).toMatch(/^far\/m .*no \(plain http to another machine\)/m)
  })

  it('agents with the same id, files and folders that are not there, and plugins that nobody knows', async () => {
    expect(
      await findings(
        [
          '{ agents: { list: [{ id: "a" }, { id: "a" }] },',
          '  gateway: { ca: "missing.pem" },',
          '  plugins: {',
          '    load: { paths: ["/no/such/folder"] },',
          '    entries: { "qwen-portal-aut": { enabled: true } } },',
          '  models: { providers: { "my own": { baseUrl: "https://a.example/v1" } } } }',
        ].join('\n'),
      ),
    ).toEqual([
      `1:39: warning: agents.list[1].id: agents.list[0] has the same id, and only the last of them counts. Run: openclaw config unset 'agents.list[0]'`,
      `2:18: warning: gateway.ca: ${join(house.stateFolder, 'missing.pem')}: there is no such file. Run: openclaw config set gateway.ca /path/to/authority.pem`,
      `4:21: warning: plugins.load.paths[0]: there is no such folder. Run: openclaw config unset 'plugins.load.paths[0]'`,
      '5:35: warning: plugins.entries.qwen-portal-aut: there is no plugin with this id. Did you mean qwen-portal-auth? Run: openclaw config unset plugins.entries.qwen-portal-aut',
      `6:36: warning: models.providers.my own: this id of a provider is hard to name in commands and model refs; letters, digits and "_", "-", ".", "+" are safe. Run: openclaw config unset 'models.providers.my own'`,
    ])
  })

  it('though something else has the wrong form', async () => {
    expect(
      await findings(
        '{ gateway: { port: "abc" }, agents: { list: [{ id: 3 }, { id: "b", model: "near/smal" }] },\n' +
          'models: { providers: { near: { baseUrl: "http://127.0.0.1:9/v1", models: ["small"] }, "a/b": {} } } }',
      ),
    ).toEqual([
      expect.stringMatching(/^1:20: error: gateway\.port/),
      expect.stringMatching(/^1:52: error: agents\.list\[0\]\.id/),
      '1:75: warning: agents.list[1].model: there is no model near/smal. Did you mean near/small?',
      expect.stringMatching(/^2:\d+: error: models\.providers\.a\/b/),
    ])
  })

  it('a default model whose provider has no key, which is not called ready either', async () => {
    const settings = {
      models: { providers: { openai: { models: [] } } },
      agents: { defaults: { model: 'openai/gpt-nonexist' } },
    }
    expect(await findings(settings)).toEqual([
      '11:16: warning: agents.defaults.model: there is no key and no login for openai. Run: openclaw models auth login --provider openai',
    ])
    expect((await house.run(['models', 'list'])).stdout).toMatch(
      /^openai\/gpt-nonexist +- +- +no \(not signed in\) +default$/m,
    )
    const { models } = JSON.parse((await house.run(['models', 'list', '--json'])).stdout) as ModelList
    expect(models).toEqual([{ ref: 'openai/gpt-nonexist', available: false, unready: 'no-login', tags: ['default'] }])
    expect((await house.run(['agent', '--message', 'hi'])).stderr).toContain('Not signed in to openai')
  })

  it('a server on this machine that was not chosen, which needs no key', async () => {
    expect(await findings({ agents: { defaults: { model: 'local/x' } } })).toEqual([
      '4:16: warning: agents.defaults.model: no server of local is chosen yet: openclaw models auth login --provider local',
    ])
  })

  it('secrets that other users may read, with the command that ends it', async () => {
    house.settings({ models: { providers: { x: { baseUrl: 'https://x.example/v1', apiKey: 'not-to-be-seen' } } } })
    const file = join(house.stateFolder, 'openclaw.json')
    chmodSync(file, 0o644)
    const said = `other users of this machine may read this file, and it holds secrets (mode 644)`
    const { stdout } = await house.run(['config', 'validate'])
    expect(stdout).toContain(`${file}:1:1: warning: ${said}. Run: chmod 600 '${file}'`)
    expect((await house.run(['models', 'status'])).stdout).toContain(`chmod 600 '${file}'`)
    chmodSync(file, 0o600)
    expect((await house.run(['config', 'validate'])).stdout).toBe('Nothing is wrong with the settings.\n')
    expect((await house.run(['models', 'status'])).stdout).not.toContain('chmod')
  })
})

it('config schema and config path serve editors', async () => {
  const { stdout } = await house.run(['config', 'schema'])
  const inPackage = readFileSync(new URL('../../schemas/openclaw.schema.json', import.meta.url), 'utf8')
  expect(JSON.parse(stdout)).toEqual(JSON.parse(inPackage))
  const file = join(house.stateFolder, 'openclaw.json')
  expect((await house.run(['config', 'path'])).stdout).toBe(`${file}\n`)
  expect(JSON.parse((await house.run(['config', 'path', '--json'])).stdout)).toMatchObject({
    folder: house.stateFolder,
    openclawJson: file,
  })
})

it.runIf(process.platform !== 'win32')('a home is never taken from where somebody happens to stand', async () => {
  const { stdout } = await house.run(['config', 'path'], { env: { HOME: '' } })
  expect(stdout).toBe(`${join(userInfo().homedir, '.openclaw', 'openclaw.json')}\n`)
  const relative = await house.run(['config', 'path'], { env: { HOME: 'here' } })
  expect(relative).toMatchObject({ code: 2, stdout: '' })
  expect(relative.stderr).toContain('HOME is here, which is another folder wherever this is run')
})

it('config set says at once that what was set leads nowhere', async () => {
  const { code, stderr } = await house.run(['config', 'set', 'agents.defaults.model', 'nope/x'])
  expect(code).toBe(0)
  expect(stderr).toContain('agents.defaults.model: no plugin and no settings entry brings the provider nope')
})

it('config set takes no text that begins like JSON5 and is none, unless it is meant so', async () => {
  house.settings({ agents: { defaults: { model: 'near/good' } } })
  const before = house.read('openclaw.json')
  for (const value of ['{"primary":"local/tiny"', '["a"', '"unclosed', "'unclosed"]) {
    const { code, stdout, stderr } = await house.run(['config', 'set', 'agents.defaults.model', value])
    expect([value, code, stdout]).toEqual([value, 2, ''])
    expect(stderr).toMatch(
      /Nothing was changed: the value begins like JSON5 and is none: 1:\d+: met the end of the text/,
    )
    expect(stderr).toContain("Run: openclaw config set agents.defaults.model '...' --text\n")
  }
  expect(house.read('openclaw.json')).toBe(before)
  await house.run(['config', 'set', 'models.aliases.odd', '[x', '--text'])
  await house.run(['config', 'set', 'models.aliases.also', '"[x"'])
  expect(JSON.parse(house.read('openclaw.json'))).toMatchObject({ models: { aliases: { odd: '[x', also: '[x' } } })
})

it('a person’s own text is kept beside the file when a command changes it, which is told', async () => {
  house.settings('{ gateway: { port: 5000 } } // mine')
  const { stderr } = await house.run(['config', 'set', 'gateway.port', '5001'])
  const backup = join(house.stateFolder, 'openclaw.json.bak')
  expect(stderr).toBe(`The text that was there before is kept as ${backup}\n`)
  expect(readFileSync(backup, 'utf8')).toBe('{ gateway: { port: 5000 } } // mine')
  expect((await house.run(['config', 'set', 'gateway.port', '5002'])).stderr).toBe('')
})

it('two writers at once lose nothing: 12 commands, and an editor that takes no lease', async () => {
  house.settings('{ mine: 0 }')
  const file = join(house.stateFolder, 'openclaw.json')
  const editor = setInterval(() => {
    const text = readFileSync(file, 'utf8')
    writeFileSync(
      `${file}~`,
      text.replace(/mine: (\d+)/, (_, n) => `mine: ${Number(n) + 1}`),
    )
    // As editors do, it looks whether the file has changed under it.
    if (readFileSync(file, 'utf8') === text) renameSync(`${file}~`, file)
  }, 97)
  const ran = await Promise.all(
    Array.from({ length: 12 }, (_, at) => house.run(['config', 'set', `models.aliases.a${at}`, `p/m${at}`])),
  )
  clearInterval(editor)
  expect(ran.map(({ code }) => code)).toEqual(Array.from({ length: 12 }, () => 0))
  const aliases = JSON.parse((await house.run(['config', 'get', 'models.aliases'])).stdout) as object
  // An editor that saves an older text over ours takes back what came in between: that is in its .bak or still there.
  const texts = [house.read('openclaw.json'), house.read('openclaw.json.bak')].join('\n')
  for (let at = 0; at < 12; at += 1) expect(texts).toContain(`p/m${at}`)
  expect(Object.keys(aliases).length).toBeGreaterThan(0)
})

describe('the original program’s folder', () => {
  const ORIGINAL = JSON.stringify({
    meta: { lastTouchedVersion: '2026.2.3-1' },
    models: { providers: { keyed: { baseUrl: 'https://a.example/v1', apiKey: 'sk-plain-key', models: ['m'] } } },
    agents: { defaults: { model: { primary: 'keyed/m' } } },
  })

  it('is left as it is; its settings are taken over when a person says so, once', async () => {
    house.settings(ORIGINAL)
    const ours = `${house.stateFolder}-gateway`
    const first = await house.run(['models', 'list'])
    expect(first.stderr).toBe(
      `${house.stateFolder} belongs to the original OpenClaw and is left as it is; openclaw works in ${ours}.\nRun: openclaw config import\n`,
    )
    expect((await house.run(['config', 'import', '--dry-run'])).stdout).toContain(
      'would be taken over: models.providers.keyed\n',
    )
    expect(readdirSync(house.home)).toEqual(['.openclaw'])

    const { stdout } = await house.run(['config', 'import'])
    expect(stdout).toContain('taken over: agents.defaults.model\n')
    expect(readFileSync(join(ours, 'openclaw.json'), 'utf8')).not.toContain('sk-plain-key')
    expect(readFileSync(join(ours, 'models.json'), 'utf8')).toContain('sk-plain-key')
    expect((await house.run(['models', 'list'])).stdout).toContain('keyed/m')
    expect((await house.run(['models', 'list'])).stderr).toBe('')

    await house.run(['config', 'set', 'agents.defaults.model', 'keyed/other'])
    const again = await house.run(['config', 'import'])
    expect(again.stdout).toContain('left: agents.defaults.model (it is set here already)')
    expect((await house.run(['config', 'get', 'agents.defaults.model'])).stdout).toBe('keyed/other\n')
    expect(house.read('openclaw.json')).toBe(ORIGINAL)
    expect(readdirSync(house.stateFolder)).toEqual(['openclaw.json'])
  })

  it('is looked for where a person says, and told where there is none', async () => {
    const other = join(house.home, 'elsewhere')
    mkdirSync(other)
    writeFileSync(join(other, 'openclaw.json'), ORIGINAL)
    expect((await house.run(['config', 'import', '--from', 'elsewhere'])).stdout).toContain(
      'taken over: models.providers.keyed',
    )
    expect(await house.run(['config', 'import', '--from', 'nowhere', '--lang', 'zh-CN'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('里没有原版 OpenClaw 的设置'),
    })
  })
})
