/** Two settings files in a folder of their own, with the plugins that we bring. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { settingsFile } from '../stores/files/settings-file.ts'
import { pluginsFolder } from '../system/built.ts'
import type { SetupSources } from './load.ts'

export interface Sources extends SetupSources {
  readonly folder: string
  write(name: 'openclaw.json' | 'models.json', text: string): void
}

export function sourcesWith(
  given: { readonly upper?: string; readonly lower?: string },
  environment: SetupSources['environment'] = {},
): Sources {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-setup-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const ours = { lastHash: () => Promise.resolve(undefined), remember: () => Promise.resolve() }
  const file = (name: string) =>
    settingsFile(join(folder, name), (_, work) => work({ stillOurs: () => Promise.resolve(true) }), ours)
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  if (given.upper !== undefined) write('openclaw.json', given.upper)
  if (given.lower !== undefined) write('models.json', given.lower)
  return {
    folder,
    write,
    openclawJson: file('openclaw.json'),
    modelsJson: file('models.json'),
    environment,
    pluginsFolder: pluginsFolder(),
  }
}
