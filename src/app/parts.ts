/** All that acts are made of: each part loads when it is first asked for. */
import type { KeyMeans } from '../accounts/sealing-keys.ts'
import { openAccountsPart } from './accounts.ts'
import { openFolder } from './folder.ts'
import { openGround } from './ground.ts'
import { openSecrets } from './secrets.ts'
import { openSetups } from './setups.ts'
import { openWaysOut } from './ways-out.ts'

export interface AppMeans {
  readonly environment: NodeJS.ProcessEnv
  /** Somebody at a terminal who knows the passphrase; undefined = nobody is there. */
  readonly askPassphrase?: KeyMeans['askPassphrase']
}

export type Parts = ReturnType<typeof openParts>

export function openParts({ environment, askPassphrase }: AppMeans) {
  const ground = openGround(environment)
  const waysOut = openWaysOut(ground)
  const secrets = openSecrets(ground, askPassphrase)
  const folder = openFolder(ground, secrets)
  const setups = openSetups(ground, folder, secrets)
  const inside = { ...secrets, ...folder, ...setups }
  return { ...ground, ...waysOut, ...inside, ...openAccountsPart(ground, waysOut, inside) }
}
