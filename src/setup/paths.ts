/** Where the files of a state folder lie. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { StatePaths } from '../core/setup.ts'

/** `OPENCLAW_STATE_DIR` moves all of them, `OPENCLAW_CONFIG_PATH` openclaw.json alone. */
export function statePaths(environment: Readonly<Record<string, string | undefined>>): StatePaths {
  const folder = resolve(environment['OPENCLAW_STATE_DIR'] || join(environment['HOME'] || homedir(), '.openclaw'))
  return {
    folder,
    openclawJson: resolve(environment['OPENCLAW_CONFIG_PATH'] || join(folder, 'openclaw.json')),
    modelsJson: join(folder, 'models.json'),
    stateDb: join(folder, 'state.db'),
    gatewayToken: join(folder, 'gateway-token'),
    gatewayLog: join(folder, 'gateway.log'),
  }
}
