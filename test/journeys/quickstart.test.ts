/** `npm start`: the whole path on embedded defaults, and nothing left behind. */
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { freePort, newHouse, type House } from './support/house.ts'

let house: House
beforeEach(() => {
  house = newHouse()
})
afterEach(() => house.leave())

it('shows login, streamed answer, picture and fallback within ten seconds, serves on, and leaves nothing behind', async () => {
  const port = await freePort()
  const begun = performance.now()
  const { child, says, ended } = house.start(['quickstart', '--port', String(port)])
  const [, folder = ''] = await says(/^(.*openclaw-quickstart-\w+)$/m)
  await says(/Ctrl-C ends all of it/)
  expect(performance.now() - begun).toBeLessThan(10_000)
  const [curl] = await says(/curl -N .*$/m)
  const [, token = ''] = /Bearer ([\w-]+)/.exec(curl) ?? []
  const [, body = ''] = /-d '(.*)'$/.exec(curl) ?? []
  const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body,
  })
  expect(await answer.text()).toContain('[emulator]')
  expect(existsSync(folder)).toBe(true)

  child.kill('SIGINT')
  const { code, stdout } = await ended
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /A streamed answer: qwen-portal\/coder-model\n {2}> What does a gateway do\?\n {2}\[emulator\] coder-model: .*\n {2}\(answered by qwen-portal\/coder-model\)/,
  )
  expect(stdout).toMatch(/\[emulator\] vision-model: I see a PNG picture, 96 x 64 pixels, 554 bytes\./)
  expect(stdout).toMatch(
    /\(answered by backup\/backup-model, because qwen-portal\/coder-model \(the day's requests are spent\)\)/,
  )
  expect(existsSync(folder)).toBe(false)
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow()
})

it('takes another port when the usual one is taken, and says so', async () => {
  const stranger = createServer((socket) => socket.destroy())
  const port = await freePort()
  await new Promise<void>((done) => stranger.listen(port, '127.0.0.1', done))
  const { child, says, ended } = house.start(['quickstart', '--port', String(port)])
  await says(new RegExp(`port ${port} is taken, so \\d+`))
  child.kill('SIGINT')
  expect((await ended).code).toBe(0)
  await new Promise((done) => stranger.close(done))
})

it('removes what it made when Ctrl-C comes early', async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('openclaw-quickstart-'))
  const { child, says, ended } = house.start(['quickstart', '--port', String(await freePort())])
  await says(/approval page/)
  child.kill('SIGINT')
  expect((await ended).code).toBe(0)
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('openclaw-quickstart-'))).toEqual(before)
})

it.each([
  ['the sign-in was done', /signed in as/],
  ['the gateway was up', /Gateway: http/],
  ['an answer was coming', /\[emulator\] coder/],
])('ends promptly and well when Ctrl-C comes after %s', async (_what, event) => {
  const port = await freePort()
  const { child, says, ended } = house.start(['quickstart', '--port', String(port)])
  const [, folder = ''] = await says(/^(.*openclaw-quickstart-\w+)$/m)
  await says(event)
  const begun = performance.now()
  child.kill('SIGINT')
  expect((await ended).code).toBe(0)
  expect(performance.now() - begun).toBeLessThan(3_000)
  expect(existsSync(folder)).toBe(false)
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow()
})

it('takes its gateway and its emulator along when it is killed or its window is closed', async () => {
  for (const signal of ['SIGKILL', 'SIGHUP'] as const) {
    const port = await freePort()
    const { child, says, ended } = house.start(['quickstart', '--port', String(port)])
    const [, emulator = ''] = await says(/runs on (http:\S+)/)
    await says(/Ctrl-C ends all of it/)
    child.kill(signal)
    await ended
    for (const url of [`http://127.0.0.1:${port}/health`, emulator]) {
      await expect
        .poll(
          () =>
            fetch(url).then(
              () => 'there',
              () => 'gone',
            ),
          { timeout: 5_000, interval: 20 },
        )
        .toBe('gone')
    }
  }
})
