/** Where the files of a state folder lie. */
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { StatePaths } from '../core/setup.ts'
import { isOriginals } from './original.ts'

export function homeOf(environment: Readonly<Record<string, string | undefined>>): string {
  return environment['HOME'] || homedir()
}

/**
 * `OPENCLAW_STATE_DIR` moves all of them, `OPENCLAW_CONFIG_PATH` openclaw.json alone. Where the original program keeps
 * its files in `~/.openclaw`, ours lie in `~/.openclaw-gateway` until a person says otherwise with the variable.
 */
export function statePaths(environment: Readonly<Record<string, string | undefined>>): StatePaths {
  const usual = join(homeOf(environment), '.openclaw')
  const told = environment['OPENCLAW_STATE_DIR']
  const original = !told && isOriginals(usual) ? resolve(usual) : undefined
  const folder = resolve(told || (original ? `${usual}-gateway` : usual))
  return {
    folder,
    ...(original && { original }),
    openclawJson: resolve(environment['OPENCLAW_CONFIG_PATH'] || join(folder, 'openclaw.json')),
    modelsJson: join(folder, 'models.json'),
    stateDb: join(folder, 'state.db'),
    gatewayToken: join(folder, 'gateway-token'),
    gatewayLog: join(folder, 'gateway.log'),
  }
}

/** A file that the settings name: `~` is the person's home; a path that is not whole begins beside openclaw.json. */
export function fileOfPerson(
  written: string,
  {
    openclawJson,
    environment,
  }: { readonly openclawJson: string; readonly environment: Readonly<Record<string, string | undefined>> },
): string {
  if (/^~(?=[/\\]|$)/.test(written)) return join(homeOf(environment), written.slice(1))
  return resolve(dirname(openclawJson), written)
}
