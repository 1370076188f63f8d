/** The acts on logins: getting them, looking at them, losing them, and where their secrets are kept. */
import type { SignInWish } from '../accounts/sign-in.ts'
import type * as contract from '../control/contract.ts'
import type { LoginImportWish } from '../control/login-import.ts'
import type { LogoutWish } from '../control/logout.ts'
import type { RenameWish } from '../control/rename-login.ts'
import type { StoreWish } from '../control/secret-plan.ts'
import type { Provider } from '../core/provider.ts'
import type { Parts } from './parts.ts'

export function loginActs({
  clock,
  environment,
  random,
  userAgent,
  upstreamHttp,
  keychain,
  vault,
  files,
  gatewayRuns,
  sources,
  setup,
  openedSetup,
  shownSetup,
  seenSetup,
  providersOff,
  loginState,
  profileMeans,
  loginActMeans,
  existingLoginIn,
}: Parts) {
  const secretMoveMeans = async () => {
    const { besideModels, ...both } = await files()
    return { ...both, lock: besideModels.lock, state: await loginState(), vault: await vault(), gatewayRuns }
  }
  return {
    /** Of another program, and not in use here. */
    existingLogin: async (provider: Provider) => existingLoginIn(provider, await setup()),
    /** What signing in to it takes: see its definition. */
    async providerToSignIn(id: string) {
      const [{ loadProvider }, over] = await Promise.all([import('../setup/load.ts'), setup()])
      return loadProvider(await sources(), over, id)
    },
    /** Of every provider that takes a key, on or off. */
    async keyLogins() {
      const over = await setup()
      const off = await providersOff(over)
      return [...over.providers.values(), ...off].flatMap(({ id, definition }) =>
        definition?.key ? [{ id, key: definition.key }] : [],
      )
    },
    async *modelsAuthKey(wish: contract.KeyWish) {
      const [{ keyLogin }, { loadProvider }, over, held, { openclawJson, modelsJson }] = await Promise.all([
        import('../control/key-login.ts'),
        import('../setup/load.ts'),
        setup(),
        loginState(),
        files(),
      ])
      const provider = await loadProvider(await sources(), over, wish.provider)
      const { notes, cooldowns } = held
      const http = await upstreamHttp(over)()
      const means = { http, clock, userAgent, notes, cooldowns, openclawJson, modelsJson }
      return yield* keyLogin(wish, { setup: over, provider }, means)
    },
    async *modelsAuthLogin(wish: SignInWish) {
      const [{ login }, held, over, { openclawJson, modelsJson }] = await Promise.all([
        import('../control/login.ts'),
        loginState(),
        setup(),
        files(),
      ])
      return yield* login(wish, over, {
        http: upstreamHttp(over),
        clock,
        environment,
        random,
        userAgent,
        notes: held.notes,
        cooldowns: held.cooldowns,
        openclawJson,
        modelsJson,
      })
    },
    async *modelsAuthImport(wish: LoginImportWish) {
      const [{ importLogins }, over, { modelsJson }] = await Promise.all([
        import('../control/login-import.ts'),
        openedSetup(),
        files(),
      ])
      const off = await providersOff(over)
      return yield* importLogins(wish, { setup: over, providers: [...over.providers.values(), ...off], modelsJson })
    },
    async *modelsAuthStore() {
      return yield* (await import('../control/secret-store.ts')).secretStore({ ...(await files()), keychain })
    },
    async *modelsAuthStoreMove(wish: StoreWish) {
      return yield* (await import('../control/secret-move.ts')).moveSecrets(wish, await secretMoveMeans())
    },
    async *modelsAuthList(wish: { readonly provider?: string }) {
      return yield* (await import('../control/logins.ts')).listLogins(wish, await profileMeans(seenSetup))
    },
    async *modelsAuthStatus(wish: { readonly profile?: string; readonly provider?: string }) {
      return yield* (await import('../control/logins.ts')).showLogins(wish, await profileMeans(seenSetup))
    },
    async *modelsAuthLogout(wish: LogoutWish) {
      return yield* (await import('../control/logout.ts')).logOut(wish, await loginActMeans())
    },
    async *modelsAuthRename(wish: RenameWish) {
      return yield* (await import('../control/rename-login.ts')).renameLogin(wish, await loginActMeans())
    },
    async *modelsAuthOrderGet(wish: { readonly provider?: string }) {
      return yield* (await import('../control/profile-order.ts')).getOrder(wish, await shownSetup())
    },
    async *modelsAuthOrderSet(wish: { readonly provider: string; readonly profiles: readonly string[] }) {
      return yield* (await import('../control/profile-order.ts')).setOrder(wish, await loginActMeans())
    },
    async *modelsAuthOrderClear(wish: { readonly provider: string }) {
      return yield* (await import('../control/profile-order.ts')).clearOrder(wish, await loginActMeans())
    },
  }
}
