/** A sign-in and a picture as a person at a terminal has them: QR code, time left, a browser that opens. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { launcher, newHouse, type House } from './support/house.ts'

/** util-linux's `script` lends a terminal. */
const noTerminal = spawnSync('script', ['--version']).status !== 0 && 'there is no script(1) here to lend a terminal'

interface Seat {
  readonly house: House
  /** Where the browser notes what it was asked to open. */
  readonly opened: string
  /** Runs the CLI at a terminal of so many columns; the login is approved once the time left was shown. */
  readonly atTerminal: (words: string, columns: number, env?: NodeJS.ProcessEnv) => Promise<Shown>
}

interface Shown {
  readonly code: number | null
  readonly shown: string
}

async function seat({ onTestFinished, skip }: TestContext): Promise<Seat> {
  if (noTerminal) skip(noTerminal)
  const house = newHouse()
  onTestFinished(() => house.leave())
  const emulator = await house.emulator()
  house.pointAt(emulator)
  await house.run(['plugins', 'enable', 'qwen-portal-auth'])
  // What xdg-open would be.
  const tools = join(house.home, 'tools')
  const opened = join(house.home, 'opened')
  mkdirSync(tools)
  writeFileSync(join(tools, 'xdg-open'), `#!/bin/sh\necho "$1" > '${opened}'\n`)
  chmodSync(join(tools, 'xdg-open'), 0o755)
  house.environment['PATH'] = `${tools}:${process.env['PATH']}`

  const atTerminal: Seat['atTerminal'] = (words, columns, env = {}) => {
    const command = `stty cols ${columns}; exec '${process.execPath}' '${launcher}' ${words}`
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: { ...house.environment, DISPLAY: ':0', TERM: 'xterm', ...env },
      cwd: house.home,
    })
    let shown = ''
    let approved = false
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString('utf8')
      const code = /user_code=([A-Z]{8})/.exec(shown)?.[1]
      if (!code || approved || !/left|剩余/.test(shown)) return
      approved = true
      void emulator.order('approve', { user_code: code })
    })
    return new Promise((done) => child.on('close', (code) => done({ code, shown })))
  }
  return { house, opened, atTerminal }
}

const LOGIN = 'models auth login --provider qwen-portal --set-default'

// Each waits for its sign-in most of the time.
describe.concurrent('at a terminal', () => {
  it('G-03 shows code, QR code and the time left, then opens the page in a browser, and ends signed in', async (context) => {
    const { house, opened, atTerminal } = await seat(context)
    const { code, shown } = await atTerminal(`${LOGIN} --email me@example.com`, 100)
    expect(code).toBe(0)
    const url = /http:\/\/127\.0\.0\.1:\d+\/authorize\?user_code=[A-Z]{8}&client=qwen-code/.exec(shown)?.[0]
    expect(shown).toContain('█▀')
    expect(shown).toMatch(/Waiting for your approval, 1[45]:\d\d left \(Ctrl-C to cancel\)/)
    const [toCompare, browser] = [
      /The code is [A-Z]{8}\. Go on only if the page shows the same one\./,
      /A browser was opened\./,
    ]
    expect(shown.search(toCompare)).toBeGreaterThan(-1)
    expect(shown.search(browser)).toBeGreaterThan(shown.search(toCompare))
    expect(readFileSync(opened, 'utf8').trim()).toBe(url)
    expect(shown).toContain('Signed in to Qwen.')
    expect(house.read('models.json')).toContain('"email": "me@example.com"')
  })

  it('draws no QR code that the screen would break, and opens no browser where none is asked for', async (context) => {
    const { opened, atTerminal } = await seat(context)
    const { code, shown } = await atTerminal(`${LOGIN} --no-browser`, 30)
    expect(code).toBe(0)
    expect(shown).not.toContain('█')
    expect(shown).not.toContain('A browser was opened.')
    expect(existsSync(opened)).toBe(false)
  })

  it.for([
    ['NO_BROWSER', '1'],
    ['SSH_CONNECTION', '10.0.0.1 1 10.0.0.2 22'],
  ] as const)('opens no browser where the environment has %s', async ([name, value], context) => {
    const { opened, atTerminal } = await seat(context)
    expect(await atTerminal(LOGIN, 100, { [name]: value })).toMatchObject({ code: 0 })
    expect(existsSync(opened)).toBe(false)
  })

  it('asks about a picture from a file with `agent --image`', async (context) => {
    const house = newHouse()
    context.onTestFinished(() => house.leave())
    const emulator = await house.emulator()
    house.pointAt(emulator)
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
})
