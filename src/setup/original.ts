/** Recognises the state folder of the original program, which is never changed. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * It stamps `meta.lastTouchedVersion` into the openclaw.json that it writes, as plain JSON, and keeps its secrets in
 * `agents/<id>/agent/auth-profiles.json`. A folder with our state.db was ours first.
 */
export function isOriginals(folder: string): boolean {
  if (existsSync(join(folder, 'state.db'))) return false
  return isStamped(textOf(join(folder, 'openclaw.json'))) || holdsItsSecrets(join(folder, 'agents'))
}

function isStamped(text: string): boolean {
  if (!text.includes('lastTouchedVersion')) return false
  return /(?:^|[{,\s])["']?meta["']?\s*:\s*\{[^{}]*["']?lastTouchedVersion["']?\s*:/.test(text)
}

function holdsItsSecrets(agents: string): boolean {
  return existsSync(agents) && namesIn(agents).some((id) => existsSync(join(agents, id, 'agent', 'auth-profiles.json')))
}

function textOf(file: string): string {
  try {
    // A pipe would be waited for.
    return statSync(file).isFile() ? readFileSync(file, 'utf8') : ''
  } catch {
    // No such file, or one that cannot be read: whoever reads the settings says so.
    return ''
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    // Not a folder, or not ours to read: then it tells nothing.
    return []
  }
}
