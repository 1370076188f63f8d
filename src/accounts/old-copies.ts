/** The `.bak` files of the settings, whose secrets in clear are sealed like those of the files themselves. */
import { unlink } from 'node:fs/promises'
import { secretsIn } from '../config/secret-slots.ts'
import type { Edit, SettingsFile } from '../core/edit.ts'
import { writeAtomic } from '../stores/files/atomic-write.ts'
import { applyEdits } from '../stores/files/json5-edit.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { readOwnFile } from '../stores/files/own-file.ts'
import { type SealedHome, withKeys } from './keys-wanted.ts'
import { homeIn, homeOf } from './secret-home.ts'
import type { Vault } from './vault.ts'

export interface SettingsFiles {
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
}

/** Nothing where secrets may stand in clear. One that cannot be read as settings is removed. */
export async function sealOldCopies({ openclawJson, modelsJson }: SettingsFiles, vault: Vault): Promise<void> {
  const [upper, lower] = [await valuesOf(openclawJson), await valuesOf(modelsJson)]
  const home = homeIn({ upper, lower })
  if (home === 'file') return
  const beside = secretsIn(lower).map(({ text }) => text)
  for (const { path } of [modelsJson, openclawJson]) await sealCopy(`${path}.bak`, { home, beside }, vault)
}

async function sealCopy(
  path: string,
  into: { readonly home: SealedHome; readonly beside: readonly string[] },
  vault: Vault,
): Promise<void> {
  const bytes = readOwnFile(path)
  if (!bytes) return
  const text = Buffer.from(bytes).toString('utf8')
  const secrets = readable(text)?.filter((secret) => homeOf(secret.text) === 'file')
  if (!secrets) return unlink(path)
  if (secrets.length === 0) return
  const edits = await withKeys(vault, () =>
    secrets.map((secret): Edit => {
      const value = vault.sealNow(vault.unsealNow(secret.text, secret), secret, into)
      return { kind: 'set', path: secret.path, value }
    }),
  )
  await writeAtomic(path, applyEdits(text, edits))
}

function readable(text: string): ReturnType<typeof secretsIn> | undefined {
  try {
    return secretsIn(parseJson5(text))
  } catch {
    // Half a file, or none of ours: what stands in it cannot be told.
    return undefined
  }
}

async function valuesOf(file: SettingsFile): Promise<unknown> {
  const text = (await file.read())?.text ?? ''
  return text.trim() === '' ? undefined : parseJson5(text)
}
