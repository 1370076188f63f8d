/** Shows a page in the person's browser, where there is a person with one. */
import type { ChildProcess } from 'node:child_process'

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
  try {
    const { default: open } = await import('open')
    return await outcomeOf(await open(url.href))
  } catch {
    // No opener on this machine. The caller has shown the address already, which is all that can be done.
    return 'failed'
  }
}

function outcomeOf(opener: ChildProcess): Promise<'opened' | 'failed'> {
  return new Promise((resolve) => {
    const settle = (outcome: 'opened' | 'failed'): void => {
      clearTimeout(timer)
      resolve(outcome)
    }
    const timer = setTimeout(settle, FAILS_WITHIN_MS, 'opened')
    // These stay on: what an opener does later must not end our process.
    opener.on('error', () => settle('failed'))
    opener.on('exit', (code) => settle(code === 0 ? 'opened' : 'failed'))
    if (opener.exitCode !== null) settle(opener.exitCode === 0 ? 'opened' : 'failed')
  })
}
