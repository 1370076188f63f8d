/** Settings out of the two files' values: merged, variables put in, checked, turned into core's words. */
import { checked, type Checked } from '../core/checked.ts'
import type { Chain, Settings, SettingsWarning } from '../core/settings.ts'
import { phrase } from '../core/phrase.ts'
import { followAliases } from './aliases.ts'
import { isPlain, merged, valueAt } from './merge.ts'
import { noObject, problemFrom, type FileValues, type Problem } from './problem.ts'
import { profilesFrom } from './profiles.ts'
import { limitsFrom, providersFrom } from './providers.ts'
import { proxyFrom } from './proxy.ts'
import {
  DEFAULT_HEDGE_AFTER_MS,
  DEFAULT_LIMITS,
  DEFAULT_PORT,
  settingsSchema,
  type RawAgentModel,
  type RawSettings,
} from './schema.ts'
import { unknownKeys } from './unknown-keys.ts'
import { substituteVariables } from './variables.ts'

export type ReadSettings =
  | {
      readonly kind: 'ok'
      readonly settings: Settings
      readonly warnings: readonly SettingsWarning[]
      readonly values: unknown
    }
  | Problem

export function readSettings(
  files: FileValues,
  environment: Readonly<Record<string, string | undefined>>,
): ReadSettings {
  const broken = noObject(files)
  if (broken) return broken
  const values = merged(files.lower ?? {}, files.upper ?? {})
  const { value, unset } = substituteVariables(values, environment)
  const read = checkedWithVariables(value, values, unset)
  if (!read.ok) return problemFrom(read.faults[0], values, files)
  const followed = followAliases(new Map(Object.entries(read.value.models?.aliases ?? {})))
  if (followed.kind === 'circle') return circle(followed.way, files)
  return {
    kind: 'ok',
    settings: { ...settingsFrom(read.value, files, unset), aliases: followed.aliases },
    warnings: unknownKeys(values),
    values,
  }
}

/** What a person may want to know of both files, all of it; `unset` = variables that no environment gives. */
export interface Inspected {
  readonly problems: readonly Problem[]
  readonly warnings: readonly SettingsWarning[]
  readonly unset: Unset
}

export function inspectSettings(
  files: FileValues,
  environment: Readonly<Record<string, string | undefined>>,
): Inspected {
  const broken = noObject(files)
  if (broken) return { problems: [broken], warnings: [], unset: [] }
  const values = merged(files.lower ?? {}, files.upper ?? {})
  const { value, unset } = substituteVariables(values, environment)
  const read = checkedWithVariables(value, values, unset)
  if (!read.ok) {
    const problems = read.faults.map((fault) => problemFrom(fault, values, files))
    return { problems, warnings: unknownKeys(values), unset }
  }
  const followed = followAliases(new Map(Object.entries(read.value.models?.aliases ?? {})))
  const problems = followed.kind === 'circle' ? [circle(followed.way, files)] : []
  return { problems, warnings: unknownKeys(values), unset }
}

/** Told at a place in the person's own file, where one of its aliases stands there. */
function circle(way: readonly string[], { upper }: FileValues): Problem {
  const names = way.slice(0, -1)
  const at = names.findIndex((name) => valueAt(upper, ['models', 'aliases', name]) !== undefined)
  const turned = [...names.slice(Math.max(0, at)), ...names.slice(0, Math.max(0, at))]
  const [first = ''] = turned
  return {
    kind: 'invalid',
    in: at < 0 ? 'lower' : 'upper',
    path: ['models', 'aliases', first],
    wrong: phrase('alias-circle', { way: [...turned, first].join(' -> ') }),
  }
}

type Unset = ReturnType<typeof substituteVariables>['unset']

/**
 * A variable that is not set concerns its place only: what it leaves unreadable there counts as not set. One that is
 * set gives a text, which may have been meant as a number or a flag. `value` is ours to change.
 */
function checkedWithVariables(value: unknown, written: unknown, unset: Unset): Checked<RawSettings> {
  let read = checked(value, settingsSchema)
  for (let more = true; more && !read.ok;) {
    const done = read.faults.filter(({ path }) => {
      const text = valueAt(written, path)
      return typeof text === 'string' && text.includes('${') && mended(value, path, unset)
    })
    more = done.length > 0
    if (more) read = checked(value, settingsSchema)
  }
  return read
}

