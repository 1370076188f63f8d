/** Qwen Code's login, used where it stands: found, taken into use, renewed beside a running Qwen Code, gone and back; and copied. */
import { fork, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { deviceLogin } from '../torture/outside-logins.ts'
import type { PeerAnswer } from '../torture/qwen-peer.ts'
import { launcher, newHouse, type EmulatorHandle, type House } from './support/house.ts'

const PEER = resolve(import.meta.dirname, '../torture/qwen-peer.ts')
const noTerminal = spawnSync('script', ['--version']).status !== 0 && 'there is no script(1) here to lend a terminal'

interface Creds {
  readonly access_token: string
  readonly refresh_token: string
  readonly expiry_date: number
}

let house: House
let emulator: EmulatorHandle
let path: string

beforeEach(async () => {
  house = newHouse()
  emulator = await house.emulator()
  house.pointAt(emulator)
  await house.run(['plugins', 'enable', 'qwen-portal-auth'])
  mkdirSync(join(house.home, '.qwen'), { mode: 0o700 })
  path = join(house.home, '.qwen', 'oauth_creds.json')
  const { access_token, refresh_token } = await deviceLogin(emulator.url)
  put({ access_token, refresh_token, token_type: 'Bearer', resource_url: emulator.url, theirs: 1 }, 6 * 3_600_000)
})
afterEach(() => house.leave())

const creds = (): Creds => JSON.parse(readFileSync(path, 'utf8')) as Creds
/** As Qwen Code saves it, with so much left. */
function put(members: object, leftMs: number): void {
  const before = existsSync(path) ? statSync(path).mtimeMs : 0
  writeFileSync(path, JSON.stringify({ ...members, expiry_date: Date.now() + leftMs }, null, 2), { mode: 0o600 })
  const at = Math.max(Date.now(), before + 1) / 1_000
  utimesSync(path, at, at)
}

const USE = ['models', 'auth', 'login', '--provider', 'qwen-portal', '--use-existing', '--set-default']
const status = async () =>
  JSON.parse((await house.run(['models', 'status', '--json'])).stdout) as {
    readonly auth: { readonly profiles: Readonly<Record<string, object>>; readonly existing: readonly object[] }
  }

it('is found, and not used before the person says so', async () => {
  expect((await status()).auth).toMatchObject({
    profiles: {},
    existing: [{ provider: 'qwen-portal', program: 'Qwen Code', file: path }],
  })
  const { stdout } = await house.run(['models', 'status'])
  expect(stdout).toContain(
    `A login of Qwen Code is there (${path}); this uses it: openclaw models auth login --provider qwen-portal --use-existing`,
  )
  const ran = await house.run(['agent', '--message', 'x', '--model', 'qwen-portal/coder-model', '--json'])
  expect(JSON.parse(ran.stdout)).toMatchObject({
    model: 'backup/backup-model',
    attempts: ['qwen-portal/coder-model=no-login'],
  })
  // Without a terminal nobody is asked.
  const login = house.start(['models', 'auth', 'login', '--provider', 'qwen-portal'])
  await login.says(/user_code=([A-Z]{8})/)
  login.child.kill('SIGINT')
  await login.ended
})

it('answers once it is taken into use, by a reference and without a copy', async () => {
  const before = readFileSync(path, 'utf8')
  const login = await house.run(USE)
  expect(login).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`The login of Qwen Code is used for Qwen, where it stands: ${path}`) as string,
  })
  expect(JSON.parse(house.read('models.json'))).toEqual({
    auth: { profiles: { 'qwen-portal:qwen-code': { provider: 'qwen-portal', mode: 'oauth', source: 'qwen-code' } } },
  })
  const told = (await status()).auth
  expect(told.existing).toEqual([])
  expect(told.profiles['qwen-portal:qwen-code']).toMatchObject({ state: 'ok', source: path, program: 'Qwen Code' })
  const ran = await house.run(['agent', '--message', 'x', '--json'])
  expect(JSON.parse(ran.stdout)).toMatchObject({ model: 'qwen-portal/coder-model', profile: 'qwen-portal:qwen-code' })
  expect(readFileSync(path, 'utf8')).toBe(before)
  const checked = await house.run(['models', 'status', '--check', '--probe', '--json'])
  expect(JSON.parse(checked.stdout)).toMatchObject({ probe: { 'qwen-portal:qwen-code': { result: 'answered' } } })
})

