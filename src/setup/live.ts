/** The setup of a running gateway: replaced when a file of it changes, kept when the change is broken. */
import type { LastGood } from '../core/edit.ts'
import type { Setup } from '../core/setup.ts'
import { watchFiles } from '../stores/files/watch-files.ts'
import { notEmptied, withText } from './last-good.ts'
import { loadPlugins, loadSettings, loadSetup, type LoadedPlugins, type SetupSources } from './load.ts'
import { fileOfPerson } from './paths.ts'

export interface LiveSetup {
  current(): Setup
  /** Why the newest text of a file does not count; undefined = it does. */
  problem(): Error | undefined
  /** Looks now, rather than when the watch tells. */
  refresh(): Promise<void>
  close(): void
}

/**
 * Throws when there is nothing good to start with: where openclaw.json is broken, what a gateway served by last counts, and
 * `problem` says so. Plugins stay as they are now: a change shows at a restart.
 */
export async function openLiveSetup(
  given: SetupSources,
  onChange: (problem: Error | undefined) => void,
  lastGood?: LastGood,
): Promise<LiveSetup> {
  const upper = notEmptied(given.openclawJson, await lastGood?.read())
  const sources = { ...given, openclawJson: upper.file, modelsJson: notEmptied(given.modelsJson).file }
  let kept: Promise<void> | undefined
  const keep = (): void => {
    if (!lastGood) return
    const text = upper.last()
    // A disk without room for it is told by those who must write.
    kept = (kept ?? Promise.resolve()).then(() => lastGood.keep(text)).catch(() => undefined)
  }
  // Asked before the load: a save that comes between the two is seen by the next look.
  let seen = await hashes(given)
  const opened = await openedWith(sources).then(
    (good) => ({ ...good, problem: undefined }),
    async (error: unknown) => {
      const text = await lastGood?.read()
      if (text === undefined) throw error
      const good = await openedWith(withText(sources, text)).catch(() => undefined) // the person's own file is what is told
      if (!good) throw error
      return { ...good, problem: error instanceof Error ? error : new Error(String(error)) }
    },
  )
  const { plugins } = opened
  let current = opened.setup
  let problem: Error | undefined = opened.problem
  if (!problem) keep()
  let running: Promise<void> | undefined

  const look = async (): Promise<void> => {
    let now = await hashes(given)
    const sameFiles = now === seen
    if (sameFiles && (problem || !current.settings.network.ca)) return
    try {
      const next = await loadSetup(sources, plugins, current)
      if (sameFiles && authoritiesOf(next) === authoritiesOf(current)) return
      current = next
      problem = undefined
      keep()
    } catch (error) {
      problem = error instanceof Error ? error : new Error(String(error))
      // What was read may be another text than what was hashed: the next look must not take it for known.
      if ((await hashes(given)) !== now) now = 'changing'
    }
    seen = now
    followAuthorities()
    onChange(problem)
  }
  /** One look at a time; a change during a look is seen by the next. */
  const refresh = (): Promise<void> => {
    running = (running ?? Promise.resolve()).then(look, look)
    return running
  }

  const touched = (): void => {
    refresh().catch(() => undefined) // only the listener can throw, and it is nobody's business here
  }
  let authorities: { readonly file: string; readonly stop: () => void } | undefined
  const followAuthorities = (): void => {
    const { ca } = current.settings.network
    const file =
      ca && 'path' in ca
        ? fileOfPerson(ca.path, { openclawJson: sources.openclawJson.path, environment: sources.environment })
        : undefined
    if (file === authorities?.file) return
    authorities?.stop()
    authorities = file === undefined ? undefined : { file, stop: watchFiles([file], touched) }
  }

  const stop = watchFiles([sources.openclawJson.path, sources.modelsJson.path], touched)
  // A save since the first look, of which nobody will tell.
  touched()
  followAuthorities()
  return {
    current: () => current,
    problem: () => problem,
    refresh,
    close() {
      stop()
      authorities?.stop()
    },
  }
}

async function openedWith(sources: SetupSources): Promise<{ readonly plugins: LoadedPlugins; readonly setup: Setup }> {
  const plugins = await loadPlugins((await loadSettings(sources)).settings, sources)
  return { plugins, setup: await loadSetup(sources, plugins) }
}

/** What a file beside the settings can change. */
function authoritiesOf({ network, problems }: Setup): string {
  return [...(network.ca?.certificates ?? []), ...problems.map(String)].join('\n')
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
