/** Assembly: every part made when it is first asked for, and closed at the end. */
import { chainActs } from './app/chain-acts.ts'
import { configActs } from './app/config-acts.ts'
import { gatewayActs } from './app/gateway-acts.ts'
import { gatewayRunAct } from './app/gateway-run-act.ts'
import { loginActs } from './app/login-acts.ts'
import { modelActs } from './app/model-acts.ts'
import { openParts, type AppMeans } from './app/parts.ts'
import { pluginActs } from './app/plugin-acts.ts'
import { quickstartAct } from './app/quickstart-act.ts'
import { requestActs } from './app/request-acts.ts'
import type { QuickHouse } from './control/quickstart.ts'
import type { Phrase } from './core/phrase.ts'
import { emulatorFile, packageVersion } from './system/built.ts'

export type App = ReturnType<typeof openApp>

export function openApp(means: AppMeans) {
  const parts = openParts(means)
  const { paths, clock, environment, setup, gatewayRuns, settingsProblem, closeAll, loginTroubles } = parts
  return {
    paths,
    clock,
    environment,
    version: packageVersion,
    emulatorFile,
    setup,
    gatewayRuns,
    settingsProblem,
    ...modelActs(parts),
    ...chainActs(parts),
    ...loginActs(parts),
    ...requestActs(parts),
    ...pluginActs(parts),
    ...configActs(parts),
    ...gatewayActs(parts),
    ...gatewayRunAct(parts),
    ...quickstartAct(parts, (house): QuickHouse => openApp({ environment: house })),

    /** Resolves with what could not be done for the logins. */
    async close(): Promise<readonly Phrase[]> {
      await closeAll()
      return loginTroubles()
    },
  }
}
