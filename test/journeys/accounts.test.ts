/** Two accounts of one provider: signed in side by side, ordered, renamed, checked, signed out one at a time. */
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launcher, newHouse, type EmulatorHandle, type House, type Ran } from './support/house.ts'

const DEFAULT = 'qwen-portal:default'
const WORK = 'qwen-portal:work'

interface Machine {
  readonly house: House
  readonly emulator: EmulatorHandle
}

let house: House
let emulator: EmulatorHandle
const inUse: House[] = []
const use = (machine: Machine): void => {
  ;({ house, emulator } = machine)
  inUse.push(house)
}

/** One for each test that begins with two accounts, made beside one another: a sign-in is two seconds of waiting. */
let withTwoAccounts: Machine[]
beforeAll(async () => {
  withTwoAccounts = await Promise.all(Array.from({ length: 7 }, signedInTwice))
}, 60_000)
beforeEach(async () => use(await newMachine()))
afterEach(() => Promise.all(inUse.splice(0).map((each) => each.leave())))
afterAll(() => Promise.all(withTwoAccounts.map((each) => each.house.leave())))

async function newMachine(): Promise<Machine> {
  const made = newHouse()
  const portal = await made.emulator()
  made.pointAt(portal)
  await made.run(['plugins', 'enable', 'qwen-portal-auth'])
  return { house: made, emulator: portal }
}

async function signedInTwice(): Promise<Machine> {
  const machine = await newMachine()
  await signInAt(machine, 'first', '--set-default', '--email', 'a@x.org')
  const second = await signInAt(machine, 'second', '--profile-id', 'work', '--email', 'b@x.org', '--label', '公司')
  expect(second.code).toBe(0)
  return machine
}

/** The page is approved by this account. */
async function signInAt(at: Machine, account: string, ...words: readonly string[]): Promise<Ran> {
  const login = at.house.start(['models', 'auth', 'login', '--provider', 'qwen-portal', ...words])
  const [, code] = await login.says(/user_code=([A-Z]{8})/)
  await at.emulator.order('approve', { user_code: code, account })
  return login.ended
}
const signIn = (account: string, ...words: readonly string[]): Promise<Ran> =>
  signInAt({ house, emulator }, account, ...words)

function twoAccounts(): void {
  const machine = withTwoAccounts.pop()
  if (!machine) throw new Error('more tests begin with two accounts than machines were made for')
  use(machine)
}

interface ModelsFile {
  models: { providers: Record<string, Record<string, string>> }
  auth: { profiles: Record<string, Record<string, string>> }
}
const models = (): ModelsFile => JSON.parse(house.read('models.json')) as ModelsFile
const save = (file: ModelsFile): void => writeFileSync(join(house.stateFolder, 'models.json'), JSON.stringify(file))
const auth = (...words: readonly string[]): Promise<Ran> => house.run(['models', 'auth', ...words])
const json = async <Value>(ran: Promise<Ran>): Promise<Value> => JSON.parse((await ran).stdout) as Value
const usedBy = async (account: string): Promise<number> =>
  (await emulator.state()).accounts.find((each) => each.account === account)?.used ?? 0
/** Which login answers. */
const answeredBy = async (): Promise<string> =>
  (await json<{ profile: string }>(house.run(['agent', '--message', 'x', '--json']))).profile
const listed = async () =>
  (
    await json<{ profiles: { id: string; state: string }[] }>(auth('list', '--provider', 'qwen-portal', '--json'))
  ).profiles.map(({ id, state }) => `${id} ${state}`)

