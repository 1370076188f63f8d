/** Both settings files and the plugins that are on, as one snapshot; or the error that names the place. */
import { formatPath } from '../config/path.ts'
import { readSettings, type ReadSettings } from '../config/read.ts'
import type { SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'
import type { CredentialOpener } from '../core/ports.ts'
import { providerFrom, type Provider, type ProviderDefinition } from '../core/provider.ts'
import type { Settings } from '../core/settings.ts'
import { providerIn, type Setup } from '../core/setup.ts'
import { loadPlugin } from '../plugin-host/load.ts'
import { goodManifests, type Manifest } from '../plugin-host/manifests.ts'
import { providersOn } from '../plugin-host/providers-on.ts'
import { Json5SyntaxError } from '../stores/files/json5-syntax-error.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { pluginEntry } from '../system/built.ts'
import { byKey } from './by-key.ts'
import { withKeyProfiles } from './key-profiles.ts'
import type { LoadedOutside } from './outside-plugins.ts'
import { homeOf } from './paths.ts'

export interface SetupSources {
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder of the plugins that we bring. */
  readonly pluginsFolder: string
  /** For those who use secrets: sealed ones are opened. */
  readonly opener?: CredentialOpener
}

export type LoadedSettings = Extract<ReadSettings, { kind: 'ok' }> & {
  readonly upper: unknown
  readonly lower: unknown
}

interface Texts {
  readonly upper: string
  readonly lower: string
}

/** What was read last of an openclaw.json and its fellow: a command asks for its language first, then for its settings. */
const lastRead = new WeakMap<SettingsFile, { readonly texts: Texts; readonly settings: LoadedSettings }>()

/** What the files say, without a plugin loaded. Throws `config-syntax` or `config-invalid`. */
export async function loadSettings(sources: SetupSources): Promise<LoadedSettings> {
  const { openclawJson, modelsJson } = sources
  // A missing file says nothing.
  const texts = { upper: (await openclawJson.read())?.text ?? '', lower: (await modelsJson.read())?.text ?? '' }
  const last = lastRead.get(openclawJson)
  if (last?.texts.upper === texts.upper && last.texts.lower === texts.lower) return last.settings
  const settings = await settingsFrom(texts, sources)
  lastRead.set(openclawJson, { texts, settings })
  return settings
}

async function settingsFrom(texts: Texts, sources: SetupSources): Promise<LoadedSettings> {
  const upper = valuesOf(texts.upper, sources.openclawJson)
  const lower = valuesOf(texts.lower, sources.modelsJson)
  const read = readSettings({ upper, lower }, sources.environment)
  if (read.kind === 'ok') return { ...read, upper, lower }
  const { path: file } = read.in === 'upper' ? sources.openclawJson : sources.modelsJson
  const { positionOf } = await import('../stores/files/json5-position.ts')
  const { line, column } = positionOf(texts[read.in], read.path)
  throw new OpenClawError('config-invalid', {
    file,
    line,
    column,
    path: formatPath(read.path) || phrase('whole-file'),
    wrong: read.wrong,
  })
}

/** Plugins as they were when this process started: a change shows at the next start. */
export interface LoadedPlugins extends LoadedOutside {
  /** Of those that we bring. */
  readonly off: readonly Manifest[]
}

/** A plugin of ours that is broken is an error; one from an outside folder is told, while the rest works. */
export async function loadPlugins(
  settings: Settings,
  sources: Pick<SetupSources, 'pluginsFolder' | 'environment'>,
): Promise<LoadedPlugins> {
  const manifests = goodManifests(sources.pluginsFolder)
  const isOn = ({ id }: Manifest): boolean => settings.plugins.get(id)?.enabled ?? false
  const definitions: ProviderDefinition[] = []
  for (const manifest of manifests.filter(isOn)) definitions.push(...(await loaded(manifest)))
  const off = manifests.filter((manifest) => !isOn(manifest))
  if (!concernsOutside(settings)) return { definitions, off, untrusted: [], refused: [] }
  const { loadOutsidePlugins } = await import('./outside-plugins.ts')
  const outside = await loadOutsidePlugins(settings, { bundled: manifests, home: homeOf(sources.environment) })
  return { ...outside, definitions: [...definitions, ...outside.definitions], off }
}

/** A hash stands only where a plugin from an outside folder was switched on. */
function concernsOutside({ pluginPaths, plugins }: Settings): boolean {
  return pluginPaths.length > 0 || [...plugins.values()].some(({ enabled, sha256 }) => enabled && sha256 !== undefined)
}

/**
 * `before` = what stands until now, for what must be kept of it. Of the plugins that we bring, those that need only a key come
 * and go with it, without a new start; one from an outside folder never does.
 */
export async function loadSetup(sources: SetupSources, plugins?: LoadedPlugins, before?: Setup): Promise<Setup> {
  const { settings, warnings, values, upper, lower } = await loadSettings(sources)
  const { environment } = sources
  const { definitions: enabled, off, untrusted, refused } = plugins ?? (await loadPlugins(settings, sources))
  const { on, waiting, others } = byKey(off, settings, environment)
  const definitions = [...enabled, ...(await Promise.all(on.map(loaded))).flat()]
  const withoutKey = waiting.flatMap(({ providers }) => providers.map(({ id, key }) => [id, key?.env ?? []] as const))
  const setup: Setup = {
    settings: { ...settings, profiles: withKeyProfiles(settings, definitions, environment) },
    ...providersOn(settings.providers, [...others, ...untrusted], definitions),
    withoutKey: new Map(withoutKey),
    refused,
    ...(await networkFor(settings, sources, before)),
    warnings,
    values,
    upper,
    lower,
  }
  if (!sources.opener || !holdsSealed(setup)) return setup
  const { withOpened } = await import('./opened-profiles.ts') // most files have nothing sealed
  return withOpened(setup, sources.opener)
}

function holdsSealed({ settings }: Setup): boolean {
  return [...settings.profiles.values()].some(({ credential }) => credential?.kind === 'sealed')
}

/** Bundled providers that are not on, for those who look at the whole catalogue or sign in: they cannot be asked. */
export async function loadProvidersOff(
  sources: SetupSources,
  { providers, settings, switchedOff, withoutKey }: Setup,
  isWanted: (provider: string) => boolean,
): Promise<readonly Provider[]> {
  if (![...switchedOff.keys(), ...withoutKey.keys()].some(isWanted)) return []
  const wanted = goodManifests(sources.pluginsFolder).filter((manifest) =>
    manifest.providers.some(({ id }) => isWanted(id) && !providers.has(id)),
  )
  const definitions = (await Promise.all(wanted.map(loaded))).flat()
  return definitions
    .filter(({ id }) => isWanted(id) && !providers.has(id))
    .map((definition) => providerFrom(definition.id, definition, settings.providers.get(definition.id)))
}

/** The provider that somebody signs in to: on, or waiting for just that. */
export async function loadProvider(sources: SetupSources, setup: Setup, id: string): Promise<Provider> {
  const waits = setup.withoutKey.has(id)
  const [waiting] = waits ? await loadProvidersOff(sources, setup, (name) => name === id) : []
  return waiting ?? providerIn(setup, id)
}

async function networkFor(
  { network: { proxy, ca: setting } }: Settings,
  { openclawJson, environment }: SetupSources,
  before: Setup | undefined,
): Promise<Pick<Setup, 'network' | 'problems'>> {
  const unset =
    proxy.kind === 'unset'
      ? [new OpenClawError('unset-variable', { provider: proxy.place, variable: proxy.variable })]
      : []
  if (!setting) return { network: { proxy }, problems: unset }
  const { loadAuthorities } = await import('./authorities.ts') // few have any
  const read = await loadAuthorities({
    setting,
    openclawJson: openclawJson.path,
    environment,
    before: before?.network.ca,
  })
  return {
    network: { proxy, ...(read.ca && { ca: read.ca }) },
    problems: read.problem ? [...unset, read.problem] : unset,
  }
}

async function loaded(manifest: Manifest): Promise<readonly ProviderDefinition[]> {
  try {
    return await loadPlugin(manifest, pluginEntry(manifest.folder))
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new OpenClawError('plugin-broken', { plugin: manifest.id, detail }, { cause: error })
  }
}

/** An empty text says nothing; a broken one says where. */
function valuesOf(text: string, { path }: SettingsFile): unknown {
  if (text.trim() === '') return undefined
  try {
    return parseJson5(text)
  } catch (error) {
    if (!(error instanceof Json5SyntaxError)) throw error
    const { line, column, met, expected } = error
    throw new OpenClawError('config-syntax', { file: path, line, column, met, expected }, { cause: error })
  }
}
