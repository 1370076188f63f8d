/** Where the keys of sealed secrets come from, and who may be asked for a passphrase. */
import type { KeyMeans } from '../accounts/sealing-keys.ts'
import type { Vault } from '../accounts/vault.ts'
import type { CredentialOpener } from '../core/ports.ts'
import type { Ground } from './ground.ts'
import { once } from './once.ts'

export type Secrets = ReturnType<typeof openSecrets>

export function openSecrets({ environment }: Ground, askPassphrase: KeyMeans['askPassphrase']) {
  let mayAsk = askPassphrase !== undefined
  /** For those who only look, and once a gateway serves: a question would come out of nowhere. */
  const askNobody = (): void => {
    mayAsk = false
  }
  const keychain = once(async () => (await import('../system/keychain.ts')).keychainOn(process.platform, environment))
  const vault = once(async (): Promise<Vault> => {
    const [{ openVault }, { givenPassphrase }] = await Promise.all([
      import('../accounts/vault.ts'),
      import('../system/passphrase.ts'),
    ])
    return openVault({
      keychain,
      givenPassphrase: () => givenPassphrase(environment),
      askPassphrase: async (which) => (mayAsk ? askPassphrase?.(which) : undefined),
    })
  })
  const opener: CredentialOpener = { open: async (...sealed) => (await vault()).open(...sealed) }
  const looking = <T>(work: () => Promise<T>): Promise<T> => {
    askNobody()
    return work()
  }
  return { keychain, vault, opener, askNobody, looking }
}