it('is given another name, and used no longer, while its file stays as it is', async () => {
  await house.run(USE)
  const before = readFileSync(path, 'utf8')
  expect((await house.run(['models', 'auth', 'rename', 'qwen-code', 'shared'])).code).toBe(0)
  const ran = await house.run(['agent', '--message', 'x', '--json'])
  expect(JSON.parse(ran.stdout)).toMatchObject({ profile: 'qwen-portal:shared' })
  const kept = await house.run(['models', 'auth', 'logout', 'shared', '--yes'])
  expect(kept.code).toBe(1)
  expect(kept.stderr).toContain('its tokens are in the file of Qwen Code; sign out there, or use it no longer here')
  expect((await house.run(['models', 'auth', 'logout', 'shared', '--forget', '--yes'])).code).toBe(0)
  expect((await status()).auth).toMatchObject({ profiles: {}, existing: [{ program: 'Qwen Code' }] })
  expect(readFileSync(path, 'utf8')).toBe(before)
})

it('is renewed early beside a running Qwen Code, which goes on with the new token', async () => {
  await house.run(USE)
  const { url, token } = await house.gateway()
  const peer = await qwenCode()
  expect(await peer.token()).toBe(creds().access_token)
  put(creds(), 4 * 60_000)
  const old = creds()
  const ask = () =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ model: 'qwen', messages: [{ role: 'user', content: 'x' }] }),
    })
  await expect
    .poll(async () => (await ask()).ok && creds().access_token, { timeout: 15_000, interval: 500 })
    .not.toBe(old.access_token)
  expect(creds()).toMatchObject({ token_type: 'Bearer', resource_url: emulator.url, theirs: 1 })
  await expect.poll(peer.token, { timeout: 15_000, interval: 1_000 }).toBe(creds().access_token)
  expect((await emulator.state()).counters).toMatchObject({ refreshes: 1, reuseDetected: 0 })

  const text = readFileSync(path, 'utf8')
  rmSync(path)
  await expect
    .poll(async () => (await ask()).headers.get('x-openclaw-model'), { timeout: 5_000, interval: 200 })
    .toBe('backup/backup-model')
  expect((await status()).auth.profiles['qwen-portal:qwen-code']).toMatchObject({
    state: 'needs-login',
    reason: `the login of Qwen Code is gone (${path}): sign in to Qwen Code again, or here`,
  })
  const alone = await house.run(['agent', '--message', 'x', '--model', 'qwen'])
  expect(alone.stderr).toContain('instead of qwen-portal/coder-model')
  writeFileSync(path, text, { mode: 0o600 })
  await expect
    .poll(async () => (await ask()).headers.get('x-openclaw-model'), { timeout: 5_000, interval: 200 })
    .toBe('qwen-portal/coder-model')
  expect((await status()).auth.profiles['qwen-portal:qwen-code']).toMatchObject({ state: 'ok' })
})

it('that is not there says so, with the other way', async () => {
  rmSync(path)
  const ran = await house.run(USE)
  expect(ran.code).toBe(1)
  expect(ran.stderr).toContain(`There is no login of Qwen Code to use: ${path}: there is no such file.`)
  expect(ran.stderr).toContain('openclaw models auth login --provider qwen-portal')
  const other = await house.run(['models', 'auth', 'login', '--provider', 'openai', '--use-existing'])
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('no other program') as string })
})

it.each([
  ['\n', 'zh-CN', /要使用它吗/, true],
  ['n\n', 'en', /Use it\?/, false],
])('is asked about at a terminal: %j', async (typed, language, question, taken) => {
  if (noTerminal) return
  const { child, says, shown } = atTerminal(`--lang ${language}`)
  await says(question)
  expect(shown()).toContain(path)
  child.stdin.write(typed)
  if (taken) {
    await new Promise((done) => child.once('close', done))
    expect(house.read('models.json')).toContain('qwen-code')
  } else {
    await says(/user_code=[A-Z]{8}/)
    expect(existsSync(join(house.stateFolder, 'models.json'))).toBe(false)
  }
})