describe('a second account', () => {
  it('leaves the first as it was, and both are told apart by name, label and e-mail', async () => {
    await signIn('first', '--set-default', '--email', 'a@x.org')
    const first = models()
    await signIn('second', '--profile-id', WORK, '--email', 'b@x.org', '--label', '公司')
    expect(models().models).toEqual(first.models)
    expect(models().auth.profiles[DEFAULT]).toEqual(first.auth.profiles[DEFAULT])
    expect((await auth('list', '--provider', 'qwen-portal')).stdout.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(/^qwen-portal:default +ok +a@x\.org +token good for [56] h \d+ min$/),
      expect.stringMatching(/^qwen-portal:work +ok +公司, b@x\.org +token good for [56] h \d+ min$/),
    ])
    expect((await auth('status', 'work', '--lang', 'zh-CN')).stdout).toMatch(/状态 +正常\n +账号 +公司，b@x\.org/)
    expect((await auth('list')).stdout).not.toContain('emu-')
  })

  it('does not go over the first where nobody can be asked, and the error names the command', async () => {
    twoAccounts()
    const before = house.read('models.json')
    const login = ['login', '--provider', 'qwen-portal', '--email', 'c@x.org']
    expect(await auth(...login)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'Run: openclaw models auth login --provider qwen-portal --profile-id qwen-portal:c --email c@x.org',
      ),
    })
    expect((await auth(...login, '--profile-id', 'work')).stderr).toContain('qwen-portal:work is the login of b@x.org')
    expect(house.read('models.json')).toBe(before)
  })

  it('answers first once the order says so, and follows when the first one’s day is spent', async () => {
    twoAccounts()
    expect(await answeredBy()).toBe(DEFAULT)
    const set = await auth('order', 'set', 'work', 'default', '--provider', 'qwen-portal', '--json')
    expect(JSON.parse(set.stdout)).toMatchObject({ set: [WORK, DEFAULT], changed: true })
    expect(await answeredBy()).toBe(WORK)
    expect([await usedBy('first'), await usedBy('second')]).toEqual([1, 1])
    await emulator.order('spend', { account: 'second', all: true })
    expect(await answeredBy()).toBe(DEFAULT)
    expect((await auth('order', 'clear', '--provider', 'qwen-portal')).stdout).toBe(
      'qwen-portal: qwen-portal:default, qwen-portal:work (the usual order)\n',
    )
  })

  it('goes by another name with its tokens, its count and its place, while a gateway runs', async () => {
    twoAccounts()
    await auth('order', 'set', 'work', 'default', '--provider', 'qwen-portal')
    const { url, token } = await house.gateway()
    const ask = async () =>
      (
        await fetch(`${url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}` },
          body: JSON.stringify({ model: 'qwen', messages: [{ role: 'user', content: 'x' }] }),
        })
      ).headers.get('x-openclaw-profile')
    expect(await ask()).toBe(WORK)
    expect((await auth('rename', 'work', 'office')).stdout).toContain(
      'qwen-portal:work is called qwen-portal:office now.',
    )
    const { quota } = await json<{ quota: Record<string, { used: number }> }>(house.run(['models', 'status', '--json']))
    expect(quota).toMatchObject({ 'qwen-portal:office': { used: 1 } })
    expect(quota).not.toHaveProperty([WORK])
    await expect.poll(ask, { timeout: 5_000, interval: 100 }).toBe('qwen-portal:office')
    expect((await auth('rename', DEFAULT, 'home')).code).toBe(0)
    expect(models().models.providers).not.toHaveProperty('qwen-portal')
    await auth('logout', 'office', '--yes')
    await expect.poll(ask, { timeout: 5_000, interval: 100 }).toBe('qwen-portal:home')
  })

  it('is signed out of alone; what the server still honours is told', async () => {
    twoAccounts()
    expect(await auth('logout', DEFAULT)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Run: openclaw models auth logout qwen-portal:default --yes'),
    })
    const out = await auth('logout', DEFAULT, '--yes')
    expect(out.stdout).toContain('offers no way to end a login from here')
    expect(await listed()).toEqual([`${DEFAULT} needs-login`, `${WORK} ok`])
    expect(await answeredBy()).toBe(WORK)
    expect((await house.run(['models', 'aliases', 'list'])).stdout).toContain('qwen-portal/coder-model')
    expect(JSON.parse((await auth('logout', 'work', '--yes', '--forget', '--json')).stdout)).toMatchObject({
      profile: WORK,
      revoked: false,
      why: 'not-offered',
      forgotten: true,
    })
    expect(await listed()).toEqual([`${DEFAULT} needs-login`])
    expect(house.read('models.json')).not.toContain('emu-')
  })
})

