/** Settings and plugins as a snapshot, read as far as the asker needs them. */
import type { Provider } from '../core/provider.ts'
import type { Setup } from '../core/setup.ts'
import type { SetupSources } from '../setup/load.ts'
import { pluginsFolder } from '../system/built.ts'
import type { Folder } from './folder.ts'
import type { Ground } from './ground.ts'
import { once } from './once.ts'
import type { Secrets } from './secrets.ts'

export type Setups = ReturnType<typeof openSetups>

export function openSetups({ environment }: Ground, { files }: Folder, { opener, looking }: Secrets) {
  const sources = once(async (): Promise<SetupSources> => ({
    ...(await files()),
    environment,
    pluginsFolder: pluginsFolder(),
  }))
  const setup = async (): Promise<Setup> => (await import('../setup/load.ts')).loadSetup(await sources())
  /** For those who use the secrets of logins: sealed ones are opened. */
  const openedSetup = async (): Promise<Setup> =>
    (await import('../setup/load.ts')).loadSetup({ ...(await sources()), opener })
  const settingsRead = async () => (await import('../setup/load.ts')).loadSettings(await sources())
  const offIn = async (
    from: SetupSources,
    over: Setup,
    wanted: (id: string) => boolean = () => true,
  ): Promise<readonly Provider[]> => (await import('../setup/load.ts')).loadProvidersOff(from, over, wanted)
  return {
    sources,
    setup,
    openedSetup,
    seenSetup: () => looking(openedSetup),
    settingsRead,
    /** The providers that are not switched on. */
    offIn,
    providersOff: async (over: Setup, wanted?: (id: string) => boolean) => offIn(await sources(), over, wanted),
  }
}
