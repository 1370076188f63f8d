/** Whether an outside plugin may run: switched on by the person, and its files are those that were switched on. */
import { OpenClawError } from '../core/errors.ts'
import type { PluginSetting } from '../core/settings.ts'
import type { Manifest } from './manifests.ts'
import { readPluginFiles, type PluginFiles } from './plugin-files.ts'

export type Trust =
  | { readonly kind: 'off' }
  | { readonly kind: 'trusted'; readonly files: PluginFiles }
  | { readonly kind: 'refused'; readonly error: OpenClawError }

/** Reads the files of a plugin that is on, and of no other. No code of it runs. */
export function trustIn({ id, folder }: Pick<Manifest, 'id' | 'folder'>, setting: PluginSetting | undefined): Trust {
  if (!setting?.enabled) return { kind: 'off' }
  if (!setting.sha256) return { kind: 'refused', error: new OpenClawError('plugin-untrusted', { plugin: id, folder }) }
  const files = readPluginFiles(folder)
  if (files.kind === 'unsafe') return { kind: 'refused', error: unsafe(id, files) }
  if (files.sha256 === setting.sha256) return { kind: 'trusted', files }
  return { kind: 'refused', error: new OpenClawError('plugin-changed', { plugin: id, folder }) }
}

/** The files as a person who switches the plugin on trusts them. Throws `plugin-unsafe`. */
export function filesToTrust({ id, folder }: Pick<Manifest, 'id' | 'folder'>): PluginFiles {
  const files = readPluginFiles(folder)
  if (files.kind === 'unsafe') throw unsafe(id, files)
  return files
}

function unsafe(
  plugin: string,
  { file, reason, isWritable }: Extract<ReturnType<typeof readPluginFiles>, { kind: 'unsafe' }>,
): OpenClawError {
  return new OpenClawError('plugin-unsafe', { plugin, file, detail: reason, isWritable })
}