/** False = nothing can be done there. */
function mended(root: unknown, path: readonly string[], unset: Unset): boolean {
  const parent = valueAt(root, path.slice(0, -1))
  const key = path.at(-1)
  if (!isPlain(parent) || key === undefined || !Object.hasOwn(parent, key)) return false
  if (unset.some((known) => known.path.join('\n') === path.join('\n'))) return delete parent[key]
  const text = parent[key]
  const meant =
    text === 'true' ||
    (text === 'false' ? false : typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN)
  if (Number.isNaN(meant)) return false
  parent[key] = meant
  return true
}

function settingsFrom(raw: RawSettings, files: FileValues, unset: Unset): Omit<Settings, 'aliases'> {
  const defaults = { agent: 'main', ...chainParts(raw.agents?.defaults?.model) }
  const forImages = chainParts(raw.agents?.defaults?.imageModel)
  return {
    providers: providersFrom(raw, files, unset),
    profiles: profilesFrom(raw, unset),
    profileOrder: new Map(Object.entries(raw.auth?.order ?? {})),
    rotate: raw.auth?.rotate ?? false,
    ...(raw.auth?.store && { secretHome: raw.auth.store }),
    defaults,
    agents: new Map((raw.agents?.list ?? []).map(({ id, model }) => [id, agentChain(id, model, defaults)])),
    defaultAgent: raw.agents?.list?.find((agent) => agent.default)?.id ?? 'main',
    ...(forImages.primary && { imageModel: forImages.primary }),
    imageFallbacks: forImages.fallbacks,
    plugins: new Map(
      Object.entries(raw.plugins?.entries ?? {}).map(([id, { enabled = false, sha256 }]) => [
        id,
        { enabled, ...(sha256 && { sha256 }) },
      ]),
    ),
    pluginPaths: raw.plugins?.load?.paths ?? [],
    gateway: {
      port: raw.gateway?.port ?? DEFAULT_PORT,
      refFallback: raw.gateway?.refFallback ?? true,
      hedge: raw.gateway?.hedge ?? 'free',
      hedgeAfterMs: raw.gateway?.hedgeAfterMs ?? DEFAULT_HEDGE_AFTER_MS,
      filterFallback: raw.gateway?.filterFallback ?? false,
      rememberResponses: raw.gateway?.rememberResponses ?? 'memory',
      bind: raw.gateway?.bind ?? 'loopback',
      tls: definedOnly({ cert: raw.gateway?.tls?.cert, key: raw.gateway?.tls?.key }),
      trustedProxies: raw.gateway?.trustedProxies ?? [],
      hosts: raw.gateway?.hosts ?? [],
    },
    network: networkFrom(raw, unset),
    ...(raw.language && { language: raw.language }),
    limits: { ...DEFAULT_LIMITS, ...limitsFrom(raw.models?.limits) },
  }
}

function networkFrom(raw: RawSettings, unset: Unset): Settings['network'] {
  const path = raw.gateway?.ca
  const variable = unset.find((known) => known.path.join('.') === 'gateway.ca')?.variable
  return {
    proxy: proxyFrom(raw.gateway?.proxy ?? 'env', ['gateway', 'proxy'], unset),
    ...(path !== undefined && { ca: variable === undefined ? { path } : { variable } }),
  }
}

/** A string replaces the primary and inherits the fallbacks; an object replaces both; nothing inherits both. */
function agentChain(agent: string, model: RawAgentModel | undefined, defaults: Chain): Chain {
  const own = chainParts(model)
  const primary = own.primary ?? defaults.primary
  const fallbacks = typeof model === 'object' ? own.fallbacks : defaults.fallbacks
  return { agent, ...(primary && { primary }), fallbacks }
}

function chainParts(model: RawAgentModel | undefined): { primary?: string; fallbacks: readonly string[] } {
  if (model === undefined) return { fallbacks: [] }
  if (typeof model === 'string') return { primary: model, fallbacks: [] }
  return { ...(model.primary && { primary: model.primary }), fallbacks: model.fallbacks ?? [] }
}

function definedOnly<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
