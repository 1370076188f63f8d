/** A sign-in and a picture as a person at a terminal has them: QR code, time left, a browser that opens. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { launcher, newHouse, type EmulatorHandle, type House } from './support/house.ts'

/** util-linux's `script` lends a terminal. */
const noTerminal = spawnSync('script', ['--version']).status !== 0 && 'there is no script(1) here to lend a terminal'

let house: House
let emulator: EmulatorHandle
let opened: string

beforeEach(async () => {
  house = newHouse()
  emulator = await house.emulator()
  house.pointAt(emulator)
  await house.run(['plugins', 'enable', 'qwen-portal-auth'])
  // What xdg-open would be: it notes what it was asked to open.
  const tools = join(house.home, 'tools')
  opened = join(house.home, 'opened')
  mkdirSync(tools)
  writeFileSync(join(tools, 'xdg-open'), `#!/bin/sh\necho "$1" > '${opened}'\n`)
  chmodSync(join(tools, 'xdg-open'), 0o755)
  house.environment['PATH'] = `${tools}:${process.env['PATH']}`
})
afterEach(() => house.leave())

/** Runs the CLI at a terminal of so many columns; `onText` sees all that was shown so far. */
function atTerminal(
  words: string,
  columns: number,
  onText: (shown: string) => void,
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number | null; readonly shown: string }> {
  const command = `stty cols ${columns}; exec '${process.execPath}' '${launcher}' ${words}`
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    env: { ...house.environment, DISPLAY: ':0', TERM: 'xterm', ...env },
    cwd: house.home,
  })
  let shown = ''
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString('utf8')
    onText(shown)
  })
  return new Promise((done) => child.on('close', (code) => done({ code, shown })))
}

function approving(): (shown: string) => void {
  let approved = false
  return (shown) => {
    const code = /user_code=([A-Z]{8})/.exec(shown)?.[1]
    // Not before the time left was shown.
    if (!code || approved || !/left|剩余/.test(shown)) return
    approved = true
    void emulator.order('approve', { user_code: code })
  }
}

const LOGIN = 'models auth login --provider qwen-portal --set-default'

it('shows code, QR code and the time left, opens the page in a browser, and ends signed in', async ({ skip }) => {
  if (noTerminal) skip(noTerminal)
  const { code, shown } = await atTerminal(`${LOGIN} --email me@example.com`, 100, approving())
  expect(code).toBe(0)
  const url = /http:\/\/127\.0\.0\.1:\d+\/authorize\?user_code=[A-Z]{8}&client=qwen-code/.exec(shown)?.[0]
  expect(shown).toContain('█▀')
  expect(shown).toMatch(/Waiting for your approval, 1[45]:\d\d left \(Ctrl-C to cancel\)/)
  expect(shown).toContain('A browser was opened.')
  expect(readFileSync(opened, 'utf8').trim()).toBe(url)
  expect(shown).toContain('Signed in to Qwen.')
  expect(house.read('models.json')).toContain('"email": "me@example.com"')
})

it('draws no QR code that the screen would break, and opens no browser where none is wanted', async ({ skip }) => {
  if (noTerminal) skip(noTerminal)
  const { code, shown } = await atTerminal(`${LOGIN} --no-browser`, 30, approving())
  expect(code).toBe(0)
  expect(shown).not.toContain('█')
  expect(shown).not.toContain('A browser was opened.')
  expect(existsSync(opened)).toBe(false)
  await atTerminal(LOGIN, 100, approving(), { NO_BROWSER: '1' })
  await atTerminal(LOGIN, 100, approving(), { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' })
  expect(existsSync(opened)).toBe(false)
})

it('asks about a picture from a file with `agent --image`', async () => {
  await house.signIn(emulator)
  const picture = join(house.home, '一张 图.png')
  writeFileSync(
    picture,
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9lLn6qwAAAABJRU5ErkJggg==',
      'base64',
    ),
  )
  const ask = (model: string) =>
    house.run(['agent', '--message', 'What is this?', '--image', picture, '--model', model])
  const asked = await ask('qwen-portal/vision-model')
  expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining('a PNG picture, 2 x 3 pixels') })
  const blind = await ask('qwen-portal/coder-model')
  expect(blind).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(
      'answered by backup/backup-model, instead of qwen-portal/coder-model (takes no pictures)',
    ),
  })
})