it('is copied only when somebody insists; other programs’ logins are, with what that means', async () => {
  const refused = await house.run(['models', 'auth', 'import', '--from', 'qwen-code', path])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('openclaw models auth login --provider qwen-portal --use-existing')

  const { access_token, refresh_token } = await deviceLogin(emulator.url)
  const file = join(house.home, 'qwen-me@example.com.json')
  const text = JSON.stringify({
    type: 'qwen',
    access_token,
    refresh_token,
    email: 'me@example.com',
    resource_url: emulator.url,
    expired: new Date(Date.now() + 3_600_000).toISOString(),
  })
  writeFileSync(file, text)
  const from = ['models', 'auth', 'import', '--from', 'cliproxyapi', file]
  const tried = await house.run([...from, '--dry-run'])
  expect(tried).toMatchObject({
    code: 0,
    stdout: `login would be taken over: qwen-portal:me@example.com (from ${file})\n`,
    stderr: expect.stringContaining('stands in two programs now') as string,
  })
  expect(existsSync(join(house.stateFolder, 'models.json'))).toBe(false)
  const done = await house.run([...from, '--json'])
  expect(JSON.parse(done.stdout)).toMatchObject({
    taken: [{ profile: 'qwen-portal:me@example.com', shared: true }],
    left: [],
  })
  expect(done.stdout).not.toContain(access_token)
  expect(readFileSync(file, 'utf8')).toBe(text)
  const ran = await house.run(['agent', '--message', 'x', '--model', 'qwen-portal/coder-model', '--json'])
  expect(JSON.parse(ran.stdout)).toMatchObject({ profile: 'qwen-portal:me@example.com' })
  // A second time there is nothing to take.
  expect(await house.run(from)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('it is set here already') as string,
  })
})

it('never takes the place of a login of our own, and is not asked about then', async () => {
  const own = house.start(['models', 'auth', 'login', '--provider', 'qwen-portal', '--profile-id', 'qwen-code'])
  const [, userCode] = await own.says(/user_code=([A-Z]{8})/)
  await emulator.order('approve', { user_code: userCode })
  expect((await own.ended).code).toBe(0)
  const before = house.read('models.json')
  const refused = await house.run(USE)
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain('There is a login qwen-portal:qwen-code already, and it was left as it is.')
  expect(refused.stderr).toContain('openclaw models auth logout qwen-portal:qwen-code')
  expect(house.read('models.json')).toBe(before)
  if (noTerminal) return
  const { says, shown } = atTerminal('--profile-id qwen-code')
  await says(/user_code=[A-Z]{8}/)
  expect(shown()).not.toContain('Use it?')
})

/** A login that somebody at a terminal began. */
function atTerminal(options: string) {
  const words = `models auth login --provider qwen-portal ${options}`
  const child = spawn('script', ['-qefc', `exec '${process.execPath}' '${launcher}' ${words}`, '/dev/null'], {
    env: { ...house.environment, TERM: 'xterm', NO_BROWSER: '1' },
    cwd: house.home,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let shown = ''
  const says = (pattern: RegExp): Promise<void> =>
    new Promise((done) => {
      const look = (): void => void (pattern.test(shown) && done())
      child.stdout.on('data', look)
      look()
    })
  child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString('utf8')))
  return { child, says, shown: () => shown }
}

/** A process of Qwen Code, its waits as long as they are. */
async function qwenCode(): Promise<{ readonly token: () => Promise<string> }> {
  const child = fork(PEER, [join(house.home, '.qwen'), emulator.url, '1'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const answer = (id: number): Promise<string> =>
    new Promise((done) => {
      const heard = (told: PeerAnswer): void => {
        if (!('id' in told) || told.id !== id) return
        child.off('message', heard)
        done(told.kind === 'ok' ? told.token : told.why)
      }
      child.on('message', heard)
    })
  await answer(0)
  let last = 0
  return {
    token() {
      last += 1
      child.send({ id: last, act: 'use' })
      return answer(last)
    },
  }
}
