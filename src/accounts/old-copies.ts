/** The `.bak` and `.last-good` files of the settings, whose secrets in clear are sealed like those of the files themselves. */
import { unlink } from 'node:fs/promises'
import { secretsIn, type FoundSecret } from '../config/secret-slots.ts'
import type { Edit, SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { nameOfKey, readSealed } from '../core/sealed.ts'
import type { Secret } from '../core/secret.ts'
import { writeAtomic } from '../stores/files/atomic-write.ts'
import { valuesOf } from '../stores/files/file-values.ts'
import { applyEdits } from '../stores/files/json5-edit.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { lastGoodPath } from '../stores/files/last-good.ts'
import { readOwnFile } from '../stores/files/own-file.ts'
import { KeysWanted, type SealedHome, withKeys } from './keys-wanted.ts'
import { homeIn } from './secret-home.ts'
import type { Vault } from './vault.ts'

export interface SettingsFiles {
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
}

/** Before a move: throws what would keep a copy from being read. */
export function checkOldCopies({ openclawJson, modelsJson }: SettingsFiles): void {
  for (const path of copiesOf(openclawJson, modelsJson)) readOwnFile(path)
}

/**
 * Nothing where secrets may stand in clear. What was sealed with a key that models.json does not use any more is sealed anew,
 * or removed where that key is not at hand. One that cannot be read as settings is removed.
 */
export async function sealOldCopies({ openclawJson, modelsJson }: SettingsFiles, vault: Vault): Promise<void> {
  const [upper, lower] = [await valuesOf(openclawJson), await valuesOf(modelsJson)]
  const home = homeIn({ upper, lower })
  if (home === 'file') return
  const beside = secretsIn(lower).map(({ text }) => text)
  for (const path of copiesOf(openclawJson, modelsJson)) await sealCopy(path, { home, beside }, vault)
}

async function sealCopy(
  path: string,
  into: { readonly home: SealedHome; readonly beside: readonly string[] },
  vault: Vault,
): Promise<void> {
  const bytes = readOwnFile(path)
  if (!bytes) return
  const text = Buffer.from(bytes).toString('utf8')
  const keys = new Set(into.beside.flatMap(keysOf))
  const secrets = readable(text)?.filter((secret) => !keysOf(secret.text).some((key) => keys.has(key)))
  if (!secrets) return unlink(path)
  if (secrets.length === 0) return
  const edits = await withKeys(vault, () =>
    secrets.map((secret): Edit => {
      const opened = openedAtHand(secret, vault)
      if (!opened) return { kind: 'unset', path: secret.path }
      return { kind: 'set', path: secret.path, value: vault.sealNow(opened, secret, into) }
    }),
  )
  await writeAtomic(path, applyEdits(text, edits))
}

/** None of what is in clear. */
function keysOf(text: string): readonly string[] {
  const key = readSealed(text)?.key
  return key ? [nameOfKey(key)] : []
}

/** Nobody is asked for the key of an old copy. */
function openedAtHand(secret: FoundSecret, vault: Vault): Secret | undefined {
  try {
    return vault.unsealNow(secret.text, secret)
  } catch (error) {
    if (error instanceof KeysWanted || error instanceof OpenClawError) return undefined
    throw error
  }
}

function readable(text: string): ReturnType<typeof secretsIn> | undefined {
  try {
    return secretsIn(parseJson5(text))
  } catch {
    // Half a file, or none of ours: what stands in it cannot be told.
    return undefined
  }
}

function copiesOf(openclawJson: SettingsFile, modelsJson: SettingsFile): readonly string[] {
  return [`${modelsJson.path}.bak`, `${openclawJson.path}.bak`, lastGoodPath(openclawJson.path)]
}
