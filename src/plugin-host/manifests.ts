/** Which plugins exist: their manifests, read without running any of them. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { checked } from '../core/checked.ts'
import { phrase, withTexts, type Said } from '../core/phrase.ts'
import { filled, flag, list, matching, optional, record, text, thing } from '../core/shape.ts'
import type { LocalizedText } from '../core/text.ts'

// The words beside each shape are what people read after "expected".
const PLAIN = 'a text without control characters'
// A stranger's manifest is shown on a terminal before anybody trusts it.
const plain = [filled('a text that is not empty'), matching(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, PLAIN)] as const
const plainText = text('a text', ...plain)

const PROVIDER_ID = 'an id of small letters, digits, "-", "_" and "."'
const ID = 'an id of small letters, digits and "-"'
const MODULE = 'the name of a module beside the manifest, without ending'

const manifestShape = thing(
  {
    id: text(ID, matching(/^[a-z0-9][a-z0-9-]*$/, ID)),
    version: plainText,
    label: thing({ en: plainText, 'zh-CN': optional(plainText), 'zh-TW': optional(plainText) }, 'an object'),
    entry: text(MODULE, matching(/^[\w-]+$/, MODULE)),
    providers: list(
      thing(
        {
          id: text(PROVIDER_ID, matching(/^[a-z0-9][a-z0-9._-]*$/, PROVIDER_ID)),
          models: list(plainText, 'a list of model ids'),
          aliases: optional(record(plainText, 'an object with a key for each alias', ...plain)),
          key: optional(
            thing(
              {
                env: list(plainText, 'a list of environment variables'),
                isSuggested: optional(flag('true or false')),
              },
              'an object',
            ),
          ),
        },
        'an object',
      ),
      'a list of providers',
    ),
  },
  'an object',
)

export interface Manifest {
  readonly id: string
  readonly version: string
  readonly label: LocalizedText
  /** Absolute path of the folder that holds it. */
  readonly folder: string
  /** Module name beside the manifest, without ending. */
  readonly entry: string
  readonly providers: readonly {
    readonly id: string
    readonly models: readonly string[]
    readonly aliases: Readonly<Record<string, string>>
    /** It needs only a key, which these environment variables may hold: on as soon as there is one. */
    readonly key?: {
      readonly env: readonly string[]
      /** Of those that we bring: named first to whoever has no model yet. */
      readonly isSuggested?: true
    }
  }[]
}

export type FoundPlugin =
  | { readonly kind: 'ok'; readonly manifest: Manifest }
  | { readonly kind: 'broken'; readonly folder: string; readonly problem: Said }

export const MANIFEST_NAME = 'openclaw.plugin.json'

/** Every folder below `root` that holds a manifest, by folder name. Of two with one id the first counts. */
export function findPlugins(root: string): readonly FoundPlugin[] {
  const holders = new Map<string, string>()
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, entry.name))
    .filter((folder) => existsSync(join(folder, MANIFEST_NAME)))
    .toSorted()
    .map((folder): FoundPlugin => {
      const found = readManifest(folder)
      if (found.kind === 'broken') return found
      const { id } = found.manifest
      const holder = holders.get(id)
      if (holder !== undefined) return broken(folder, phrase('plugin-id-taken', { id, folder: holder }))
      holders.set(id, folder)
      return found
    })
}

const LIST_NAME = 'manifests.json'

/** The whole manifests below `root`. A build lists those that it checked in one file, since each of many takes its time. */
export function goodManifests(root: string): readonly Manifest[] {
  const file = join(root, LIST_NAME)
  if (existsSync(file)) {
    const listed = JSON.parse(readFileSync(file, 'utf8')) as readonly Manifest[]
    return listed.map((manifest) => ({ ...manifest, folder: join(root, manifest.folder) }))
  }
  return findPlugins(root).flatMap((found) => (found.kind === 'ok' ? [found.manifest] : []))
}

/** For a build: writes the list of the manifests below `root`, and throws where one is broken. */
export function listManifests(root: string): void {
  const listed = findPlugins(root).map((found) => {
    if (found.kind === 'broken') throw new Error(`${found.folder}: ${String(found.problem)}`)
    return { ...found.manifest, folder: basename(found.manifest.folder) }
  })
  writeFileSync(join(root, LIST_NAME), JSON.stringify(listed))
}

export function readManifest(folder: string): FoundPlugin {
  try {
    return manifestFrom(folder, readFileSync(join(folder, MANIFEST_NAME), 'utf8'))
  } catch (error) {
    return broken(folder, error instanceof Error ? error.message : String(error))
  }
}

/** `written`: what the folder's manifest says. */
export function manifestFrom(folder: string, written: string): FoundPlugin {
  let value: unknown
  try {
    value = JSON.parse(written)
  } catch (error) {
    return broken(folder, error instanceof Error ? error.message : String(error))
  }
  const read = checked(value, manifestShape)
  if (!read.ok) {
    const { path, expected } = read.faults[0]
    return broken(folder, [...(path.length > 0 ? [path.join('.')] : []), `expected ${String(expected)}`].join(': '))
  }
  const { id, version, label, entry, providers } = read.value
  return {
    kind: 'ok',
    manifest: {
      id,
      version,
      label,
      folder,
      entry,
      providers: providers.map((provider) => ({
        id: provider.id,
        models: provider.models,
        aliases: provider.aliases ?? {},
        ...(provider.key && { key: { env: provider.key.env, ...(provider.key.isSuggested && { isSuggested: true }) } }),
      })),
    },
  }
}

function broken(folder: string, told: Said): FoundPlugin {
  // The words of a parser quote what it met.
  const problem = withTexts(told, (words) => words.replaceAll(/\p{Cc}+/gu, ' '))
  return { kind: 'broken', folder, problem: phrase('at-file', { file: MANIFEST_NAME, reason: problem }) }
}
