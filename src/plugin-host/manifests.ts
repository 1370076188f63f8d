/** Which plugins exist: their manifests, read without running any of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { phrase, withTexts, type Said } from '../core/phrase.ts'
import type { LocalizedText } from '../core/text.ts'

// The words beside each shape are what people read after "expected".
const PLAIN = 'a text without control characters'
const text = z
  .string('a text')
  .check(z.minLength(1, 'a text that is not empty'))
  // A stranger's manifest is shown on a terminal before anybody trusts it.
  .check(z.regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, PLAIN))
const thing = <const Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.looseObject(shape, 'an object')

const PROVIDER_ID = 'an id of small letters, digits, "-", "_" and "."'
const ID = 'an id of small letters, digits and "-"'
const MODULE = 'the name of a module beside the manifest, without ending'

const manifestSchema = thing({
  id: z.string(ID).check(z.regex(/^[a-z0-9][a-z0-9-]*$/, ID)),
  version: text,
  label: thing({ en: text, 'zh-CN': z.optional(text), 'zh-TW': z.optional(text) }),
  entry: z.string(MODULE).check(z.regex(/^[\w-]+$/, MODULE)),
  providers: z.array(
    thing({
      id: z.string(PROVIDER_ID).check(z.regex(/^[a-z0-9][a-z0-9._-]*$/, PROVIDER_ID)),
      models: z.array(text, 'a list of model ids'),
      aliases: z.optional(z.record(text, text, 'an object with a key for each alias')),
      key: z.optional(thing({ env: z.array(text, 'a list of environment variables') })),
    }),
    'a list of providers',
  ),
})

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
    readonly key?: { readonly env: readonly string[] }
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
  const checked = manifestSchema.safeParse(value)
  if (!checked.success) {
    const { path = [], message = '' } = checked.error.issues[0] ?? {}
    return broken(folder, [...(path.length > 0 ? [path.join('.')] : []), `expected ${message}`].join(': '))
  }
  const { id, version, entry, providers } = checked.data
  const label = checked.data.label as LocalizedText
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
        ...(provider.key && { key: { env: provider.key.env } }),
      })),
    },
  }
}

function broken(folder: string, told: Said): FoundPlugin {
  // The words of a parser quote what it met.
  const problem = withTexts(told, (words) => words.replaceAll(/\p{Cc}+/gu, ' '))
  return { kind: 'broken', folder, problem: phrase('at-file', { file: MANIFEST_NAME, reason: problem }) }
}
