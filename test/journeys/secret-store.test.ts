/** Where the secrets of logins are kept, as a person chooses it: in the file, under the keychain's key, under a passphrase. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { launcher, newHouse, type EmulatorHandle, type House } from './support/house.ts'

const programs = resolve(import.meta.dirname, '../../src/system/fixtures/keychain')
const OPENCLAW_PASSPHRASE = 'correct horse battery staple'
const SEALED = { keychain: /"accessToken": "enc:v1:keychain\./, encrypted: /"accessToken": "enc:v1:scrypt\./ }
/** util-linux's `script` lends a terminal. */
const noTerminal = spawnSync('script', ['--version']).status !== 0 && 'there is no script(1) here to lend a terminal'

let house: House
let emulator: EmulatorHandle
beforeEach(async () => {
  house = newHouse()
  house.environment['PATH'] = `${programs}${delimiter}${process.env['PATH']}`
  house.environment['XDG_FAKE_KEYRING'] = join(house.home, 'keyring')
  emulator = await house.emulator()
  house.pointAt(emulator)
})
afterEach(() => house.leave())

/** Where in the state folder the text stands, whatever kind of file it is. */
const filesWith = (text: string): readonly string[] =>
  readdirSync(house.stateFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file).includes(text))
const accessToken = (): string => /"accessToken": "([^"]+)"/.exec(house.read('models.json'))?.[1] ?? ''

interface Gateway {
  readonly url: string
  readonly token: string
}

const ask = ({ url, token }: Gateway): Promise<Response> =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'x-openclaw-fallback': 'off' },
    body: JSON.stringify({ model: 'qwen', messages: [{ role: 'user', content: 'x' }] }),
  })

it.each(['keychain', 'encrypted'] as const)(
  '%s: logins serve, are renewed, and stand nowhere in clear',
  async (store) => {
    if (store === 'encrypted') house.environment['OPENCLAW_PASSPHRASE'] = OPENCLAW_PASSPHRASE
    await house.signIn(emulator)
    const inClear = accessToken()
    expect(inClear).toMatch(/^emu-at-/)
    expect((await house.run(['models', 'auth', 'store', store])).code).toBe(0)
    expect(house.read('models.json')).toMatch(SEALED[store])
    expect(filesWith(inClear)).toEqual([])

    const gateway = await house.gateway()
    expect((await ask(gateway)).status).toBe(200)
    const before = accessToken()
    await emulator.order('clock', { advanceMs: 7 * 3_600_000 })
    expect((await ask(gateway)).status).toBe(200)
    expect((await emulator.state()).counters).toMatchObject({ refreshes: 1, reuseDetected: 0 })
    expect(accessToken()).not.toBe(before)
    expect(house.read('models.json')).toMatch(SEALED[store])
    expect(filesWith('emu-')).toEqual([])

    // A login anew goes where the others are.
    await house.signIn(emulator)
    expect(house.read('models.json')).toMatch(SEALED[store])
    expect(filesWith('emu-')).toEqual([])
    // So does one that gets another name.
    expect((await house.run(['models', 'auth', 'rename', 'qwen-portal:default', 'work'])).code).toBe(0)
    expect(filesWith('emu-')).toEqual([])
    expect((await house.run(['agent', '--model', 'qwen', '--message', 'x'])).code).toBe(0)

    expect((await house.run(['models', 'auth', 'store', 'file'])).code).toBe(0)
    expect(accessToken()).toMatch(/^emu-at-/)
    expect((await house.run(['models', 'auth', 'logout', 'work', '--yes'])).code).toBe(0)
    expect(filesWith('"emu-')).toEqual([])
  },
)

