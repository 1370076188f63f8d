/** What every part stands on: environment, paths, time, chance, and the end. */
import { statePaths } from '../setup/paths.ts'
import { packageVersion } from '../system/built.ts'
import { systemClock } from '../system/clock.ts'
import { systemRandom } from '../system/random.ts'
import { openClosers } from './closers.ts'

export type Ground = ReturnType<typeof openGround>

export function openGround(environment: NodeJS.ProcessEnv) {
  return {
    environment,
    paths: statePaths(environment),
    clock: systemClock,
    random: systemRandom,
    userAgent: `openclaw/${packageVersion()}`,
    ...openClosers(),
  }
}
