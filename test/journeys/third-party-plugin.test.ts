/** A third party's plugin: written as our pages say, built, enabled, asked; refused when its files change, while the rest works. */
import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import * as z from 'zod'
import { freePort, newHouse, type EmulatorHandle, type House } from './support/house.ts'
import { copyExample, example, thirdParty, type ThirdParty } from './support/third-party.ts'

const root = resolve(import.meta.dirname, '../..')
const KEY = { HELLO_API_KEY: 'sk-emulator-backup' }

/** A home whose openclaw has its own port, and in which Hello's address is the emulator's. */
async function newHome(): Promise<{ house: House; emulator: EmulatorHandle; third: ThirdParty }> {
  const house = newHouse()
  const emulator = await house.emulator()
  const { baseUrl } = emulator.backup
  house.settings({ gateway: { port: await freePort() }, models: { providers: { hello: { baseUrl } } } })
  return { house, emulator, third: thirdParty(house) }
}

interface Page {
  readonly files: readonly { readonly name: string; readonly text: string }[]
  readonly scripts: readonly string[]
}

function pageIn(language: string): Page {
  const text = readFileSync(join(root, 'docs', language, 'write-a-plugin.md'), 'utf8')
  const blocks = [...text.matchAll(/```(\w+)(?: (\S+))?\n([\s\S]*?)```/g)]
  return {
    files: blocks.flatMap(([, , name, inside = '']) => (name === undefined ? [] : [{ name, text: inside }])),
    scripts: blocks.flatMap(([, kind, , inside = '']) => (kind === 'bash' ? [inside] : [])),
  }
}

describe('write-a-plugin.md', () => {
  const page = pageIn('en')

  it('shows the files of the example as they are', () => {
    expect(page.files.map(({ name }) => name)).toEqual([
      'package.json',
      'tsconfig.json',
      'plugin/openclaw.plugin.json',
      'src/index.ts',
      'src/read-failure.ts',
      'test/contract.test.mjs',
    ])
    for (const { name, text } of page.files) expect(text).toBe(readFileSync(join(example, name), 'utf8'))
  })

  it('shows the same files and commands in Chinese', () => {
    const { files, scripts } = pageIn('zh-CN')
    expect(files).toEqual(page.files)
    expect(scripts.map((script) => script.replace('"你好"', '"Hello"'))).toEqual(page.scripts)
  })

  it('leads from an empty folder to an answer, line by line', async () => {
    const { house, third } = await newHome()
    onTestFinished(() => house.leave())
    for (const { name, text } of page.files) third.write(name, text)
    const said: string[] = []
    for (const script of page.scripts) {
      const { code, stdout, stderr } = await third.shell(script)
      expect({ script, code, stderr: code === 0 ? '' : stderr + stdout }).toEqual({ script, code: 0, stderr: '' })
      said.push(stdout)
    }
    const [tested = '', enabled = '', asked = '', changed = ''] = said
    expect(tested).toMatch(/pass 1\b/)
    expect(enabled).toContain('Plugin hello-provider is on.')
    expect(enabled).toContain('A plugin runs inside openclaw and can do what openclaw can do.')
    expect(asked).toContain('[emulator] backup-model: You asked:')
    expect(changed).toContain('are not those that you enabled')
    expect(changed).toMatch(/\d plugins checked, nothing to mend\./)
  }, 60_000)
})

