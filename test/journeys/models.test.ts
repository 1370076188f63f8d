/** Aliases, fallbacks and the model for pictures: set by command, kept in the person's own file, used by the gateway. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newHouse, type EmulatorHandle, type House } from './support/house.ts'

const PICTURE = {
  role: 'user',
  content: [
    { type: 'text', text: 'What is this?' },
    {
      type: 'image_url',
      image_url: {
        url: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      },
    },
  ],
}

describe('models by command', () => {
  let house: House
  let emulator: EmulatorHandle
  let gateway: Awaited<ReturnType<House['gateway']>>
  const run = async (...words: readonly string[]): Promise<string> => {
    const ran = await house.run(words)
    expect({ words, code: ran.code, stderr: ran.stderr }).toEqual({ words, code: 0, stderr: '' })
    return ran.stdout
  }
  const refused = async (...words: readonly string[]): Promise<string> => {
    const ran = await house.run(words)
    expect(ran.code).not.toBe(0)
    return ran.stderr
  }
  /** Who answers, and who was asked before; until the gateway has noticed the last change. */
  const answered = async (body: object, model: string): Promise<string | null> => {
    for (let tries = 0; ; tries += 1) {
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }], ...body }),
      })
      await response.text()
      if (response.headers.get('x-openclaw-model') === model) return response.headers.get('x-openclaw-attempts')
      if (tries > 100) throw new Error(`${response.status} by ${response.headers.get('x-openclaw-model')}`)
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  beforeAll(async () => {
    house = newHouse()
    emulator = await house.emulator()
    const { url, portal, backup } = emulator
    house.settings(`// Mine; leave it as it is.
{
  models: {
    providers: {
      'qwen-portal': { baseUrl: '${portal}', oauthBaseUrl: '${url}' },
      backup: { baseUrl: '${backup.baseUrl}', apiKey: '${backup.apiKey}', models: ['backup-model'] },
      // It answers nobody.
      gone: { baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'key', models: [{ id: 'eyes', input: ['text', 'image'] }] },
    },
  },
  agents: { defaults: { model: 'backup/backup-model' } }, // the one I know
}
`)
    await house.signIn(emulator)
    gateway = await house.gateway()
  })
  afterAll(() => house.leave())

  it('gives a model a short name that programs can use at once, in any script', async () => {
    expect(await run('models', 'aliases', 'add', '备用', 'backup/backup-model')).toBe(
      'Alias 备用 = backup/backup-model\n',
    )
    expect(await answered({ model: '备用' }, 'backup/backup-model')).toBe('')
    expect(await run('models', 'aliases', 'list')).toBe('qwen  qwen-portal/coder-model\n备用  backup/backup-model\n')
    expect(await run('models', 'aliases')).toBe(await run('models', 'aliases', 'list'))
    expect(JSON.parse(await run('models', 'aliases', 'list', '--json'))).toEqual({
      aliases: { qwen: 'qwen-portal/coder-model', 备用: 'backup/backup-model' },
      missing: [],
    })
  })

  it('overwrites a short name only when told to, and says what it was', async () => {
    expect(await refused('models', 'aliases', 'add', 'qwen', 'backup/backup-model')).toBe(
      'Error: qwen is already an alias of qwen-portal/coder-model.\n' +
        'Run: openclaw models aliases add qwen backup/backup-model --force\n',
    )
    expect(await run('models', 'aliases', 'add', 'qwen', 'backup/backup-model', '--force')).toBe(
      'Alias qwen = backup/backup-model (it was qwen-portal/coder-model)\n',
    )
    expect(await run('models', 'aliases', 'remove', 'qwen')).toBe('Alias qwen removed; it was backup/backup-model.\n')
    await run('models', 'aliases', 'add', 'qwen', 'qwen-portal/coder-model')
    expect(await refused('models', 'aliases', 'add', 'openclaw/quick', 'qwen')).toContain('mean an agent')
    expect(await refused('models', 'aliases', 'add', 'x', 'backup/backup-modle')).toContain(
      'Did you mean backup/backup-model?',
    )
    expect((await house.run(['models', 'aliases', 'remove', 'qwne', '--lang', 'zh-CN'])).stderr).toBe(
      'Error: 没有别名 qwne。你是指 qwen 吗？\n请运行：openclaw models aliases list\n',
    )
  })

  it('asks the fallbacks in the order in which they were added', async () => {
    await run('models', 'set', 'gone/eyes')
    expect(await run('models', 'fallbacks', 'add', '备用')).toBe('Fallbacks: backup/backup-model\n')
    expect(await run('models', 'fallbacks', 'add', 'qwen')).toBe(
      'Fallbacks: backup/backup-model, qwen-portal/coder-model\n',
    )
    expect(await run('models', 'fallbacks', 'add', 'qwen')).toContain('(as before)')
    expect(await refused('models', 'fallbacks', 'add', 'gone/eyes')).toContain('already the first of this chain')
    expect(await answered({ model: 'openclaw' }, 'backup/backup-model')).toMatch(/^gone\/eyes=/)
    expect(await run('models', 'fallbacks', 'remove', '备用')).toBe('Fallbacks: qwen-portal/coder-model\n')
    expect(await answered({ model: 'openclaw' }, 'qwen-portal/coder-model')).toMatch(/^gone\/eyes=/)
  })

  it("asks the model for pictures and then that one's own fallbacks", async () => {
    expect(await refused('models', 'set-image', 'qwen')).toContain('qwen-portal/coder-model does not take pictures.')
    expect(await house.run(['models', 'set', 'qwen'])).toMatchObject({
      code: 0,
      stderr: 'qwen-portal/coder-model also stands among the fallbacks; it is asked only once.\n',
    })
    expect(await run('models', 'set-image', 'gone/eyes')).toBe('For pictures: gone/eyes\n')
    expect(await run('models', 'image-fallbacks', 'add', 'qwen-portal/vision-model')).toBe(
      'Fallbacks for pictures: qwen-portal/vision-model\n',
    )
    const attempts = await answered({ model: 'openclaw', messages: [PICTURE] }, 'qwen-portal/vision-model')
    expect(attempts).toMatch(/^gone\/eyes=/)
    expect(await run('models', 'status')).toMatch(/^Fallbacks for pictures +qwen-portal\/vision-model$/m)
    expect(await run('models', 'list')).toMatch(/^qwen-portal\/vision-model .* img-fallback#1$/m)
    expect(await run('models', 'set-image', '--clear')).toBe('For pictures: -\n')
  })

  it('has left every comment of the person in its place', () => {
    const text = house.read('openclaw.json')
    expect(text).toMatch(/^\/\/ Mine; leave it as it is\.\n\{/)
    expect(text).toContain('      // It answers nobody.\n      gone: {')
    expect(text).toContain('}, // the one I know\n')
  })

  it('refuses a circle of aliases by file and line, and the gateway keeps the last good settings', async () => {
    const good = house.read('openclaw.json')
    house.settings(`{\n  models: {\n    aliases: { a: 'b', b: 'a' } } }`)
    const circle = 'openclaw.json:3:19: models.aliases.a: this alias leads back to itself (a -> b -> a)'
    expect(await refused('models', 'aliases', 'add', 'c', '备用')).toContain(circle)
    // Whoever only looks sees what the last good ones say, and why.
    expect(await house.run(['models', 'aliases', 'list'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('备用') as string,
      stderr: expect.stringContaining(circle) as string,
    })
    await answered({ model: 'backup/backup-model' }, 'backup/backup-model')
    house.settings(good)
    expect(await run('models', 'fallbacks', 'clear')).toBe('Fallbacks: -\n')
  })

  it('tells of a default agent that does not mean the model that was set', async () => {
    await run('config', 'set', 'agents.list', `[{ id: 'mine', default: true, model: 'gone/eyes' }]`)
    const ran = await house.run(['models', 'set', '备用'])
    expect(ran).toEqual({
      code: 0,
      stdout: 'Default model: backup/backup-model\n',
      stderr:
        'The default agent mine has a model of its own (agents.list[0].model), so "openclaw" does not mean this one.\n' +
        "Run: openclaw config set 'agents.list[0].model' backup/backup-model\n",
    })
  })
})
