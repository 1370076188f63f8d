/** A vault at a desk of a test: a keychain in memory, and whoever knows or does not know the passphrase. */
import { Secret } from '../core/secret.ts'
import type { Keychain } from '../system/keychain.ts'
import { openVault, type Vault } from './vault.ts'

export const PASSPHRASE = 'correct horse battery staple'

export interface Desk {
  readonly vault: Vault
  /** What the keychain holds, by name. */
  readonly entries: Map<string, Secret>
  /** What was asked of keychain and person, in order. */
  readonly asked: readonly string[]
}

export interface DeskGiven {
  readonly passphrase?: string
  /** What a person types, one after the other. */
  readonly typed?: readonly string[]
  readonly entries?: Map<string, Secret>
  /** What happens while a person is asked. */
  readonly onAsked?: () => void
}

export function openDesk({ passphrase, typed = [], entries = new Map(), onAsked }: DeskGiven = {}): Desk {
  const asked: string[] = []
  const left = [...typed]
  const keychain: Keychain = {
    put: async (name, secret) => void entries.set(name, secret),
    get: async (name) => {
      asked.push('keychain')
      return entries.get(name)
    },
    remove: async (name) => void entries.delete(name),
  }
  const vault = openVault({
    keychain: () => Promise.resolve(keychain),
    givenPassphrase: async () =>
      passphrase === undefined ? undefined : { secret: new Secret(passphrase), from: 'OPENCLAW_PASSPHRASE' },
    askPassphrase: async (which) => {
      asked.push(which)
      onAsked?.()
      const next = left.shift()
      return next === undefined ? undefined : new Secret(next)
    },
  })
  return { vault, entries, asked }
}
