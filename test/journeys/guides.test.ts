/** The guides' commands and file shapes work as written: those people know, and those of our own guide. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviceLogin } from '../torture/outside-logins.ts'
import { freePort, newHouse, type EmulatorHandle, type House, type Ran } from './support/house.ts'

interface Seeds {
  readonly commands: readonly { readonly line: string; readonly shows: string }[]
  readonly shapes: readonly {
    readonly name: string
    readonly file: string
    readonly text: string
    readonly status: object
    readonly models?: readonly string[]
  }[]
}

const seeds = JSON.parse(readFileSync(join(import.meta.dirname, 'seed-commands.json'), 'utf8')) as Seeds
const guide = readFileSync(resolve(import.meta.dirname, '../../docs/zh-CN/qwen.md'), 'utf8')

/** A line of a guide, as its reader's shell would run it. The login is approved on the emulator's page. */
async function typed(line: string, house: House, emulator: EmulatorHandle): Promise<Ran> {
  const [command = '', filter] = line.split(' | ')
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '').slice(1)
  if (words.includes('login') && !words.includes('--use-existing')) {
    const login = house.start(words)
    const [, code] = await login.says(/user_code=([A-Z]{8})/)
    await emulator.order('approve', { user_code: code })
    return login.ended
  }
  const ran = await house.run(words)
  if (filter === undefined) return ran
  return { ...ran, stdout: filtered(ran.stdout, filter) }
}

function filtered(text: string, filter: string): string {
  if (filter.startsWith('grep '))
    return text
      .split('\n')
      .filter((line) => line.includes(filter.slice(5)))
      .join('\n')
  const path = /^jq '\.([\w.]+)'$/.exec(filter)?.[1]
  if (path === undefined) throw new Error(`the test knows no ${filter}`)
  const value = path
    .split('.')
    .reduce<unknown>((found, key) => (found as Record<string, unknown>)[key], JSON.parse(text))
  return JSON.stringify(value)
}

function blocks(kind: string): readonly string[] {
  return [...guide.matchAll(new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '')
}

describe('our guide', () => {
  it('stands in English beside 简体中文, page by page and command by command', () => {
    const docs = resolve(import.meta.dirname, '../../docs')
    expect(readdirSync(join(docs, 'en'))).toEqual(readdirSync(join(docs, 'zh-CN')))
    const english = readFileSync(join(docs, 'en/qwen.md'), 'utf8')
    const shapeOf = (text: string): readonly string[] =>
      [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(
        ([, kind = '', block = '']) =>
          // What a person would type differs by language, and so do comments.
          `${kind} ${block.replace(/\/\/.*/g, '').replace(/"[^"]*"|看图|sight/g, '_')}`,
      )
    expect(shapeOf(english)).toEqual(shapeOf(guide))
  })
})

describe('commands', () => {
  let house: House
  let emulator: EmulatorHandle
  beforeAll(async () => {
    house = newHouse()
    emulator = await house.emulator()
    house.pointAt(emulator)
    await house.run(['config', 'set', 'gateway.port', String(await freePort())])
    // Its reader has Qwen Code, too.
    const { access_token, refresh_token } = await deviceLogin(emulator.url)
    mkdirSync(join(house.home, '.qwen'), { mode: 0o700 })
    const creds = { access_token, refresh_token, token_type: 'Bearer', expiry_date: Date.now() + 21_600_000 }
    writeFileSync(join(house.home, '.qwen', 'oauth_creds.json'), JSON.stringify(creds))
  })
  afterAll(() => house.leave())

  for (const { line, shows } of seeds.commands) {
    it(`the known guides' "${line}" works`, async () => {
      const { code, stdout } = await typed(line, house, emulator)
      expect(code).toBe(0)
      expect(stdout).toContain(shows)
    })
  }

  const lines = blocks('bash')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('openclaw ') && line !== 'openclaw quickstart')
  it('our own guide has commands to try', () => expect(lines.length).toBeGreaterThan(15))
  for (const [at, line] of lines.entries()) {
    it(`our guide's line ${at + 1}, "${line}", works`, async () => {
      const { code, stdout, stderr } = await typed(line, house, emulator)
      expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' })
      expect(stdout).not.toBe('')
    })
  }
})

describe('file shapes', () => {
  const loaded = async (
    file: string,
    text: string,
  ): Promise<{ readonly status: object; readonly ids: readonly string[] }> => {
    const house = newHouse({ ANTHROPIC_API_KEY: 'sk-ant-test', DASHSCOPE_API_KEY: 'sk-test' })
    try {
      mkdirSync(house.stateFolder, { recursive: true, mode: 0o700 })
      writeFileSync(join(house.stateFolder, file), text)
      const ran = await house.run(['models', 'status', '--json'])
      expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' })
      const gateway = house.start(['gateway', 'run', '--port', String(await freePort())])
      const [url] = await gateway.says(/http:\S+/)
      const headers = { authorization: `Bearer ${house.read('gateway-token').trim()}` }
      const models = (await (await fetch(`${url}/v1/models`, { headers })).json()) as { data: { id: string }[] }
      gateway.child.kill()
      await gateway.ended
      return { status: JSON.parse(ran.stdout) as object, ids: models.data.map((model) => model.id) }
    } finally {
      await house.leave()
    }
  }

  for (const { name, file, text, status, models = [] } of seeds.shapes) {
    it(`the known guides' ${name} loads`, async () => {
      const found = await loaded(file, text)
      expect(found.status).toMatchObject({ ...status, warnings: [] })
      expect(found.ids).toEqual(expect.arrayContaining([...models]))
    })
  }

  for (const [at, text] of blocks('json5').entries()) {
    it(`our guide's snippet ${at + 1} loads, in either file`, async () => {
      for (const file of ['openclaw.json', 'models.json']) {
        expect((await loaded(file, text)).status).toMatchObject({ warnings: [] })
      }
    })
  }
})
