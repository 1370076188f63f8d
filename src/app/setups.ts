/** Settings and plugins as a snapshot, read as far as the asker needs them. */
import type { Provider } from '../core/provider.ts'
import type { OpenClawError } from '../core/errors.ts'
import type { Setup } from '../core/setup.ts'
import type { Shown } from '../setup/last-good.ts'
import type { SetupSources } from '../setup/load.ts'
import { pluginsFolder } from '../system/built.ts'
import type { Folder } from './folder.ts'
import type { Ground } from './ground.ts'
import { once } from './once.ts'
import type { Secrets } from './secrets.ts'

export type Setups = ReturnType<typeof openSetups>

export function openSetups({ environment, paths }: Ground, { files }: Folder, { opener, looking }: Secrets) {
  const sources = once(async (): Promise<SetupSources> => ({
    ...(await files()),
    environment,
    pluginsFolder: pluginsFolder(),
  }))
  let problem: OpenClawError | undefined
  const shown = once(async (): Promise<Shown> => {
    const own = await sources()
    const { loadSettings } = await import('../setup/load.ts')
    const good = await loadSettings(own).catch(() => undefined) // met again below
    // Nothing in it may be nothing left in it.
    if (good && good.upper !== undefined) return { sources: own, settings: good.settings }
    const [{ lastGoodOf }, { loadToShow }] = await Promise.all([
      import('../stores/files/last-good.ts'),
      import('../setup/last-good.ts'),
    ])
    return loadToShow(own, lastGoodOf(paths.openclawJson))
  })
  /** The sources for acts that only look: broken settings are told at the end, and the last good ones looked at. */
  const shownSources = async (): Promise<SetupSources> => {
    const found = await shown()
    problem = found.problem
    return found.sources
  }
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
    seenSetup: () =>
      looking(async () => (await import('../setup/load.ts')).loadSetup({ ...(await shownSources()), opener })),
    shown,
    shownSources,
    shownSetup: async (): Promise<Setup> => (await import('../setup/load.ts')).loadSetup(await shownSources()),
    settingsRead,
    settingsShown: async () => (await import('../setup/load.ts')).loadSettings(await shownSources()),
    /** Why settings were shown that are not what the files say. */
    settingsProblem: () => problem,
    /** The providers that are not switched on. */
    offIn,
    providersOff: async (over: Setup, wanted?: (id: string) => boolean) =>
      offIn((await shown().catch(() => undefined))?.sources ?? (await sources()), over, wanted),
  }
}
