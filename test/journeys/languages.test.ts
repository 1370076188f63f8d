/** Three languages, chosen by option, setting or locale; colours and widths only where somebody looks. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort, newHouse, type House } from './support/house.ts'

let house: House
beforeAll(() => {
  house = newHouse()
})
afterAll(() => house.leave())

const status = async (words: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<string> =>
  (await house.run(['gateway', 'status', ...words], { env })).stdout.split('\n')[0] ?? ''

it('follows --lang, then the settings, then LC_ALL, then LANG', async () => {
  expect(await status()).toBe('No gateway runs on this state folder.')
  expect(await status([], { LC_ALL: '', LANG: 'zh_CN.UTF-8' })).toBe('此状态目录上没有网关在运行。')
  expect(await status([], { LC_ALL: 'zh_TW.UTF-8' })).toBe('此狀態資料夾沒有執行中的閘道。')
  await house.run(['config', 'set', 'language', 'zh-CN'])
  expect(await status()).toBe('此状态目录上没有网关在运行。')
  expect(await status(['--lang', 'zh-TW'])).toBe('此狀態資料夾沒有執行中的閘道。')
  expect(await status(['--lang', 'en'])).toBe('No gateway runs on this state folder.')
})

it('refuses a language that it does not speak, naming those it does', async () => {
  expect(await house.run(['models', 'list', '--lang', 'fr'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--lang 只接受 en、zh-CN、zh-TW，而不是“fr”。'),
  })
})

it('tells what is wrong, and what is wrong with that, in one language', async () => {
  const other = newHouse()
  try {
    const settings = join(other.stateFolder, 'openclaw.json')
    const list = async (language: string): Promise<string> =>
      (await other.run(['models', 'list', '--lang', language])).stderr.split('\n')[0] ?? ''
    other.settings('{ gateway: { port: 70000 } }')
    expect(await list('zh-CN')).toBe(`Error: ${settings}:1:20: gateway.port: 应为 1 到 65535 之间的整数，实际是 70000`)
    other.settings('{ agents: {\n')
    expect(await list('zh-TW')).toBe(`Error: ${settings}:2:1: 遇到檔案結尾，此處應為鍵或 }（第 1 行的 { 還沒有結束）。`)
    const provider = '{ baseUrl: "http://127.0.0.1:9/v1", apiKey: "key-of-nobody", models: ["m"] }'
    other.settings(`{ models: { providers: { near: ${provider} } } }`)
    const ask = ['agent', '--message', 'x', '--model', 'near/m', '--lang']
    const met = (await other.run([...ask, 'zh-CN'])).stderr.split('\n')[0]
    expect(met).toContain('near/m 没有回答：无法连接 127.0.0.1:9（ECONNREFUSED）')
    // Remembered by another process, told in the language of this one.
    expect((await other.run([...ask, 'zh-TW'])).stderr).toContain('無法連線到 127.0.0.1:9（ECONNREFUSED）')
    expect((await other.run([...ask, 'en'])).stderr).toContain('no connection to 127.0.0.1:9 (ECONNREFUSED)')
  } finally {
    await other.leave()
  }
})

it('reaches the gateway in the background, whose last words are told in the language of the command', async () => {
  const other = newHouse()
  try {
    other.settings({ gateway: { bind: '192.0.2.1', trustedProxies: ['127.0.0.1'] } })
    const { stderr } = await other.run(['gateway', 'start', '--port', String(await freePort()), '--lang', 'zh-CN'])
    expect(stderr).toContain('网关没有启动成功：192.0.2.1 不是本机的地址。')
  } finally {
    await other.leave()
  }
})

it('aligns columns by the width of Chinese characters', async () => {
  const lines = (await house.run(['models', 'status', '--lang', 'zh-CN'])).stdout.split('\n').slice(0, 5)
  const cells = lines.map((line) => line.split(/ {2,}/)[0] ?? '')
  const columns = lines.map((line, at) => (cells[at] ?? '').length * 2 + (/^\S+( +)/.exec(line)?.[1]?.length ?? 0))
  expect(new Set(columns).size).toBe(1)
})

it('writes no colour into a pipe, unless it is forced to', async () => {
  expect((await house.run(['models', 'status'], { env: { NO_COLOR: '' } })).stdout).not.toContain('\u001B')
  expect((await house.run(['models', 'status'], { env: { NO_COLOR: '', FORCE_COLOR: '1' } })).stdout).toContain(
    '\u001B[1m',
  )
  expect(
    (await house.run(['models', 'status', '--no-color'], { env: { NO_COLOR: '', FORCE_COLOR: '1' } })).stdout,
  ).not.toContain('\u001B')
})

it('prints nothing but JSON on stdout where JSON was asked for', async () => {
  for (const words of [
    ['models', 'status'],
    ['models', 'list'],
    ['plugins', 'list'],
    ['gateway', 'status'],
    ['config', 'get'],
  ]) {
    const { stdout } = await house.run([...words, '--json'])
    expect(() => void JSON.parse(stdout)).not.toThrow()
  }
})
