/** How a sealed secret is written in a settings file: `enc:v1:<key>:<check>:<nonce>:<box>`. */

/** The key under which it lies in its box; nothing of it stands in a file. */
export type SealingKey =
  /** Made of the person's passphrase and this salt, by scrypt. */
  | { readonly kind: 'scrypt'; readonly salt: string }
  /** An entry of the system's keychain. */
  | { readonly kind: 'keychain'; readonly entry: string }

export interface Sealed {
  readonly key: SealingKey
  /** Tells whether a key is the right one, before anything is opened with it. */
  readonly check: string
  readonly nonce: string
  /** What was sealed, with its tag. */
  readonly box: string
}

const FORM = /^enc:v1:(scrypt|keychain)\.([\w-]+):([\w-]+):([\w-]+):([\w-]+)$/

/** Of this version's form, or a later one's. */
export function isSealed(text: string): boolean {
  return /^enc:v\d/.test(text)
}

/** Undefined = of no form that we know. */
export function readSealed(text: string): Sealed | undefined {
  const [, kind, name = '', check = '', nonce = '', box = ''] = FORM.exec(text) ?? []
  if (kind === undefined) return undefined
  return { key: kind === 'scrypt' ? { kind, salt: name } : { kind: 'keychain', entry: name }, check, nonce, box }
}

export function writeSealed({ key, check, nonce, box }: Sealed): string {
  return `enc:v1:${nameOfKey(key)}:${check}:${nonce}:${box}`
}

/** The same for all that is sealed under one key. */
export function nameOfKey(key: SealingKey): string {
  return key.kind === 'scrypt' ? `scrypt.${key.salt}` : `keychain.${key.entry}`
}
