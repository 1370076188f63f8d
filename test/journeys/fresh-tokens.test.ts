/** A login that stays alive: renewed early, renewed after a 401, once for all who ask. */
import { copyFileSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi, type TestContext } from 'vitest'
import { newHouse, type EmulatorHandle, type House } from './support/house.ts'

interface Machine {
  readonly house: House
  readonly emulator: EmulatorHandle
  /** Its gateway. */
  readonly start: () => ReturnType<House['gateway']>
  /** What 32 who ask the gateway at the same time are answered by. */
  readonly answeredBy: () => Promise<readonly string[]>
  readonly ask: () => Promise<Response>
}

async function machine({ onTestFinished }: TestContext): Promise<Machine> {
  const house = newHouse()
  onTestFinished(() => house.leave())
  const emulator = await house.emulator()
  house.pointAt(emulator)
  let gateway: ReturnType<House['gateway']> | undefined
  const start: Machine['start'] = () => (gateway ??= house.gateway())
  const ask = async (): Promise<Response> => {
    const { url, token } = await start()
    return fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ model: 'qwen', messages: [{ role: 'user', content: 'x' }] }),
    })
  }
  const answeredBy = async (): Promise<readonly string[]> => {
    const answers = await Promise.all(Array.from({ length: 32 }, ask))
    return [...new Set(answers.map((answer) => `${answer.status} ${answer.headers.get('x-openclaw-model')}`))]
  }
  return { house, emulator, start, ask, answeredBy }
}

const tokenIn = (text: string): string | undefined => /"accessToken": "([^"]+)"/.exec(text)?.[1]

// Each waits for its sign-in most of the time.
describe.concurrent('a login', () => {
  it('renews a token that has less than five minutes, once for 32 who ask, and saves it', async (context) => {
    const { house, emulator, start, answeredBy } = await machine(context)
    await emulator.order('device', { accessTokenSeconds: 120 })
    await house.signIn(emulator)
    const old = tokenIn(house.read('models.json'))
    await emulator.order('device', { accessTokenSeconds: 21_600 })
    await start()
    expect(await answeredBy()).toEqual(['200 qwen-portal/coder-model'])
    expect((await emulator.state()).counters).toMatchObject({ refreshes: 1, reuseDetected: 0 })
    expect(tokenIn(house.read('models.json'))).not.toBe(old)
  })

  it('renews after a 401 on a token that looked good, once for 32 who ask', async (context) => {
    const { house, emulator, start, answeredBy } = await machine(context)
    await house.signIn(emulator)
    await start()
    await emulator.order('clock', { advanceMs: 7 * 3_600_000 })
    expect(await answeredBy()).toEqual(['200 qwen-portal/coder-model'])
    expect((await emulator.state()).counters).toMatchObject({ refreshes: 1, reuseDetected: 0 })
  })

  it('keeps comments and unknown keys of models.json when a fresh token is saved', async (context) => {
    const { house, emulator } = await machine(context)
    await emulator.order('device', { accessTokenSeconds: 120 })
    await house.signIn(emulator)
    const text = house.read('models.json').replace('{', '{\n  // mine\n  "note": { keep: 1 },')
    writeFileSync(join(house.stateFolder, 'models.json'), text)
    expect((await house.run(['agent', '--message', 'x'])).code).toBe(0)
    const after = house.read('models.json')
    expect(after).toContain('// mine\n  "note": { keep: 1 },')
    expect(tokenIn(after)).not.toBe(tokenIn(text))
  })

  it('takes a new login made while the gateway runs', async (context) => {
    const { house, emulator, start, ask } = await machine(context)
    await house.signIn(emulator)
    await start()
    await emulator.order('revoke', {})
    expect((await ask()).headers.get('x-openclaw-model')).toBe('backup/backup-model')
    await house.signIn(emulator)
    await vi.waitFor(
      async () => expect((await ask()).headers.get('x-openclaw-model')).toBe('qwen-portal/coder-model'),
      { timeout: 5_000, interval: 100 },
    )
  })

  it('names what keeps a token from being renewed, before it ends, in the reader’s language', async (context) => {
    const { house, emulator } = await machine(context)
    await emulator.order('device', { accessTokenSeconds: 120 })
    await house.signIn(emulator)
    const { models } = JSON.parse(house.read('models.json')) as { models: { providers: Record<string, object> } }
    const settings = JSON.parse(house.read('openclaw.json')) as { models: { providers: Record<string, object> } }
    const id = 'qwen-portal'
    settings.models.providers[id] = { ...settings.models.providers[id], ...models.providers[id] }
    house.settings(settings)
    writeFileSync(join(house.stateFolder, 'models.json'), '{}')
    const file = join(house.stateFolder, 'models.json')
    expect((await house.run(['models', 'status', '--lang', 'zh-CN'])).stdout).toContain(
      `${file} 里没有 qwen-portal:default 的令牌`,
    )
    const asked = await house.run(['agent', '--message', 'x'])
    expect(asked.code).toBe(0)
    expect(asked.stderr).toContain(`qwen-portal:default: the token cannot be renewed: ${file} holds no tokens`)
    expect((await emulator.state()).counters.refreshes).toBe(0)
  })
})

it('R-03 is one login for two state folders whose models.json is one file, renewed once for both', async (context) => {
  const { house, emulator } = await machine(context)
  await emulator.order('device', { accessTokenSeconds: 120 })
  await house.signIn(emulator)
  await emulator.order('device', { accessTokenSeconds: 21_600 })
  // As somebody has it who keeps the file among others, or has a second home.
  const second = join(house.home, 'second home')
  mkdirSync(second, { mode: 0o700 })
  copyFileSync(join(house.stateFolder, 'openclaw.json'), join(second, 'openclaw.json'))
  symlinkSync(join(house.stateFolder, 'models.json'), join(second, 'models.json'))
  const env = { OPENCLAW_STATE_DIR: second }
  const asked = await Promise.all(
    [{}, env, {}, env].map((more) => house.run(['agent', '--message', 'x'], { env: more })),
  )
  expect(asked.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  expect((await emulator.state()).counters).toMatchObject({ refreshes: 1, reuseDetected: 0 })
  expect(lstatSync(join(second, 'models.json')).isSymbolicLink()).toBe(true)
})
