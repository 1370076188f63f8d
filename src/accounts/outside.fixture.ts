/** A login of Qwen Code on a person's machine: its file in their home, used by reference, known to the stand-in portal. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Profile } from '../core/credential.ts'
import type { Provider } from '../core/provider.ts'
import type { Access } from './access.ts'
import type { Portal } from './emulator.fixture.ts'
import {
  openHouse,
  signedIn,
  type AccountsGiven,
  type House,
  type OpenAccounts,
  type Process,
} from './house.fixture.ts'

export const SHARED = 'qwen-portal:qwen-code'

export interface CredsFile {
  readonly access_token: string
  readonly refresh_token: string
  readonly token_type: string
  readonly resource_url?: string
  readonly expiry_date: number
}

export interface Lent {
  readonly house: House
  readonly process: Process
  readonly accounts: OpenAccounts
  /** Of the other program. */
  readonly folder: string
  readonly path: string
  readonly lock: string
  creds(): CredsFile
  /** As the other program writes it: what stood there, with changes; a second later on its clock. */
  put(changes?: Partial<CredsFile>): void
  /** A pair that the portal gave for another sign-in of the same person. */
  another(): Promise<Pick<CredsFile, 'access_token' | 'refresh_token'>>
  login(): Promise<[Provider, Profile]>
  readonly access: () => Promise<Access>
}

/** With so much left of the access token. */
export async function lent(portal: Portal, leftMs = 21_600_000, means: AccountsGiven = {}): Promise<Lent> {
  const house = openHouse(portal)
  const process = await house.open()
  const folder = join(house.folder, '.qwen')
  const path = join(folder, 'oauth_creds.json')
  mkdirSync(folder, { mode: 0o700 })

  const another: Lent['another'] = async () => {
    await signedIn(portal, process)
    const { accessToken, refreshToken } = house.models().models.providers['qwen-portal']
    writeFileSync(house.modelsJson, REFERENCE)
    return { access_token: accessToken, refresh_token: refreshToken }
  }
  const creds = (): CredsFile => JSON.parse(readFileSync(path, 'utf8')) as CredsFile
  let modifiedMs = house.clock.now().getTime()
  const write = (members: CredsFile): void => {
    writeFileSync(path, JSON.stringify(members, null, 2), { mode: 0o600 })
    modifiedMs = Math.max(modifiedMs + 1_000, existsSync(path) ? statSync(path).mtimeMs : 0)
    utimesSync(path, modifiedMs / 1_000, modifiedMs / 1_000)
  }
  const first: CredsFile = {
    ...(await another()),
    token_type: 'Bearer',
    resource_url: portal.url,
    expiry_date: house.clock.now().getTime() + leftMs,
  }
  modifiedMs = first.expiry_date - 21_600_000
  writeFileSync(path, JSON.stringify(first, null, 2), { mode: 0o600 })
  utimesSync(path, modifiedMs / 1_000, modifiedMs / 1_000)

  const accounts = await process.accounts(means)
  const login = (): Promise<[Provider, Profile]> => accounts.login(SHARED)
  return {
    house,
    process,
    accounts,
    folder,
    path,
    lock: join(folder, 'oauth_creds.lock'),
    creds,
    put: (changes = {}) => write({ ...(existsSync(path) ? creds() : first), ...changes }),
    another,
    login,
    access: async () => accounts.access(...(await login())),
  }
}

/** Takes the file away, as the other program does. */
export function vanish({ path }: Lent): void {
  rmSync(path)
}

const REFERENCE = JSON.stringify({
  models: { providers: { 'qwen-portal': {} } },
  auth: { profiles: { [SHARED]: { provider: 'qwen-portal', mode: 'oauth', source: 'qwen-code' } } },
})
