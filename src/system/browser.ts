/** Shows a page in the person's browser, where there is a person with one. */
import { spawn } from 'node:child_process'

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
  /** Is somebody there who reads and types? */
  readonly interactive: boolean
}

/** False over SSH, in CI, without a screen, or where the person said so: a page would open where nobody looks. */
export function mayOpenBrowser({ env, platform, interactive }: Surroundings): boolean {
  if (!interactive || env['NO_BROWSER'] || isCi(env)) return false
  if (env['SSH_CONNECTION'] || env['SSH_TTY'] || env['SSH_CLIENT']) return false
  if (env['DEBIAN_FRONTEND'] === 'noninteractive' || env['BROWSER'] === 'www-browser') return false
  if (platform !== 'linux') return true
  const hasScreen = env['DISPLAY'] || env['WAYLAND_DISPLAY']
  const isWsl = env['WSL_DISTRO_NAME'] || env['WSL_INTEROP']
  return Boolean(hasScreen || isWsl)
}

function isCi(env: NodeJS.ProcessEnv): boolean {
  const said = env['CI']?.toLowerCase()
  return said !== undefined && said !== '' && said !== '0' && said !== 'false'
}

/** An opener that has not failed by then has found its browser. */
const FAILS_WITHIN_MS = 250

/** Never throws. Addresses other than http and https are not opened: they start programs. */
export async function openBrowser(address: string): Promise<'opened' | 'failed'> {
  const url = URL.parse(address)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return 'failed'
  for (const [program, ...words] of openersOn(process.platform, process.env)) {
    if ((await outcomeOf(program, [...words, url.href])) === 'opened') return 'opened'
  }
  // No opener on this machine. The caller has shown the address already, which is all that can be done.
  return 'failed'
}

/** A program and the words before the address; the first that works is taken. No shell reads the address. */
export function openersOn(
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): readonly (readonly [string, ...string[]])[] {
  if (platform === 'darwin') return [['open']]
  if (platform === 'win32') return [['rundll32', 'url.dll,FileProtocolHandler']]
  // A person's own wish; a list of programs (environ(7)).
  const wished = env['BROWSER']?.split(':').filter((program) => program !== '') ?? []
  if (wished.length > 0) return wished.map((program) => [program])
  const isWsl = env['WSL_DISTRO_NAME'] || env['WSL_INTEROP']
  return [
    ...(isWsl ? [['wslview'] as const, ['rundll32.exe', 'url.dll,FileProtocolHandler'] as const] : []),
    ['xdg-open'],
    ['gio', 'open'],
    ['x-www-browser'],
  ]
}

function outcomeOf(program: string, words: readonly string[]): Promise<'opened' | 'failed'> {
  return new Promise((resolve) => {
    const settle = (outcome: 'opened' | 'failed'): void => {
      clearTimeout(timer)
      resolve(outcome)
    }
    const timer = setTimeout(settle, FAILS_WITHIN_MS, 'opened')
    const opener = spawn(program, words, { detached: true, stdio: 'ignore' })
    // These stay on: what an opener does later must not end our process.
    opener.on('error', () => settle('failed'))
    opener.on('exit', (code) => settle(code === 0 ? 'opened' : 'failed'))
    opener.unref()
  })
}