describe('a third party’s plugin', () => {
  let house: House
  let emulator: EmulatorHandle
  let third: ThirdParty
  const ask = async (
    { url, token }: { readonly url: string; readonly token: string },
    model: string,
  ): Promise<{ status: number; text: string; model: string | null }> => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-openclaw-fallback': 'off' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    })
    return { status: response.status, text: await response.text(), model: response.headers.get('x-openclaw-model') }
  }
  const json = async (words: readonly string[]): Promise<unknown> =>
    JSON.parse((await house.run([...words, '--json'])).stdout)
  const isAs = (schema: string, found: unknown): void => {
    const text = readFileSync(join(root, 'schemas', `${schema}.schema.json`), 'utf8')
    const parsed = z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]).safeParse(found)
    expect(parsed.error?.issues).toBeUndefined()
  }

  beforeAll(async () => {
    ;({ house, emulator, third } = await newHome())
    copyExample(third)
    const built = await third.shell('npm run build')
    expect(built.stderr + built.stdout).not.toContain('error')
    const { baseUrl, models } = emulator.backup
    const apiKey = '${HELLO_API_KEY}'
    house.settings({
      models: { providers: { hello: { baseUrl, apiKey }, backup: { baseUrl, apiKey, models } } },
      plugins: { load: { paths: ['${PLUGINS}'] } },
    })
    house.environment['PLUGINS'] = join(third.folder, 'plugin')
    Object.assign(house.environment, KEY)
  })
  afterAll(() => house.leave())

  it('compiles against the sdk and its contract kit, and not where it says what no provider says', async () => {
    third.write(
      'src/kit.ts',
      `import { checkPlugin, type Breach } from 'openclaw/sdk/contract-kit'
export const found: Promise<readonly Breach[]> = checkPlugin(new URL('../plugin/', import.meta.url))
`,
    )
    third.write('src/wrong.ts', `import { httpProvider } from 'openclaw/sdk'\nhttpProvider({ id: 1 })\n`)
    const { stdout } = await third.shell('npx tsc --noEmit || rm src/wrong.ts && npx tsc --noEmit && rm src/kit.ts')
    expect(stdout).toMatch(/^src\/wrong\.ts.* error TS2322: Type 'number' is not assignable to type 'string'\.$/m)
    expect(stdout.match(/error TS/g)).toHaveLength(1)
    expect(existsSync(join(third.folder, 'src', 'kit.ts'))).toBe(false)
  })

  it('P-01 is not loaded by lying there, nor by the settings alone', async () => {
    expect(await json(['plugins', 'info', 'hello-provider'])).toMatchObject({ state: 'off', origin: 'outside' })
    expect((await house.run(['models', 'set', 'hello/backup-model'])).stderr).toContain(
      'openclaw plugins enable hello-provider',
    )
    await house.run(['config', 'set', 'plugins.entries.hello-provider.enabled', 'true'])
    expect(await json(['plugins', 'list'])).toMatchObject({
      plugins: expect.arrayContaining([expect.objectContaining({ id: 'hello-provider', state: 'refused' })]),
    })
    const refused = await house.run(['models', 'set', 'hello/backup-model'])
    expect({ code: refused.code, stderr: refused.stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /nobody has enabled the files in .*plugin\.\nRun: openclaw plugins enable hello-provider\n/,
      ),
    })
  })

  it('answers through the gateway once it is enabled, and its own reading of errors counts', async () => {
    expect((await house.run(['plugins', 'enable', 'hello-provider'])).code).toBe(0)
    const info = await json(['plugins', 'info', 'hello-provider'])
    isAs('plugins-info', info)
    const { sha256 } = info as { sha256: string }
    const hashed = await third.shell('cd plugin && find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum')
    expect(hashed.stdout).toBe(`${sha256}  -\n`)
    expect(JSON.parse(house.read('openclaw.json'))).toMatchObject({
      plugins: { entries: { 'hello-provider': { enabled: true, sha256 } } },
    })
    const gateway = await house.gateway()
    expect(await ask(gateway, 'hello/backup-model')).toMatchObject({ status: 200, model: 'hello/backup-model' })
    const body = { error: { code: 'daily_limit', message: 'come back tomorrow' } }
    await emulator.order('faults', { path: '/backup/v1/chat/completions', kind: 'status', status: 400, body, times: 1 })
    const spent = await ask(gateway, 'hello/backup-model')
    expect(spent.status).toBe(429)
    expect(spent.text).toContain('Hello has had enough for today.')
    await house.run(['gateway', 'stop'])
  })

  it('P-04 that was changed is refused by a gateway that serves all else, and told everywhere with the way back', async () => {
    appendFileSync(join(third.folder, 'plugin', 'index.js'), '\n// changed\n')
    const gateway = await house.gateway()
    expect(await ask(gateway, 'backup/backup-model')).toMatchObject({ status: 200, model: 'backup/backup-model' })
    const refused = await ask(gateway, 'hello/backup-model')
    expect(refused.status).toBe(503)
    expect(refused.text).toContain('are not those that you enabled')

    const doctor = await house.run(['plugins', 'doctor', '--json'])
    expect(doctor.code).toBe(1)
    isAs('plugins-doctor', JSON.parse(doctor.stdout))
    const run = 'openclaw plugins enable hello-provider'
    expect(JSON.parse(doctor.stdout)).toMatchObject({ ok: false, findings: [{ subject: 'hello-provider', run }] })
    const status = await json(['models', 'status'])
    isAs('models-status', status)
    expect(status).toMatchObject({ refusedPlugins: { 'hello-provider': { run } } })
    for (const words of [
      ['gateway', 'status'],
      ['models', 'status'],
      ['plugins', 'info', 'hello-provider'],
    ]) {
      expect((await house.run(words)).stdout).toContain('are not those that you enabled')
    }
    expect((await house.run(['plugins', 'list', '--lang', 'zh-CN'])).stdout).toContain('里的文件与你启用时的不同')
    expect((await house.run(['plugins', 'list', '--lang', 'zh-TW'])).stdout).toContain('裡的檔案與你啟用時的不同')

    expect((await house.run(['plugins', 'enable', 'hello-provider'])).code).toBe(0)
    await house.run(['gateway', 'restart'])
    expect((await json(['gateway', 'status'])) as object).toMatchObject({ problems: [] })
    await house.run(['gateway', 'stop'])
  }, 60_000)

  it('P-02 is refused while everybody may write to it, with the command that mends it', async () => {
    const file = join(third.folder, 'plugin', 'index.js')
    chmodSync(file, 0o666)
    for (const words of [
      ['plugins', 'doctor'],
      ['plugins', 'enable', 'hello-provider'],
    ]) {
      const { code, stdout, stderr } = await house.run(words)
      expect(code).toBe(1)
      expect(stdout + stderr).toContain(`${file}: everybody may write to it.`)
      expect(stdout + stderr).toContain(`Run: chmod o-w '${file}'`)
    }
    await third.shell(`chmod o-w '${file}'`)
    expect((await house.run(['plugins', 'doctor'])).code).toBe(0)
  })

  it.each(['../x', '/etc/passwd', 'hello-provider/'])('P-03 is not found by the name %j', async (name) => {
    const { code, stderr } = await house.run(['plugins', 'enable', name])
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Error: There is no plugin') })
  })

  it('that cannot run is not enabled, and says why', async () => {
    third.write('plugin/index.js', `import 'left-pad'\n`)
    const { code, stderr } = await house.run(['plugins', 'enable', 'hello-provider'])
    expect(code).toBe(1)
    expect(stderr).toContain('it imports left-pad, which is neither one of its own')
    expect((await house.run(['plugins', 'info', 'hello-provider'])).stdout).toContain('not loaded')
  })

  it('is told by doctor when its folder is gone, and can still be switched off', async () => {
    await house.run(['config', 'set', 'plugins.load.paths', '["/nowhere/at/all", "here"]'])
    const { findings } = (await json(['plugins', 'doctor'])) as { findings: readonly object[] }
    expect(findings).toMatchObject([
      { subject: 'hello-provider', problem: expect.stringContaining('lies in no folder of plugins.load.paths') },
      { subject: 'plugins.load.paths: /nowhere/at/all', problem: 'there is no such folder' },
      { subject: 'plugins.load.paths: here', problem: 'a folder of plugins begins with / or ~/' },
    ])
    expect((await house.run(['plugins', 'disable', 'hello-provider'])).code).toBe(0)
  })
})
