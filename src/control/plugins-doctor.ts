/** The act `plugins doctor`: plugins that are on are loaded as a gateway loads them, and what does not work is told. */
import { phrase } from '../core/phrase.ts'
import { loadPlugins } from '../setup/load.ts'
import type { PluginFinding, PluginsChecked } from './contract.ts'
import { knownPlugins, type PluginMeans } from './plugins.ts'

/** The code of plugins that are on runs; no other. */
export async function* checkPlugins(means: PluginMeans): AsyncGenerator<never, PluginsChecked> {
  const settings = await means.settings()
  const { bundled, outside } = knownPlugins(settings, means)
  const found = [...bundled, ...outside.found]
  const { refused } = await loadPlugins(settings, means.sources)
  const ids = new Set([
    ...found.flatMap((plugin) => (plugin.kind === 'ok' ? [plugin.manifest.id] : [])),
    ...refused.map(({ plugin }) => plugin),
  ])
  return {
    checked: found.length,
    findings: [
      ...refused.map(({ plugin, error }): PluginFinding => ({
        subject: plugin,
        problem: error,
        ...(error.run && { run: error.run }),
      })),
      ...outside.problems.map(({ path, problem }): PluginFinding => ({
        subject: `plugins.load.paths: ${path}`,
        problem,
        run: 'openclaw config get plugins.load.paths',
      })),
      ...found.flatMap((plugin): PluginFinding[] =>
        plugin.kind === 'ok' ? [] : [{ subject: plugin.folder, problem: plugin.problem }],
      ),
      ...[...settings.plugins.keys()]
        .filter((id) => !ids.has(id))
        .map((id): PluginFinding => ({
          subject: `plugins.entries.${id}`,
          problem: phrase('no-such-plugin'),
          run: `openclaw config unset plugins.entries.${id}`,
        })),
    ],
  }
}
