/** What lies in the folder: state.db and the two settings files. */
import type { SettingsFile, Lock } from '../core/edit.ts'
import type { State } from '../core/ports.ts'
import type { ThreadedState } from '../stores/sqlite/threaded.ts'
import type { Beside, LocksAndNotes } from '../stores/state-beside.ts'
import { writerFile } from '../system/built.ts'
import type { Ground } from './ground.ts'
import { once } from './once.ts'
import type { Secrets } from './secrets.ts'

export type Folder = ReturnType<typeof openFolder>

export interface Files {
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
  readonly lock: Lock
  /** Where those meet who reach models.json, with its tokens, by a link. */
  readonly besideModels: Beside
}

export function openFolder({ paths, clock, random, closing }: Ground, { vault }: Secrets) {
  let holder: string | undefined
  const inlineState = async (path: string): Promise<State> => {
    const { openInlineState } = await import('../stores/sqlite/inline.ts')
    return openInlineState({ path, clock })
  }
  const threadedState = async (path: string): Promise<ThreadedState> => {
    const { openThreadedState } = await import('../stores/sqlite/threaded.ts')
    return openThreadedState({ path, clock, workerFile: writerFile() })
  }
  /** A command's state: SQLite on this thread, opened when it is first used. */
  const state = once(async () => closing(await inlineState(paths.stateDb)))

  const filesOver = async (held: () => Promise<State>, open: (path: string) => Promise<State>): Promise<Files> => {
    const [{ settingsFile }, { ownTexts }, { stateBeside, locksAndNotes }, { sealingFile }] = await Promise.all([
      import('../stores/files/settings-file.ts'),
      import('../stores/files/own-texts.ts'),
      import('../stores/state-beside.ts'),
      import('../accounts/sealing-file.ts'),
    ])
    const means = { clock, holder: () => (holder ??= `${process.pid} ${random.uuid()}`) }
    const own = locksAndNotes(held, means)
    const besideModels = closing(stateBeside(paths.modelsJson, { ...means, ownPath: paths.stateDb, own: held, open }))
    const fileOver = (path: string, { lock, notes }: LocksAndNotes): SettingsFile =>
      settingsFile(
        path,
        lock,
        ownTexts(() => Promise.resolve(notes)),
      )
    const openclawJson = fileOver(paths.openclawJson, own)
    const modelsJson = sealingFile(fileOver(paths.modelsJson, besideModels), openclawJson, vault)
    return { openclawJson, modelsJson, lock: own.lock, besideModels }
  }
  const files = once(() => filesOver(state, inlineState))

  const gatewayRuns = async (): Promise<boolean> =>
    (await import('../service/instance.ts'))
      .currentInstance({ leases: (await state()).leases, clock })
      .then((found) => found !== undefined)

  return { state, threadedState, filesOver, files, gatewayRuns }
}
