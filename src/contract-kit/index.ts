/** What a plugin's author asks in a test of their own: would openclaw take this folder, and does the plugin keep its word? */
import { fileURLToPath } from 'node:url'
import type { ProviderDefinition } from '../core/provider.ts'
import { canRunModules, importChecked } from '../plugin-host/checked-modules.ts'
import { providersOf } from '../plugin-host/load.ts'
import { MANIFEST_NAME, readManifest } from '../plugin-host/manifests.ts'
import { readPluginFiles } from '../plugin-host/plugin-files.ts'
import { declarationBreaches } from './declaration.ts'
import { loginBreaches, outsideBreaches, quirkBreaches, readingBreaches } from './readings.ts'

/** A rule that the plugin does not keep. */
export interface Breach {
  readonly rule: 'files' | 'manifest' | 'module' | 'declaration' | 'readFailure' | 'quirks' | 'login'
  /** What was met, in English. */
  readonly detail: string
}

/**
 * `folder`: the built plugin, with its manifest in it. Its module runs, as after `plugins enable`; nothing is asked over a
 * network and nothing is written. An empty list = the plugin keeps the contract.
 */
export async function checkPlugin(folder: string | URL): Promise<readonly Breach[]> {
  if (!canRunModules()) {
    throw new Error(
      `openclaw's contract kit needs Node 24.16 or newer; this is Node ${process.versions.node}. With "node": "^24.16.0" among your devDependencies, npm runs your scripts with that one.`,
    )
  }
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder)
  const found = readManifest(path)
  if (found.kind === 'broken') return [{ rule: 'manifest', detail: String(found.problem) }]
  const files = readPluginFiles(path)
  if (files.kind === 'unsafe') return [{ rule: 'files', detail: `${files.file}: ${String(files.reason)}` }]
  const { manifest } = found
  const entry = [`${manifest.entry}.js`, `${manifest.entry}.mjs`].find((name) => files.bytes.has(name))
  if (entry === undefined) {
    return [
      { rule: 'files', detail: `there is no ${manifest.entry}.js or ${manifest.entry}.mjs beside ${MANIFEST_NAME}` },
    ]
  }
  let providers: readonly ProviderDefinition[]
  try {
    providers = providersOf(await importChecked({ ...files, id: manifest.id, entry }), manifest)
  } catch (error) {
    return [{ rule: 'module', detail: error instanceof Error ? error.message : String(error) }]
  }
  return providers.flatMap((provider) => providerBreaches(provider))
}

/** Throws one error that lists every breach. */
export async function assertPlugin(folder: string | URL): Promise<void> {
  const breaches = await checkPlugin(folder)
  if (breaches.length > 0) {
    throw new Error(
      `the plugin breaks its contract:\n${breaches.map(({ rule, detail }) => `- ${rule}: ${detail}`).join('\n')}`,
    )
  }
}

/** The part of the contract that a provider keeps by itself, wherever its plugin lies. */
export function providerBreaches(provider: ProviderDefinition): readonly Breach[] {
  const under = (rule: Breach['rule'], details: readonly string[]): readonly Breach[] =>
    details.map((detail) => ({ rule, detail: `${provider.id}: ${detail}` }))
  return [
    ...under('declaration', declarationBreaches(provider)),
    ...under('readFailure', readingBreaches(provider)),
    ...under('quirks', quirkBreaches(provider)),
    ...under('login', [...loginBreaches(provider), ...outsideBreaches(provider)]),
  ]
}
