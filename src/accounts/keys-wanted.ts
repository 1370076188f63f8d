/** What is thrown by work that cannot wait for a key: the key is fetched, and the work done anew. */
import type { Sealed } from '../core/sealed.ts'
import type { SecretHome } from '../core/settings.ts'

export type SealedHome = Exclude<SecretHome, 'file'>

export type Wanted =
  /** The key that something of this profile was sealed with. */
  | { readonly kind: 'open'; readonly sealed: Sealed; readonly profile: string }
  /** The key that others were sealed with, to seal more with it. */
  | { readonly kind: 'seal'; readonly sealed: Sealed; readonly profile: string }
  | { readonly kind: 'new'; readonly home: SealedHome }
  /** Made of a passphrase that is typed for it. */
  | { readonly kind: 'another' }

export class KeysWanted extends Error {
  readonly wanted: Wanted

  constructor(wanted: Wanted) {
    super('a key is not at hand')
    this.wanted = wanted
  }
}

/** `work` changes nothing until it has all keys. */
export async function withKeys<T>(
  { fetch }: { readonly fetch: (wanted: KeysWanted) => Promise<void> },
  work: () => T | Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof KeysWanted)) throw error
      await fetch(error)
    }
  }
}
