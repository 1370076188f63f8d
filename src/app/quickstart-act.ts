/** The act `quickstart`, which opens a second house on a folder of its own. */
import type { QuickHouse, QuickstartWish } from '../control/quickstart.ts'
import { emulatorFile, launcherFile } from '../system/built.ts'
import type { Parts } from './parts.ts'

export function quickstartAct(
  { environment, localHttp }: Parts,
  openHouse: (environment: NodeJS.ProcessEnv) => QuickHouse,
) {
  return {
    async *quickstart(wish: QuickstartWish) {
      const { quickstart } = await import('../control/quickstart.ts')
      return yield* quickstart(wish, {
        http: await localHttp(),
        emulatorFile: emulatorFile(),
        launcherFile: launcherFile(),
        environment,
        openHouse,
      })
    },
  }
}
