/** models.json as one that keeps its secrets where `auth.store` says: what an edit puts in clear is sealed on its way. */
import { secretsIn, type FoundSecret } from '../config/secret-slots.ts'
import type { Edit, FileText, SettingsFile } from '../core/edit.ts'
import { isSealed } from '../core/sealed.ts'
import { Secret } from '../core/secret.ts'
import { isSecretHome, type SecretHome } from '../core/settings.ts'
import { valuesOf } from '../stores/files/file-values.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { withEdit } from '../stores/files/json5-value.ts'
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
      const values = parseJson5(current.text)
      const after = edits.reduce<unknown>(withEdit, values)
      const there = secretsIn(values)
      const home = homeAfter(edits, { upper: above, lower: values })
      // Judged by where each secret stands in the end, so that no kind of edit can carry one past this.
      const fitted = secretsIn(after).flatMap((secret): readonly Edit[] => {
        const value = fittedText(secret, { edits, home, there, vault })
        return value === secret.text ? [] : [{ kind: 'set', path: secret.path, value }]
      })
      return [...edits, ...fitted]
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

/** An edit that says it itself goes first. */
function homeAfter(edits: readonly Edit[], files: Parameters<typeof homeIn>[0]): SecretHome {
  const edited = edits.findLast(({ path }) => path.join('.') === STORE.join('.'))
  return edited?.kind === 'set' && isSecretHome(edited.value) ? edited.value : homeIn(files)
}

interface Fitting {
  readonly edits: readonly Edit[]
  readonly home: SecretHome
  /** The file's secrets as they stood. */
  readonly there: readonly FoundSecret[]
  readonly vault: Vault
}

/** How a secret is written in the place where it stands now. */
function fittedText(secret: FoundSecret, { edits, home, there, vault }: Fitting): string {
  const before = there.filter(({ text }) => text === secret.text)
  const stood = before.find(({ profile, slot }) => profile === secret.profile && slot === secret.slot)
  if (!isSealed(secret.text)) {
    // What the person wrote out, and no edit touches, stays until it is moved with all others.
    if (home === 'file' || (stood && !edits.some((edit) => isPutBy(edit, secret)))) return secret.text
    return vault.sealNow(new Secret(secret.text), secret, { home, beside: there.map(({ text }) => text) })
  }
  const [from] = before
  if (stood || !from) return secret.text
  const opened = vault.unsealNow(secret.text, from)
  if (home === 'file') return opened.reveal()
  return vault.sealNow(opened, secret, { home, beside: there.map(({ text }) => text) })
}

function isPutBy({ kind, path }: Edit, secret: FoundSecret): boolean {
  return kind === 'set' && path.every((key, at) => secret.path[at] === key)
}