describe('models status', () => {
  const check = (...words: readonly string[]) => house.run(['models', 'status', '--check', ...words])

  it('says by its exit code whether the logins in use are good, and on stderr which are not', async () => {
    expect((await check()).code).toBe(1)
    twoAccounts()
    house.settings({ ...(JSON.parse(house.read('openclaw.json')) as object), agents: { defaults: { model: 'qwen' } } })
    expect(await check()).toMatchObject({ code: 0, stderr: '' })

    const file = models()
    const work = file.auth.profiles[WORK] ?? {}
    delete work['refreshToken']
    save({
      ...file,
      auth: {
        profiles: {
          ...file.auth.profiles,
          [WORK]: { ...work, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
        },
      },
    })
    expect(await check()).toMatchObject({ code: 2, stderr: 'Soon not good: qwen-portal:work (expiring)\n' })

    save({
      ...file,
      auth: { profiles: { ...file.auth.profiles, [WORK]: { ...work, expiresAt: '2026-01-01T00:00:00.000Z' } } },
    })
    const bad = await check('--json')
    expect(bad.code).toBe(1)
    expect(JSON.parse(bad.stdout)).toMatchObject({
      check: {
        exit: 1,
        profiles: [
          { profile: DEFAULT, ref: 'qwen-portal/coder-model', state: 'ok', verdict: 'ok' },
          { profile: WORK, state: 'needs-login', verdict: 'bad' },
        ],
        without: [],
      },
    })
    expect((await check('--lang', 'zh-TW')).stderr).toBe('不可用：qwen-portal:work（需要登入）\n')
    await auth('logout', 'work', '--yes', '--forget')
    expect((await check()).code).toBe(0)
  })

  it('with --probe asks each login in use once, counts it, and tells what it said', async () => {
    twoAccounts()
    await auth('order', 'set', 'work', 'default', '--provider', 'qwen-portal')
    const asked = async () => (await emulator.state()).counters.endpoints['POST /v1/chat/completions']?.requests ?? 0
    const before = await asked()
    const status = await json<{ probe: Record<string, object>; quota: Record<string, { used: number }> }>(
      house.run(['models', 'status', '--probe', '--json']),
    )
    expect(status.probe).toMatchObject({
      [WORK]: { ref: 'qwen-portal/coder-model', result: 'answered', ms: expect.any(Number) as number },
      [DEFAULT]: { result: 'answered' },
      'backup:default': { ref: 'backup/backup-model', result: 'answered' },
    })
    expect(await asked()).toBe(before + 2)
    expect([await usedBy('first'), await usedBy('second')]).toEqual([1, 1])
    expect([status.quota[DEFAULT]?.used, status.quota[WORK]?.used]).toEqual([1, 1])

    await emulator.order('revoke', { account: 'second' })
    const revoked = await check('--probe')
    expect(revoked.code).toBe(1)
    expect(revoked.stdout).toMatch(/qwen-portal:work +qwen-portal\/coder-model +refused/)
    expect(revoked.stderr).toContain('Not good: qwen-portal:work')
  })
})

it('the codes that only the server may know are in no output, whatever it says', async () => {
  const said = {
    error: 'invalid_grant',
    error_description: '\u001b[31mbad code emu-dc-of-somebody-1234567890abcdefghij',
  }
  for (const words of [[], ['--json']]) {
    await emulator.order('faults', { path: '/api/v1/oauth2/token', kind: 'json', status: 400, body: said })
    const { code, stdout, stderr } = await auth('login', '--provider', 'qwen-portal', ...words)
    expect(code).toBe(1)
    expect(stderr).toContain('invalid_grant')
    expect(stdout + stderr).not.toMatch(/emu-dc-of|device_?code|verifier/i)
    expect(stdout + stderr).not.toContain('\u001b')
  }
}, 30_000)

describe('at a terminal', () => {
  const noTerminal = spawnSync('script', ['--version']).status !== 0 && 'there is no script(1) here to lend a terminal'

  /** Answers each question once, with what is to be typed; approves the code when it is shown. */
  function typing(words: string, answers: readonly (readonly [RegExp, string])[], account = 'second') {
    const left = [...answers]
    const command = `stty cols 120; exec '${process.execPath}' '${launcher}' ${words}`
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: { ...house.environment, NO_BROWSER: '1', TERM: 'xterm' },
      cwd: house.home,
    })
    let shown = ''
    let approved = false
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString('utf8')
      const code = /user_code=([A-Z]{8})/.exec(shown)?.[1]
      if (code !== undefined && !approved) {
        approved = true
        void emulator.order('approve', { user_code: code, account })
      }
      const [question, answer] = left[0] ?? []
      if (!question?.test(shown)) return
      left.shift()
      child.stdin.write(`${answer}\r`)
    })
    return new Promise<{ readonly code: number | null; readonly shown: string }>((done) =>
      child.on('close', (code) => done({ code, shown })),
    )
  }

  it('a login that would go over another account is given a name of its own', async ({ skip }) => {
    if (noTerminal) skip(noTerminal)
    await signIn('first', '--set-default', '--email', 'a@x.org')
    const before = models().models
    const login = 'models auth login --provider qwen-portal'
    const given = await typing(`${login} --email b@x.org`, [[/A name for this login \(Enter = b\): /, '']])
    expect(given).toMatchObject({ code: 0 })
    expect(given.shown).toContain('qwen-portal:default is the login of a@x.org and stays as it is.')
    expect(models().auth.profiles['qwen-portal:b']).toMatchObject({ email: 'b@x.org' })

    const typed = await typing(login, [
      [/Enter = the same account again, or type the e-mail of the other: /, 'c@x.org'],
      [/A name for this login \(Enter = c\): /, 'third'],
    ])
    expect(typed).toMatchObject({ code: 0 })
    expect(models().auth.profiles['qwen-portal:third']).toMatchObject({ email: 'c@x.org' })
    expect(models().models).toEqual(before)

    const same = await typing(login, [[/Enter = the same account again/, '']], 'first')
    expect(same).toMatchObject({ code: 0 })
    expect(models().auth.profiles[DEFAULT]).toMatchObject({ email: 'a@x.org' })
    expect(models().models).not.toEqual(before)
  })

  it('a logout is asked about, and Enter alone leaves everything as it is', async ({ skip }) => {
    if (noTerminal) skip(noTerminal)
    twoAccounts()
    const before = house.read('models.json')
    const no = await typing('models auth logout work', [
      [/Sign out of qwen-portal:work \(公司, b@x\.org\)\? \[y\/N\] /, ''],
    ])
    expect(no.code).toBe(130)
    expect(house.read('models.json')).toBe(before)
    expect((await typing('models auth logout work', [[/\[y\/N\] /, 'y']])).shown).toContain(
      'Signed out of qwen-portal:work.',
    )
    expect(await listed()).toEqual([`${DEFAULT} ok`, `${WORK} needs-login`])
  })
})

it('G-03 opens no browser where nobody sits, though there is a screen', async () => {
  const opened = join(house.home, 'opened')
  writeFileSync(join(house.home, 'browser'), `#!/bin/sh\necho "$1" > '${opened}'\n`, { mode: 0o755 })
  house.environment['BROWSER'] = join(house.home, 'browser')
  house.environment['DISPLAY'] = ':0'
  const { code, stderr } = await signIn('first')
  expect(code).toBe(0)
  expect(stderr).toMatch(/Go on only if the page shows the same one\.\n.*never enter a code that somebody sent you/i)
  expect(() => readFileSync(opened)).toThrow('ENOENT')
})
