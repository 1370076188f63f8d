/** Which plugins lie in the folders that a person named in `plugins.load.paths`. */
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { phrase, type Said } from '../core/phrase.ts'
import { findPlugins, MANIFEST_NAME, readManifest, type FoundPlugin, type Manifest } from './manifests.ts'

export interface OutsidePlugins {
  readonly found: readonly FoundPlugin[]
  /** Paths that lead to no plugin, as written. */
  readonly problems: readonly { readonly path: string; readonly problem: Said }[]
}

/**
 * A path names a plugin's folder or one that holds some; `~` is the person's home. An id, and a provider's, belongs to the
 * first that has it: to a plugin that we bring before all others.
 */
export function findOutsidePlugins(
  paths: readonly string[],
  { home, bundled }: { readonly home: string; readonly bundled: readonly Manifest[] },
): OutsidePlugins {
  const problems: { path: string; problem: Said }[] = []
  const holders = new Map(bundled.map(({ id, folder }) => [id, folder]))
  const providers = new Map(bundled.flatMap((plugin) => plugin.providers.map(({ id }) => [id, plugin.id] as const)))
  const found: FoundPlugin[] = []
  const folders = new Set<string>()
  for (const path of paths) {
    const inside = pluginsAt(path, home)
    if (inside.kind === 'problem') {
      problems.push({ path, problem: inside.problem })
      continue
    }
    for (const plugin of inside.plugins) {
      const folder = plugin.kind === 'ok' ? plugin.manifest.folder : plugin.folder
      if (folders.has(folder)) continue
      folders.add(folder)
      const taken = plugin.kind === 'ok' && takenBy(plugin.manifest)
      found.push(taken ? { kind: 'broken', folder, problem: taken } : plugin)
      if (plugin.kind === 'ok' && !taken) holders.set(plugin.manifest.id, folder)
    }
  }
  return { found, problems }

  function takenBy(manifest: Manifest): Said | undefined {
    const holder = holders.get(manifest.id)
    if (holder !== undefined) return phrase('plugin-id-taken', { id: manifest.id, folder: holder })
    const provider = manifest.providers.find(({ id }) => providers.has(id))?.id
    const plugin = provider && providers.get(provider)
    return provider && plugin ? phrase('provider-taken', { provider, plugin }) : undefined
  }
}

type Inside =
  | { readonly kind: 'ok'; readonly plugins: readonly FoundPlugin[] }
  | { readonly kind: 'problem'; readonly problem: Said }

function pluginsAt(path: string, home: string): Inside {
  const problem = (said: Said): Inside => ({ kind: 'problem', problem: said })
  if (/\p{Cc}/u.test(path)) return problem(phrase('path-with-control'))
  const variable = /\$\{([A-Z_][A-Z0-9_]*)\}/.exec(path)?.[1]
  if (variable !== undefined) return problem(phrase('variable-not-set', { variable }))
  const written = path === '~' || /^~[/\\]/.test(path) ? join(home, path.slice(1)) : path
  if (resolve('/', written) !== resolve(written)) return problem(phrase('path-not-absolute'))
  const folder = resolve(written)
  try {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return problem(phrase('no-such-folder'))
    const plugins = existsSync(join(folder, MANIFEST_NAME)) ? [readManifest(folder)] : findPlugins(folder)
    return plugins.length > 0
      ? { kind: 'ok', plugins }
      : problem(phrase('no-plugin-in-folder', { manifest: MANIFEST_NAME }))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return problem(phrase('file-unreadable', { code }))
  }
}
