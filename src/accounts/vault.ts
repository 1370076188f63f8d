/** Opens what a file keeps sealed, seals what goes into it; a key is fetched when it is first wanted, and kept in memory. */
import type { SecretPlace } from '../config/secret-slots.ts'
import type { Credential } from '../core/credential.ts'
import { OpenClawError } from '../core/errors.ts'
import { phrase, Phrase } from '../core/phrase.ts'
import type { CredentialOpener } from '../core/ports.ts'
import { defaultProfile } from '../core/ref.ts'
import { isSealed, nameOfKey, readSealed } from '../core/sealed.ts'
import { Secret } from '../core/secret.ts'
import { KeysWanted, type SealedHome, withKeys } from './keys-wanted.ts'
import { sealingKeys, type KeyMeans } from './sealing-keys.ts'
import { seal, unseal, type KeyAtHand } from './sealing.ts'

export interface Vault extends CredentialOpener {
  /** The same for those who cannot wait: throws KeysWanted when the key is not at hand. */
  openNow(credential: Credential, profile: string): Credential
  unsealNow(text: string, place: SecretPlace): Secret
  /** Under the key that the file's other sealed texts name, else under a new one. Throws KeysWanted. */
  sealNow(secret: Secret, place: SecretPlace, into: SealedInto): string
  /** Afterwards what threw it may be asked again. Throws `secrets-locked`, `keychain-unusable` or `passphrase-unfit`. */
  fetch(wanted: KeysWanted): Promise<void>
  /** A keychain's entry that nothing is sealed with any more. */
  forget(entry: string): Promise<void>
}

interface SealedInto {
  readonly home: SealedHome
  /** Texts of the same file. */
  readonly beside: Iterable<string>
  /** `another` = under one that is typed for it, whatever the others are sealed with. */
  readonly passphrase?: 'same' | 'another'
}

export function openVault(means: KeyMeans): Vault {
  const keys = sealingKeys(means)
  const known = new Map<string, KeyAtHand>()
  const made = new Map<SealedHome | 'another', KeyAtHand>()
  const lost = new Set<string>()
  const underway = new Map<string, Promise<KeyAtHand | Phrase>>()

  /** Once for all who want it at the same time. */
  const once = (name: string, work: () => Promise<KeyAtHand | Phrase>): Promise<KeyAtHand | Phrase> => {
    const running = underway.get(name) ?? work().finally(() => underway.delete(name))
    underway.set(name, running)
    return running
  }

  const fetch = async ({ wanted }: KeysWanted): Promise<void> => {
    if (wanted.kind === 'new' || wanted.kind === 'another') {
      const place = wanted.kind === 'new' ? wanted.home : wanted.kind
      const making = (): Promise<KeyAtHand> => (place === 'another' ? keys.another() : keys.made(place))
      const key = await once(`new ${place}`, making)
      if (key instanceof Phrase) return
      known.set(nameOfKey(key.name), key)
      made.set(place, key)
      return
    }
    const name = nameOfKey(wanted.sealed.key)
    const key = await once(name, () => keys.of(wanted.sealed))
    if (!(key instanceof Phrase)) return void known.set(name, key)
    if (wanted.kind === 'open') throw locked(key, wanted.profile)
    lost.add(name) // what comes new is not lost with what is there
  }

  const unsealNow = (text: string, place: SecretPlace): Secret => {
    if (!isSealed(text)) return new Secret(text)
    const { profile } = place
    const sealed = readSealed(text)
    if (!sealed) throw locked(phrase('sealed-by-newer', { profile }), profile)
    const key = known.get(nameOfKey(sealed.key))
    if (!key) throw new KeysWanted({ kind: 'open', sealed, profile })
    const opened = key.check === sealed.check ? unseal(sealed, key, place) : undefined
    if (!opened) throw locked(phrase('sealed-damaged', { profile }), profile)
    return opened
  }

  const openNow = (credential: Credential, profile: string): Credential => {
    if (credential.kind !== 'sealed') return credential
    const { written } = credential
    const opened = (secret: Secret, slot: SecretPlace['slot']): Secret => unsealNow(secret.reveal(), { profile, slot })
    if (written.kind === 'api-key') return { kind: 'api-key', apiKey: opened(written.apiKey, 'apiKey') }
    const { accessToken, refreshToken, expiresAt } = written
    return {
      kind: 'oauth',
      accessToken: opened(accessToken, 'accessToken'),
      ...(refreshToken && { refreshToken: opened(refreshToken, 'refreshToken') }),
      expiresAt,
    }
  }

  const keyFor = ({ home, beside, passphrase }: SealedInto, profile: string): KeyAtHand => {
    if (passphrase === 'another') {
      const another = made.get('another')
      if (!another) throw new KeysWanted({ kind: 'another' })
      return another
    }
    const kind = home === 'keychain' ? 'keychain' : 'scrypt'
    for (const text of beside) {
      const sealed = readSealed(text)
      if (sealed?.key.kind !== kind || lost.has(nameOfKey(sealed.key))) continue
      const key = known.get(nameOfKey(sealed.key))
      if (!key) throw new KeysWanted({ kind: 'seal', sealed, profile })
      return key
    }
    const key = made.get(home)
    if (!key) throw new KeysWanted({ kind: 'new', home })
    return key
  }

  return {
    unsealNow,
    openNow,
    fetch,
    open: (credential, profile) => withKeys({ fetch }, () => openNow(credential, profile)),
    sealNow: (secret, place, into) => seal(secret, keyFor(into, place.profile), place),
    async forget(entry) {
      await (await means.keychain()).remove(entry)
      known.delete(nameOfKey({ kind: 'keychain', entry }))
      const name = made.get('keychain')?.name
      if (name?.kind === 'keychain' && name.entry === entry) made.delete('keychain')
    },
  }
}

function locked(detail: Phrase, profile: string): OpenClawError<'secrets-locked'> {
  const provider = profile.slice(0, Math.max(0, profile.lastIndexOf(':')))
  const named = profile === defaultProfile(provider) ? '' : ` --profile-id ${profile}`
  const command = `openclaw models auth login --provider ${provider}${named}`
  return new OpenClawError('secrets-locked', { detail, command })
}
