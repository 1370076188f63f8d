/** What openclaw.json said when a gateway served by it last, for the time in which it says nothing that can be used. */
import type { FileText, LastGood, SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { fileText } from '../stores/files/file-text.ts'
import { loadSettings, type LoadedSettings, type SetupSources } from './load.ts'

/** As a gateway reads them at its start. Throws as `loadSettings` does, and `config-emptied`. */
export async function loadToServe(sources: SetupSources, lastGood: LastGood): Promise<LoadedSettings> {
  const { file } = notEmptied(sources.openclawJson, await lastGood.read())
  return loadSettings({ ...sources, openclawJson: file })
}

/** Undefined = nothing is kept, or it counts no longer either. */
export async function loadLastGood(sources: SetupSources, lastGood: LastGood): Promise<LoadedSettings | undefined> {
  const text = await lastGood.read()
  if (text === undefined) return undefined
  return loadSettings(withText(sources, text)).catch(() => undefined) // what is wrong with the file itself was told
}

/** For those who only look: what the files say, or, where openclaw.json is broken, what it said when a gateway served by it last. */
export interface Shown {
  readonly sources: SetupSources
  readonly settings: LoadedSettings['settings']
  /** Why it is not what the files say. */
  readonly problem?: OpenClawError
}

/** Throws as `loadSettings` does where nothing older helps. */
export async function loadToShow(sources: SetupSources, lastGood: LastGood): Promise<Shown> {
  try {
    return { sources, settings: (await loadToServe(sources, lastGood)).settings }
  } catch (error) {
    const isOfSettings = error instanceof OpenClawError && error.code.startsWith('config-')
    const text = isOfSettings ? await lastGood.read() : undefined
    const settings = text === undefined ? undefined : (await loadLastGood(sources, lastGood))?.settings
    if (!isOfSettings || text === undefined || !settings) throw error
    return { sources: withText(sources, text), settings, problem: error }
  }
}

/** The same sources, as if this stood in openclaw.json. */
export function withText(sources: SetupSources, text: string): SetupSources {
  return { ...sources, openclawJson: { ...sources.openclawJson, read: () => Promise.resolve(fileText(text)) } }
}

/**
 * A file that had something in it and is empty now is half saved: an editor empties it before it writes. Who wants nothing set writes
 * `{}`, or removes it. `before` = what is known to have stood there.
 */
export function notEmptied(
  file: SettingsFile,
  before = '',
): { readonly file: SettingsFile; readonly last: () => string } {
  let last = before
  const read = async (): Promise<FileText | undefined> => {
    const found = await file.read()
    if (found?.text.trim() === '' && last.trim() !== '') throw new OpenClawError('config-emptied', { file: file.path })
    last = found?.text ?? ''
    return found
  }
  return { file: { ...file, read }, last: () => last }
}
