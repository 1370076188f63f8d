/** The emulator as a process: its first line, its end, its complaints. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { eventually } from './test-client.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { stdio: 'pipe' })
  started.push(child)
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (bytes: Buffer) => (said.stdout += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (said.stderr += bytes.toString()))
  const ended = once(child, 'close').then(([code]: unknown[]) => ({ code, ...said }))
  const listening = async (): Promise<{ emulator: string; url: string; pid: number }> => {
    await eventually(
      () => Promise.resolve(said.stdout),
      (text) => text.includes('\n'),
    )
    const line: { emulator: string; url: string; pid: number } = JSON.parse(said.stdout)
    return line
  }
  return { child, said, ended, listening }
}

it('says in one line of JSON where it listens, and nothing more on stdout', async () => {
  const { child, said, ended, listening } = start('--per-day', '7', '--interval', '2')
  const line = await listening()
  expect(line).toMatchObject({
    emulator: 'qwen-portal',
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    pid: child.pid,
  })
  const state = await fetch(`${line.url}/__emulator/state`)
  expect(await state.json()).toMatchObject({ settings: { perDay: 7, interval: 2 } })
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0, stderr: '' })
  expect(said.stdout.trimEnd().split('\n')).toHaveLength(1)
})

it('ends at once on SIGINT, though a connection hangs', async () => {
  const { child, ended, listening } = start()
  const { url } = await listening()
  await fetch(`${url}/__emulator/faults`, { method: 'POST', body: '{"path":"/v1","kind":"hang"}' })
  const hanging = fetch(`${url}/v1/models`).catch(() => 'gone')
  await eventually(
    async () => (await fetch(`${url}/__emulator/state`)).text(),
    (state) => state.includes('"hang":1'),
  )
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 0 })
  expect(await hanging).toBe('gone')
})

it('ends with the one who holds its stdin, when told to', async () => {
  const { child, ended, listening } = start('--exit-with-stdin')
  await listening()
  child.stdin.end()
  expect(await ended).toMatchObject({ code: 0 })
})

it('names a port that is in use', async () => {
  const { url } = await start().listening()
  const { port } = new URL(url)
  expect(await start('--port', port).ended).toMatchObject({
    code: 1,
    stdout: '',
    stderr: `emulator: port ${port} of 127.0.0.1 is in use; choose another with --port\n`,
  })
})

it('shows its usage when it is called wrongly', async () => {
  for (const args of [['--sport', '1'], ['--port', 'x'], ['--port', '70000'], ['extra']]) {
    const { code, stderr } = await start(...args).ended
    expect(code).toBe(2)
    expect(stderr).toContain('openclaw emulator start [--port N]')
  }
})

it('writes a line for each request on stderr with --verbose', async () => {
  const { said, listening } = start('--verbose')
  const { url } = await listening()
  await fetch(`${url}/v1/models`)
  await eventually(
    () => Promise.resolve(said.stderr),
    (text) => text !== '',
  )
  expect(said.stderr).toMatch(/^GET \/v1\/models 401 \d+ ms\n$/)
})
