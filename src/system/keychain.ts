/** The keychain of this system, by the program that comes with it: the secret goes in by stdin, never by argument. */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { OpenClawError } from '../core/errors.ts'
import { phrase, type Said } from '../core/phrase.ts'
import { Secret } from '../core/secret.ts'

/** Every act throws `keychain-unusable`, with what is missing and the command that mends it. */
export interface Keychain {
  /** Writes over what stood under this name. */
  put(name: string, secret: Secret): Promise<void>
  /** Undefined = there is none, or the person did not unlock it. */
  get(name: string): Promise<Secret | undefined>
  /** What is not there is as good as removed. */
  remove(name: string): Promise<void>
}

const SERVICE = 'openclaw'
/** As long as a person may take to unlock it. */
const LONGEST_MS = 120_000
const OTHER_WAY = 'openclaw models auth store encrypted'

export function keychainOn(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): Keychain {
  if (platform === 'linux') return secretService(environment)
  if (platform === 'darwin') return macKeychain(environment)
  const refuse = (): Promise<never> =>
    Promise.reject(unusable(phrase('keychain-unknown', { system: platform === 'win32' ? 'Windows' : platform })))
  return { put: refuse, get: refuse, remove: refuse }
}

/** GNOME Keyring, KWallet, KeePassXC and others, through libsecret's own program. */
function secretService(environment: NodeJS.ProcessEnv): Keychain {
  const ask = async (words: readonly string[], name: string, given?: Secret): Promise<Answered> => {
    const said = await told('secret-tool', [...words, 'service', SERVICE, 'account', plain(name)], {
      environment,
      given,
    })
    if (said === 'not-installed') throw unusable(phrase('keychain-no-tool', { tool: 'secret-tool' }), await installer())
    // Without a word, status 1 means that there is no such entry.
    if (said.status === 0 || said.stderr === '') return said
    const nobodyThere = /not provided by any|autolaunch|could not connect|no such (?:file|secret collection)/i
    const reason = nobodyThere.test(said.stderr)
      ? phrase('keychain-nobody', { reason: said.stderr })
      : phrase('keychain-refuses', { reason: said.stderr })
    throw unusable(reason)
  }
  return {
    async put(name, secret) {
      const { status } = await ask(['store', '--label=openclaw'], name, secret)
      if (status !== 0) throw unusable(phrase('keychain-refuses', { reason: `secret-tool: ${status}` }))
    },
    async get(name) {
      const { status, stdout } = await ask(['lookup'], name)
      return status === 0 ? stdout : undefined
    },
    async remove(name) {
      await ask(['clear'], name)
    },
  }
}

/** errSecItemNotFound, as `security` tells it. */
const NOT_FOUND = 44

function macKeychain(environment: NodeJS.ProcessEnv): Keychain {
  const ask = async (words: readonly string[], given?: Secret): Promise<Answered> => {
    const said = await told('security', words, { environment, given })
    if (said === 'not-installed') throw unusable(phrase('keychain-no-tool', { tool: 'security' }))
    if (said.status === 0 || said.status === NOT_FOUND) return said
    throw unusable(phrase('keychain-refuses', { reason: said.stderr }), 'security unlock-keychain')
  }
  const entry = (name: string): readonly string[] => ['-s', SERVICE, '-a', plain(name)]
  return {
    async put(name, secret) {
      // `-w` without a value asks at the terminal, whatever stdin is; `-i` takes whole commands from stdin.
      const words = ['add-generic-password', '-U', '-l', SERVICE, ...entry(name), '-w', plain(secret.reveal())]
      const { stderr } = await ask(['-i'], new Secret(`${words.join(' ')}\n`))
      // It ends with 0 whatever came of the command.
      if (stderr !== '') throw unusable(phrase('keychain-refuses', { reason: stderr }), 'security unlock-keychain')
    },
    async get(name) {
      const { status, stdout } = await ask(['find-generic-password', ...entry(name), '-w'])
      return status === 0 ? stdout : undefined
    },
    async remove(name) {
      await ask(['delete-generic-password', ...entry(name)])
    },
  }
}

/** Nothing in it means anything to a line of commands. */
function plain(text: string): string {
  if (!/^[\w-]+$/.test(text)) throw new Error('only letters, digits, - and _ go into the keychain')
  return text
}

interface Answered {
  readonly status: number
  readonly stdout: Secret
  /** The last line that it wrote there. */
  readonly stderr: string
}

function told(
  program: string,
  words: readonly string[],
  { environment, given }: { readonly environment: NodeJS.ProcessEnv; readonly given: Secret | undefined },
): Promise<Answered | 'not-installed'> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], env: neededOf(environment) })
    const patience = setTimeout(() => {
      child.kill('SIGKILL')
      reject(unusable(phrase('keychain-silent', { seconds: LONGEST_MS / 1_000 })))
    }, LONGEST_MS)
    const pieces: { readonly stdout: Buffer[]; readonly stderr: Buffer[] } = { stdout: [], stderr: [] }
    child.stdout.on('data', (chunk: Buffer) => pieces.stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => pieces.stderr.push(chunk))
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(patience)
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve('not-installed')
      else reject(unusable(phrase('keychain-refuses', { reason: error.message })))
    })
    child.on('close', (status) => {
      clearTimeout(patience)
      const stdout = new Secret(Buffer.concat(pieces.stdout).toString('utf8').replace(/\n$/, ''))
      const stderr = Buffer.concat(pieces.stderr).toString('utf8').trim().split('\n').at(-1) ?? ''
      resolve({ status: status ?? 1, stdout, stderr })
    })
    child.stdin.on('error', () => undefined) // it ended before it had read all: its status tells
    child.stdin.end(given?.reveal())
  })
}

/** To find the keyring of this session, and to show its own question: by D-Bus, on a screen, in a language. */
const NEEDED =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|LANG|(?:LC|DBUS|XDG)_\w+|SECURITYSESSIONID|__CF_USER_TEXT_ENCODING)$/

/** Keys and passphrases may stand in variables of any name. */
function neededOf(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => NEEDED.test(name)))
}

function unusable(detail: Said, command = OTHER_WAY): OpenClawError<'keychain-unusable'> {
  return new OpenClawError('keychain-unusable', { detail, command })
}

/** Where secret-tool comes from on this system; another way where we do not know. */
async function installer(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '') // a system that does not say
  const lines = [...release.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)/gm)]
  const names = new Set(lines.flatMap(([, words = '']) => words.split(' ')))
  return INSTALLERS.find(([name]) => names.has(name))?.[1] ?? OTHER_WAY
}

const INSTALLERS = [
  ['debian', 'sudo apt install libsecret-tools'],
  ['fedora', 'sudo dnf install libsecret'],
  ['arch', 'sudo pacman -S libsecret'],
  ['suse', 'sudo zypper install libsecret-tools'],
  ['alpine', 'sudo apk add libsecret'],
] as const
