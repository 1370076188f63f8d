/** Where the keys come from that secrets are sealed with: the system's keychain, or the person's passphrase. */
import { randomBytes } from 'node:crypto'
import { OpenClawError } from '../core/errors.ts'
import { phrase, type Phrase } from '../core/phrase.ts'
import type { Sealed } from '../core/sealed.ts'
import { Secret } from '../core/secret.ts'
import type { Keychain } from '../system/keychain.ts'
import type { GivenPassphrase } from '../system/passphrase.ts'
import type { SealedHome } from './keys-wanted.ts'
import { keyAtHand, KEY_BYTES, keyOfPassphrase, LEAST_PASSPHRASE, type KeyAtHand } from './sealing.ts'

export interface KeyMeans {
  /** Loaded when it is asked. */
  readonly keychain: () => Promise<Keychain>
  readonly givenPassphrase: () => Promise<GivenPassphrase | undefined>
  /** Somebody at the terminal; undefined = nobody is there, or does not want to say. `again` = the last one was wrong. */
  readonly askPassphrase?: (which: 'known' | 'again' | 'new') => Promise<Secret | undefined>
}

export interface SealingKeys {
  /** The key of what is sealed; a phrase = why it is gone for good. Throws `secrets-locked` or `keychain-unusable`. */
  of(sealed: Sealed): Promise<KeyAtHand | Phrase>
  /** Throws `passphrase-unfit` or `keychain-unusable`. */
  made(home: SealedHome): Promise<KeyAtHand>
  /** Of a passphrase that is typed now, whatever the environment gives. Throws `passphrase-unfit`. */
  another(): Promise<KeyAtHand>
}

const MOST_TRIES = 3

export function sealingKeys({ keychain, givenPassphrase, askPassphrase }: KeyMeans): SealingKeys {
  /** It opened something, or was chosen here. */
  let proven: Secret | undefined
  /** Whoever did not know it is not asked for every login. */
  let gaveUp = false

  const fromPassphrase = async (salt: string, check: string): Promise<KeyAtHand> => {
    const tried = async (passphrase: Secret): Promise<KeyAtHand | undefined> => {
      const key = await keyOfPassphrase(passphrase, salt)
      if (key.check !== check) return undefined
      proven = passphrase
      return key
    }
    const known = proven && (await tried(proven))
    if (known) return known
    const given = await givenPassphrase()
    if (given) {
      const key = await tried(given.secret)
      if (!key) throw locked(phrase('passphrase-wrong', { variable: given.from }))
      return key
    }
    const tries = gaveUp ? 0 : MOST_TRIES
    for (let round = 0; round < tries; round += 1) {
      const typed = await askPassphrase?.(round === 0 ? 'known' : 'again')
      const key = typed && (await tried(typed))
      if (key) return key
      if (!typed) break
    }
    gaveUp = true
    throw locked(phrase('passphrase-missing'))
  }

  const chosen = async (passphrase: Secret | undefined, none: Phrase): Promise<KeyAtHand> => {
    const least = LEAST_PASSPHRASE
    if (!passphrase || passphrase.reveal().length < least) {
      throw new OpenClawError('passphrase-unfit', { detail: passphrase ? phrase('passphrase-short', { least }) : none })
    }
    proven = passphrase
    return keyOfPassphrase(passphrase, randomBytes(16).toString('base64url'))
  }

  const fromKeychain = async (entry: string, check: string): Promise<KeyAtHand | Phrase> => {
    const secret = await (await keychain()).get(entry)
    if (!secret) return phrase('keychain-entry-gone', { entry })
    const key = keyAtHand({ kind: 'keychain', entry }, Buffer.from(secret.reveal(), 'base64url'))
    return key.check === check ? key : phrase('keychain-entry-other', { entry })
  }

  return {
    of: async ({ key, check }) =>
      key.kind === 'scrypt' ? fromPassphrase(key.salt, check) : fromKeychain(key.entry, check),
    async made(home) {
      if (home === 'keychain') return newEntry(await keychain())
      const passphrase = proven ?? (await givenPassphrase())?.secret ?? (await askPassphrase?.('new'))
      return chosen(passphrase, phrase('passphrase-none'))
    },
    another: async () => chosen(await askPassphrase?.('new'), phrase('passphrase-untyped')),
  }
}

/** Read back before anything is sealed with it. */
async function newEntry(keychain: Keychain): Promise<KeyAtHand> {
  const entry = randomBytes(8).toString('hex')
  const bytes = randomBytes(KEY_BYTES)
  const secret = new Secret(bytes.toString('base64url'))
  await keychain.put(entry, secret)
  if (!(await keychain.get(entry))?.isSame(secret)) {
    const command = 'openclaw models auth store encrypted'
    throw new OpenClawError('keychain-unusable', { detail: phrase('keychain-forgets'), command })
  }
  return keyAtHand({ kind: 'keychain', entry }, bytes)
}

function locked(detail: Phrase): OpenClawError<'secrets-locked'> {
  return new OpenClawError('secrets-locked', { detail, command: 'openclaw models auth store' })
}