it('a gateway without the passphrase says which variable it needs, and serves the rest', async () => {
  const { url, portal, backup } = emulator
  const other = { ...backup, apiKey: '${OTHER_KEY}' }
  house.environment['OTHER_KEY'] = backup.apiKey
  house.settings({ models: { providers: { 'qwen-portal': { baseUrl: portal, oauthBaseUrl: url }, other } } })
  await house.signIn(emulator)
  await house.run(['models', 'auth', 'store', 'encrypted'], { env: { OPENCLAW_PASSPHRASE } })
  const gateway = await house.gateway()
  const said = 'there is no passphrase in OPENCLAW_PASSPHRASE, nor in a file named by OPENCLAW_PASSPHRASE_FILE'
  expect(house.read('gateway.log')).toContain(said)
  const refused = await ask(gateway)
  expect(refused.status).toBe(503)
  expect(await refused.text()).toContain(said)
  const rest = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.token}` },
    body: JSON.stringify({ model: 'other/backup-model', messages: [{ role: 'user', content: 'x' }] }),
  })
  expect(rest.status).toBe(200)
  const status = await house.run(['gateway', 'status'])
  expect(status.stdout).toContain('OPENCLAW_PASSPHRASE_FILE')
  const logins = JSON.parse((await house.run(['models', 'status', '--json'])).stdout) as {
    readonly auth: { readonly profiles: Readonly<Record<string, { readonly state: string }>> }
  }
  expect(logins.auth.profiles['qwen-portal:default']).toMatchObject({ state: 'locked' })
  const wrong = await house.run(['agent', '--model', 'qwen', '--message', 'x'], {
    env: { OPENCLAW_PASSPHRASE: 'another passphrase' },
  })
  expect(wrong).toMatchObject({ code: 1 })
  expect(wrong.stderr).toContain('the passphrase in OPENCLAW_PASSPHRASE is not the one')

  const file = join(house.home, 'passphrase')
  writeFileSync(file, `${OPENCLAW_PASSPHRASE}\n`, { mode: 0o644 })
  const env = { OPENCLAW_PASSPHRASE_FILE: file }
  const open = await house.run(['agent', '--model', 'qwen', '--message', 'x'], { env })
  expect(open).toMatchObject({ code: 1, stdout: '' })
  expect(open.stderr).toContain(
    `The passphrase in ${file} is not taken: other users of this machine may read the file (mode 644)`,
  )
  expect((await house.run(['models', 'status'], { env })).stdout).toContain(`Run: chmod 600 '${file}'`)
  chmodSync(file, 0o600)
  await house.run(['gateway', 'restart'], { env })
  expect((await ask(gateway)).status).toBe(200)
})

const TOKEN = 'POST /api/v1/oauth2/token'

it('a renewal that is under way when the secrets move is not lost, though its gateway cannot open them', async () => {
  await house.signIn(emulator)
  const gateway = await house.gateway()
  const requests = async (): Promise<number> => (await emulator.state()).counters.endpoints[TOKEN]?.requests ?? 0
  const before = await requests()
  await emulator.order('faults', { path: TOKEN.split(' ')[1], kind: 'slow', delayMs: 1_500 })
  await emulator.order('clock', { advanceMs: 7 * 3_600_000 })
  const answer = ask(gateway)
  while ((await requests()) === before);
  const move = await house.run(['models', 'auth', 'store', 'encrypted'], { env: { OPENCLAW_PASSPHRASE } })
  expect(move).toMatchObject({ code: 0 })
  expect((await answer).status).toBe(200)
  expect((await emulator.state()).counters).toMatchObject({ refreshes: 1, reuseDetected: 0 })

  // Whoever has the passphrase has the newest pair.
  await house.run(['gateway', 'restart'], { env: { OPENCLAW_PASSPHRASE } })
  await emulator.order('clock', { advanceMs: 7 * 3_600_000 })
  expect((await ask(gateway)).status).toBe(200)
  expect((await emulator.state()).counters).toMatchObject({ refreshes: 2, reuseDetected: 0 })
})

it('a gateway that has the keys serves and renews while the secrets move to and fro', { timeout: 60_000 }, async () => {
  house.environment['OPENCLAW_PASSPHRASE'] = OPENCLAW_PASSPHRASE
  await house.signIn(emulator)
  const gateway = await house.gateway()
  const over = new AbortController()
  const moves = async (): Promise<readonly number[]> => {
    const codes: number[] = []
    for (const store of ['encrypted', 'keychain', 'file', 'keychain', 'encrypted']) {
      codes.push((await house.run(['models', 'auth', 'store', store])).code)
    }
    over.abort()
    return codes
  }
  const asks = async (): Promise<readonly number[]> => {
    const statuses: number[] = []
    while (!over.signal.aborted) {
      await emulator.order('clock', { advanceMs: 7 * 3_600_000 })
      statuses.push((await ask(gateway)).status)
    }
    return statuses
  }
  const [codes, statuses] = await Promise.all([moves(), asks()])
  expect(codes).toEqual([0, 0, 0, 0, 0])
  expect(new Set(statuses)).toEqual(new Set([200]))
  const { counters } = await emulator.state()
  expect(counters).toMatchObject({ refreshes: statuses.length, reuseDetected: 0 })
  expect(statuses.length).toBeGreaterThan(1)
  expect(house.read('models.json')).toMatch(SEALED.encrypted)
  expect((await house.run(['agent', '--model', 'qwen', '--message', 'x'])).code).toBe(0)
})

it('a move that fails changes neither file', async () => {
  await house.signIn(emulator)
  await house.run(['config', 'set', 'auth.store', 'file'])
  const before = [house.read('openclaw.json'), house.read('models.json')]
  const move = await house.run(['models', 'auth', 'store', 'encrypted'])
  expect(move).toMatchObject({ code: 2 })
  expect([house.read('openclaw.json'), house.read('models.json')]).toEqual(before)
  if (noTerminal) return
  const stopped = await atTerminal('models auth store encrypted', [['New passphrase', '\u0003']])
  expect(stopped.code).not.toBe(0)
  expect([house.read('openclaw.json'), house.read('models.json')]).toEqual(before)
})

it('where there is no keychain, says what is missing and changes nothing', async () => {
  await house.signIn(emulator)
  const before = house.read('models.json')
  const nobody = await house.run(['models', 'auth', 'store', 'keychain'], { env: { XDG_FAKE_KEYRING: '' } })
  expect(nobody.code).toBe(1)
  expect(nobody.stderr).toContain('no keyring answers in this session')
  expect(nobody.stderr).toContain('Run: openclaw models auth store encrypted')
  expect(house.read('models.json')).toBe(before)
})

it('asks for the passphrase at a terminal, unseen, and twice when it is new', async ({ skip }) => {
  if (noTerminal) skip(noTerminal)
  await house.signIn(emulator)
  const move = await atTerminal('models auth store encrypted', [
    ['New passphrase', OPENCLAW_PASSPHRASE],
    ['Once more', OPENCLAW_PASSPHRASE],
  ])
  expect(move.code).toBe(0)
  expect(house.read('models.json')).toMatch(SEALED.encrypted)
  const asked = await atTerminal('agent --model qwen --message x', [
    ['Passphrase of the logins', 'not this one'],
    ['That is not the one', OPENCLAW_PASSPHRASE],
  ])
  expect(asked.code).toBe(0)
  const another = await atTerminal('models auth store encrypted --new-passphrase', [
    ['Passphrase of the logins', OPENCLAW_PASSPHRASE],
    ['New passphrase', 'paper boat river moon'],
    ['Once more', 'paper boat river moon'],
  ])
  expect(another.code).toBe(0)
  const known = { env: { OPENCLAW_PASSPHRASE: 'paper boat river moon' } }
  expect((await house.run(['agent', '--model', 'qwen', '--message', 'x'], known)).code).toBe(0)
  expect(`${move.shown}${asked.shown}${another.shown}`).not.toMatch(/horse|boat/)
  expect((await house.run(['models', 'auth', 'store', 'file', '--new-passphrase'])).code).toBe(2)
})

/** Runs the CLI at a terminal; each answer is typed once its question has been shown. */
function atTerminal(
  words: string,
  answers: readonly (readonly [question: string, answer: string])[],
): Promise<{ readonly code: number | null; readonly shown: string }> {
  const child = spawn('script', ['-qefc', `'${process.execPath}' '${launcher}' ${words}`, '/dev/null'], {
    env: { ...house.environment, TERM: 'xterm' },
    cwd: house.home,
  })
  const left = [...answers]
  let shown = ''
  let from = 0
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString('utf8')
    const [question, answer] = left[0] ?? []
    if (question === undefined || !shown.slice(from).includes(question)) return
    from = shown.length
    left.shift()
    child.stdin.write(`${answer}\r`)
  })
  return new Promise((done) => child.on('close', (code) => done({ code, shown })))
}

it('a word that is no place for secrets is refused, with the words that are', async () => {
  expect(await house.run(['models', 'auth', 'store', 'somewhere'])).toMatchObject({
    code: 2,
    stderr: 'Error: "somewhere" is none of file, keychain, encrypted.\nRun: openclaw models auth store --help\n',
  })
})
