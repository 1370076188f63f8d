/** A secret put into a box that only its key opens, and only in the place it was sealed for (AES-256-GCM). */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  scrypt,
  type KeyObject,
} from 'node:crypto'
import type { SecretPlace } from '../config/secret-slots.ts'
import { writeSealed, type Sealed, type SealingKey } from '../core/sealed.ts'
import { Secret } from '../core/secret.ts'

/** A key at hand, and how it is named in what it seals. */
export interface KeyAtHand {
  readonly name: SealingKey
  readonly check: string
  readonly key: KeyObject
}

export const KEY_BYTES = 32
/** Characters; whoever has the disk may try as long as he likes. */
export const LEAST_PASSPHRASE = 12
/** NIST SP 800-38D, 8.2.2: a random nonce of 96 bits; a key seals some thousands at most. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const CHECK_BYTES = 6
/** A third of a second for whoever tries one; 32 MiB. Part of what `enc:v1` means. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 } as const

export function keyAtHand(name: SealingKey, bytes: Uint8Array): KeyAtHand {
  const check = createHmac('sha256', bytes).update('openclaw enc:v1').digest().subarray(0, CHECK_BYTES)
  return { name, check: check.toString('base64url'), key: createSecretKey(bytes) }
}

export async function keyOfPassphrase(passphrase: Secret, salt: string): Promise<KeyAtHand> {
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    // One text may be typed in two ways: é is one character or two.
    const text = passphrase.reveal().normalize('NFC')
    scrypt(text, Buffer.from(salt, 'base64url'), KEY_BYTES, SCRYPT, (error, derived) =>
      error ? reject(error) : resolve(derived),
    )
  })
  return keyAtHand({ kind: 'scrypt', salt }, bytes)
}

export function seal(secret: Secret, { name, check, key }: KeyAtHand, place: SecretPlace): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(place))
  const box = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final(), cipher.getAuthTag()])
  return writeSealed({ key: name, check, nonce: nonce.toString('base64url'), box: box.toString('base64url') })
}

/** Undefined = it was changed, or was sealed for another place. */
export function unseal({ nonce, box }: Sealed, { key }: KeyAtHand, place: SecretPlace): Secret | undefined {
  const bytes = Buffer.from(box, 'base64url')
  const at = bytes.length - TAG_BYTES
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), { authTagLength: TAG_BYTES })
    decipher.setAAD(bound(place)).setAuthTag(bytes.subarray(at))
    return new Secret(Buffer.concat([decipher.update(bytes.subarray(0, at)), decipher.final()]).toString('utf8'))
  } catch {
    // Whatever is wrong with it: nothing came out.
    return undefined
  }
}

/** So that nobody can put one login's token where another's stands. */
function bound({ profile, slot }: SecretPlace): Buffer {
  return Buffer.from(`${profile}\n${slot}`)
}
