/** A login that stays alive: renewed early, renewed after a 401, once for all who ask. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newHouse, type EmulatorHandle, type House } from './support/house.ts'

let house: House
let emulator: EmulatorHandle
let url: string
let token: string

beforeEach(async () => {
  house = newHouse()
  emulator = await house.emulator()
  house.pointAt(emulator)
})
afterEach(() => house.leave())

const ask = () =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ model: 'qwen', messages: [{ role: 'user', content: 'x' }] }),
  })
const answeredBy = async (): Promise<readonly (string | null)[]> => {
  const answers = await Promise.all(Array.from({ length: 32 }, ask))
  return [...new Set(answers.map((answer) => `${answer.status} ${answer.headers.get('x-openclaw-model')}`))]
}
const tokenIn = (text: string): string | undefined => /"accessToken": "([^"]+)"/.exec(text)?.[1]

it('renews a token that has less than five minutes, once for 32 who ask, and saves it', async () => {
  await emulator.order('device', { accessTokenSeconds: 120 })
  await house.signIn(emulator)
  const old = tokenIn(house.read('models.json'))
  await emulator.order('device', { accessTokenSeconds: 21_600 })
  ;({ url, token } = await house.gateway())
  expect(await answeredBy()).toEqual(['200 qwen-portal/coder-model'])
  expect((await emulator.state()).counters).toMatchObject({ refreshes: 1, reuseDetected: 0 })
  expect(tokenIn(house.read('models.json'))).not.toBe(old)
})

it('renews after a 401 on a token that looked good, once for 32 who ask', async () => {
  await house.signIn(emulator)
  ;({ url, token } = await house.gateway())
  await emulator.order('clock', { advanceMs: 7 * 3_600_000 })
  expect(await answeredBy()).toEqual(['200 qwen-portal/coder-model'])
  expect((await emulator.state()).counters).toMatchObject({ refreshes: 1, reuseDetected: 0 })
})

it('keeps comments and unknown keys of models.json when a fresh token is saved', async () => {
  await emulator.order('device', { accessTokenSeconds: 120 })
  await house.signIn(emulator)
  const text = house.read('models.json').replace('{', '{\n  // mine\n  "note": { keep: 1 },')
  writeFileSync(join(house.stateFolder, 'models.json'), text)
  expect((await house.run(['agent', '--message', 'x'])).code).toBe(0)
  const after = house.read('models.json')
  expect(after).toContain('// mine\n  "note": { keep: 1 },')
  expect(tokenIn(after)).not.toBe(tokenIn(text))
})

it('takes a new login made while the gateway runs', async () => {
  await house.signIn(emulator)
  ;({ url, token } = await house.gateway())
  await emulator.order('revoke', {})
  expect((await ask()).headers.get('x-openclaw-model')).toBe('backup/backup-model')
  await house.signIn(emulator)
  await expect
    .poll(async () => (await ask()).headers.get('x-openclaw-model'), { timeout: 5_000, interval: 100 })
    .toBe('qwen-portal/coder-model')
})

it('names what keeps a token from being renewed, before it ends, in the reader’s language', async () => {
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
