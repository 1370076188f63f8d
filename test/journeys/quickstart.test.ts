/** `npm start`: the whole path on embedded defaults, and nothing left behind. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi, type TestContext } from 'vitest'
import { freePort, newHouse, type Running } from './support/house.ts'

interface Started extends Running {
  readonly port: number
  /** What lies in the temporary folder, which nobody else uses. */
  readonly left: () => readonly string[]
}

async function quickstart({ onTestFinished }: TestContext, port?: number): Promise<Started> {
  const house = newHouse()
  onTestFinished(() => house.leave())
  const temporary = join(house.home, 'tmp')
  mkdirSync(temporary)
  // Node's cache of compiled code would lie there as well.
  const env = { TMPDIR: temporary, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') }
  const taken = port ?? (await freePort())
  const running = house.start(['quickstart', '--port', String(taken)], env)
  return { ...running, port: taken, left: () => readdirSync(temporary) }
}

it('shows login, streamed answer, picture and fallback within ten seconds, serves on, and leaves nothing behind', async (context) => {
  const begun = performance.now()
  const { child, port, left, says, ended } = await quickstart(context)
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
  expect(left()).toEqual([])
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow()
})

// Each waits for its sign-in most of the time.
describe.concurrent('a quickstart', () => {
  it('takes another port when the usual one is taken, and says so', async (context) => {
    const stranger = createServer((socket) => socket.destroy())
    const port = await freePort()
    await new Promise<void>((done) => stranger.listen(port, '127.0.0.1', done))
    const { child, says, ended } = await quickstart(context, port)
    await says(new RegExp(`port ${port} is taken, so \\d+`))
    child.kill('SIGINT')
    expect((await ended).code).toBe(0)
    await new Promise((done) => stranger.close(done))
  })

  it('removes what it made when Ctrl-C comes early', async (context) => {
    const { child, left, says, ended } = await quickstart(context)
    await says(/approval page/)
    expect(left()).toEqual([expect.stringMatching(/^openclaw-quickstart-\w+$/)])
    child.kill('SIGINT')
    expect((await ended).code).toBe(0)
    expect(left()).toEqual([])
  })

  it.for([
    ['the sign-in was done', /signed in as/],
    ['the gateway was up', /Gateway: http/],
    ['an answer was coming', /\[emulator\] coder/],
  ] as const)('ends promptly and well when Ctrl-C comes after %s', async ([, event], context) => {
    const { child, port, left, says, ended } = await quickstart(context)
    await says(event)
    const begun = performance.now()
    child.kill('SIGINT')
    expect((await ended).code).toBe(0)
    expect(performance.now() - begun).toBeLessThan(3_000)
    expect(left()).toEqual([])
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow()
  })

  it.for(['SIGKILL', 'SIGHUP'] as const)(
    'takes its gateway and its emulator along at %s: killed, or its window closed',
    async (signal, context) => {
      const { child, port, says, ended } = await quickstart(context)
      const [, emulator = ''] = await says(/runs on (http:\S+)/)
      await says(/Ctrl-C ends all of it/)
      child.kill(signal)
      await ended
      for (const url of [`http://127.0.0.1:${port}/health`, emulator]) {
        await vi.waitFor(() => expect(fetch(url)).rejects.toThrow(), { timeout: 5_000, interval: 20 })
      }
    },
  )
})
