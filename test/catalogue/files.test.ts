/** What lies in the state folder, for whose eyes, and what may be planted there: rows C-10 and C-11. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { freePort, launcher, newHouse, type House } from '../journeys/support/house.ts'
import { sizeOf } from './sizes.ts'

const onUnix = it.skipIf(process.platform === 'win32')
const hasStrace = process.platform === 'linux' && spawnSync('strace', ['-V']).status === 0
/** Whether we may give files to others, as an intruder would. */
const isRoot = process.geteuid?.() === 0
const STRANGER = 65_534

function house(): House {
  const made = newHouse()
  onTestFinished(() => made.leave())
  return made
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

it(
  'C-10 makes every file and folder the owner’s alone from its first instant, whatever the umask',
  { timeout: 60_000 },
  async (context) => {
    if (!hasStrace) return context.skip('there is no strace on this machine')
    let commands = 0
    let made = 0
    for (const umask of ['000', '077']) {
      const home = house()
      const port = String(await freePort())
      for (const words of [
        ['config', 'set', 'language', 'en'],
        ['plugins', 'enable', 'qwen-portal-auth'],
        ['gateway', 'token', 'create', '--name', 'one'],
        // Its input has ended, and so it ends as soon as it runs.
        ['gateway', 'run', '--exit-with-stdin', '--port', port],
        ['gateway', 'token', 'revoke', 'one'],
      ]) {
        commands += 1
        const trace = join(home.home, `trace-${commands}`)
        const calls = 'trace=?open,openat,?creat,?mkdir,mkdirat,?chmod,fchmod,fchmodat'
        const line = `umask ${umask}; exec strace -f -y --seccomp-bpf -qq -e ${calls} -o "$1" "$2" "$3" ${words.join(' ')}`
        execFileSync('sh', ['-c', line, 'sh', trace, process.execPath, launcher], {
          env: home.environment,
          cwd: home.home,
          input: '',
          stdio: ['pipe', 'ignore', 'ignore'],
          timeout: 20_000,
        })
        const text = readFileSync(trace, 'utf8')
        made += text
          .split('\n')
          .filter((call) => call.includes(`"${home.stateFolder}/`) && call.includes('O_CREAT')).length
        expect([words, wider(text, home.stateFolder)]).toEqual([words, []])
      }
      expect(modeOf(home.stateFolder)).toBe('700')
      for (const name of readdirSync(home.stateFolder, { recursive: true, encoding: 'utf8' })) {
        const path = join(home.stateFolder, name)
        expect([name, modeOf(path)]).toEqual([name, statSync(path).isDirectory() ? '700' : '600'])
      }
    }
    expect(commands).toBe(sizeOf('C-10'))
    expect(made).toBeGreaterThan(20)
  },
)

/** Calls that make something within the folder with a mode that lets others in, or give it one. */
function wider(trace: string, folder: string): readonly string[] {
  return trace.split('\n').filter((call) => {
    if (!call.includes(`"${folder}`) && !call.includes(`<${folder}`)) return false
    if (/\b(?:open|openat)\(/.test(call) && !call.includes('O_CREAT')) return false
    const mode = /, (0[0-7]+)(?:, |\))/.exec(call)?.[1]
    if (mode === undefined) return /\bcreat\(/.test(call)
    return (Number.parseInt(mode, 8) & 0o077) !== 0
  })
}

onUnix('C-10 narrows what others could read or write when the gateway starts, and says so', async () => {
  const home = house()
  await home.run(['gateway', 'token', 'create'])
  await home.run(['gateway', 'token'])
  const wide: Readonly<Record<string, number>> = {
    'gateway-token': 0o644,
    'state.db': 0o666,
    'models.json': 0o640,
    'models.json.bak': 0o604,
  }
  for (const [name, mode] of Object.entries(wide)) {
    const path = join(home.stateFolder, name)
    if (!existsSync(path)) writeFileSync(path, '{}')
    chmodSync(path, mode)
  }
  chmodSync(home.stateFolder, 0o777)
  const running = home.start(['gateway', 'run', '--port', String(await freePort())])
  await running.says(/Gateway listening/)
  for (const name of Object.keys(wide)) expect([name, modeOf(join(home.stateFolder, name))]).toEqual([name, '600'])
  expect(modeOf(home.stateFolder)).toBe('755')
  running.child.kill('SIGTERM')
  const { stderr } = await running.ended
  for (const [name, mode] of Object.entries(wide)) expect(stderr).toContain(`${name} (mode ${mode.toString(8)})`)
  expect(stderr).toContain(`${home.stateFolder} (mode 777)`)
})

/** What a command of ours writes there, and the command that does it. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  'gateway.log': ['gateway', 'start'],
  'gateway-token': ['gateway', 'token'],
  'openclaw.json': ['config', 'set', 'language', 'zh-CN'],
  'state.db': ['gateway', 'token', 'create'],
}

for (const [name, words] of Object.entries(PLACES)) {
  onUnix.each(['a link that another has laid', 'a hard link', 'a pipe'])(
    `C-11 writes through %s in the place of ${name} to nobody else`,
    async (kind) => {
      const home = house()
      mkdirSync(home.stateFolder, { mode: 0o700 })
      const victim = join(home.home, 'victim')
      const text = '// somebody’s own\n{ language: "en" }\n'
      writeFileSync(victim, text, { mode: 0o600 })
      const place = join(home.stateFolder, name)
      if (kind === 'a pipe') execFileSync('mkfifo', ['-m', '600', place])
      else if (kind === 'a hard link') linkSync(victim, place)
      else {
        symlinkSync(victim, place)
        // Who is not root cannot lay another's link: then it is our own, which leads where we say.
        if (isRoot) lchownSync(place, STRANGER, STRANGER)
      }
      const port = words[1] === 'start' ? ['--port', String(await freePort())] : []
      const began = performance.now()
      const ran = await home.run([...words, ...port])
      // It does its work or says what stands in its way; it waits for no pipe.
      expect(performance.now() - began).toBeLessThan(15_000)
      if (ran.code !== 0) expect(ran.stderr).toContain(place)
      if (kind === 'a link that another has laid' && !isRoot) return
      if (!(kind === 'a pipe')) expect(readFileSync(victim, 'utf8')).toBe(text)
    },
  )
}

it('C-11 has as many places and ways as the catalogue', () => {
  expect(Object.keys(PLACES).length * 3).toBe(sizeOf('C-11'))
})

onUnix('C-11 takes no token and no settings from a link or a file of another’s', async (context) => {
  if (!isRoot) return context.skip('only root can give files away, as an intruder would')
  const home = house()
  mkdirSync(home.stateFolder, { mode: 0o700 })
  const known = join(home.home, 'known')
  writeFileSync(known, 'a-text-that-the-intruder-knows-as-well\n', { mode: 0o600 })
  const token = join(home.stateFolder, 'gateway-token')
  symlinkSync(known, token)
  lchownSync(token, STRANGER, STRANGER)
  const asked = await home.run(['gateway', 'token'])
  expect(asked).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('it is a link that belongs to') })

  const settings = join(home.stateFolder, 'models.json')
  writeFileSync(settings, '{}', { mode: 0o600 })
  chownSync(settings, STRANGER, STRANGER)
  const listed = await home.run(['models', 'list'])
  expect(listed).toMatchObject({ code: 1, stderr: expect.stringContaining('it belongs to') })
})
