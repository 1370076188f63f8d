/** The setup of a running gateway: replaced when a settings file changes, kept when the change is broken. */
import type { Setup } from '../core/setup.ts'
import { watchFiles } from '../stores/files/watch-files.ts'
import { loadPlugins, loadSettings, loadSetup, type SetupSources } from './load.ts'

export interface LiveSetup {
  current(): Setup
  /** Why the newest text of a file does not count; undefined = it does. */
  problem(): Error | undefined
  /** Looks now, rather than when the watch tells. */
  refresh(): Promise<void>
  close(): void
}

/** Throws when there is nothing good to start with. Plugins stay as they are now: a change shows at a restart. */
export async function openLiveSetup(
  sources: SetupSources,
  onChange: (problem: Error | undefined) => void,
): Promise<LiveSetup> {
  const plugins = await loadPlugins((await loadSettings(sources)).settings, sources.pluginsFolder)
  // Asked before the load: a save that comes between the two is seen by the next look.
  let seen = await hashes(sources)
  let current = await loadSetup(sources, plugins)
  let problem: Error | undefined
  let running: Promise<void> | undefined

  const look = async (): Promise<void> => {
    const now = await hashes(sources)
    if (now === seen) return
    try {
      current = await loadSetup(sources, plugins)
      problem = undefined
    } catch (error) {
      problem = error instanceof Error ? error : new Error(String(error))
    }
    seen = now
    onChange(problem)
  }
  /** One look at a time; a change during a look is seen by the next. */
  const refresh = (): Promise<void> => {
    running = (running ?? Promise.resolve()).then(look, look)
    return running
  }

  const stop = watchFiles([sources.openclawJson.path, sources.modelsJson.path], () => {
    refresh().catch(() => undefined) // only the listener can throw, and it is nobody's business here
  })
  return { current: () => current, problem: () => problem, refresh, close: stop }
}

async function hashes({ openclawJson, modelsJson }: SetupSources): Promise<string> {
  const read = [openclawJson, modelsJson].map((file) =>
    file.read().then(
      (text) => text?.hash ?? 'none',
      () => 'unreadable', // the load says why
    ),
  )
  return (await Promise.all(read)).join(' ')
}
