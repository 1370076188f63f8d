/** models.json as one that keeps its secrets where `auth.store` says: what an edit puts in clear is sealed on its way. */
import { isWrittenOut, placeAt, secretsIn, type FoundSecret, type SecretPlace } from '../config/secret-slots.ts'
import type { Edit, FileText, JsonValue, SettingsFile } from '../core/edit.ts'
import { isSealed } from '../core/sealed.ts'
import { Secret } from '../core/secret.ts'
import { isSecretHome, type SecretHome } from '../core/settings.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { withKeys } from './keys-wanted.ts'
import { homeIn, STORE } from './secret-home.ts'
import type { Vault } from './vault.ts'

type Change = (current: FileText) => readonly Edit[]

/** No writer has to know of it. A sealed text that moves to another place is sealed anew for that. */
export function sealingFile(
  file: SettingsFile,
  openclawJson: SettingsFile,
  vaultOf: () => Promise<Vault>,
): SettingsFile {
  /** What openclaw.json said when it could last be read. */
  let above: unknown
  const outgoing =
    (change: Change, vault: Vault): Change =>
    (current) => {
      const edits = change(current)
      if (!edits.some(holdsSecret)) return edits
      const values = parseJson5(current.text)
      const there = secretsIn(values)
      const home = homeAfter(edits, { upper: above, lower: values })
      return edits.map((edit) =>
        edit.kind === 'set' ? { ...edit, value: sealed(edit, { home, there, vault }) } : edit,
      )
    }

  /** Nothing has been written when a key turns out to be wanted. */
  const prepared = async <T>(work: (vault: Vault) => Promise<T>): Promise<T> => {
    above = await valuesOf(openclawJson).catch(() => above)
    const vault = await vaultOf()
    return withKeys(vault, () => work(vault))
  }

  return {
    path: file.path,
    read: () => file.read(),
    edit: (change) => prepared((vault) => file.edit(outgoing(change, vault))),
    rehearse: (change) => prepared((vault) => file.rehearse(outgoing(change, vault))),
  }
}

async function valuesOf(file: SettingsFile): Promise<unknown> {
  const text = (await file.read())?.text ?? ''
  return text.trim() === '' ? undefined : parseJson5(text)
}

/** An edit that says it itself goes first. */
function homeAfter(edits: readonly Edit[], files: Parameters<typeof homeIn>[0]): SecretHome {
  const edited = edits.findLast(({ path }) => path.join('.') === STORE.join('.'))
  return edited?.kind === 'set' && isSecretHome(edited.value) ? edited.value : homeIn(files)
}

function holdsSecret(edit: Edit): boolean {
  return edit.kind === 'set' && secretsOf(edit.value, edit.path).length > 0
}

function secretsOf(value: JsonValue, path: readonly string[]): readonly string[] {
  if (isWrittenOut(value)) return placeAt(path) ? [value] : []
  return entriesOf(value).flatMap(([key, item]) => secretsOf(item, [...path, key]))
}

interface Sealing {
  readonly home: SecretHome
  readonly there: readonly FoundSecret[]
  readonly vault: Vault
}

function sealed(
  { path, value }: { readonly path: readonly string[]; readonly value: JsonValue },
  to: Sealing,
): JsonValue {
  if (isWrittenOut(value)) {
    const place = placeAt(path)
    return place ? sealedText(value, place, to) : value
  }
  if (Array.isArray(value) || entriesOf(value).length === 0) return value
  return Object.fromEntries(
    entriesOf(value).map(([key, item]) => [key, sealed({ path: [...path, key], value: item }, to)]),
  )
}

function sealedText(text: string, place: SecretPlace, { home, there, vault }: Sealing): string {
  const from = isSealed(text) ? there.find((secret) => secret.text === text) : undefined
  const isMoved = from !== undefined && (from.profile !== place.profile || from.slot !== place.slot)
  if (isSealed(text) && !isMoved) return text
  const secret = from ? vault.unsealNow(text, from) : new Secret(text)
  if (home === 'file') return secret.reveal()
  return vault.sealNow(secret, place, { home, beside: there.map((other) => other.text) })
}

function entriesOf(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
}
