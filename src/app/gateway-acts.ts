/** The acts on a gateway in the background, and on who may ask it. */
import type { GatewayWish } from '../control/gateway.ts'
import type { TokenWish } from '../control/tokens.ts'
import type { Language } from '../core/text.ts'
import { launcherFile } from '../system/built.ts'
import type { Parts } from './parts.ts'

export function gatewayActs({ clock, environment, paths, localHttp, state, sources }: Parts) {
  const lastGoodParts = () => Promise.all([import('../stores/files/last-good.ts'), import('../setup/last-good.ts')])
  const gatewayMeans = async () => ({
    leases: (await state()).leases,
    notes: (await state()).notes,
    clock,
    http: localHttp,
    paths,
    environment,
    launcher: launcherFile(),
    settings: async () => {
      const [{ lastGoodOf }, { loadToServe }] = await lastGoodParts()
      return (await loadToServe(await sources(), lastGoodOf(paths.openclawJson))).settings.gateway
    },
    lastGoodSettings: async () => {
      const [{ lastGoodOf }, { loadLastGood }] = await lastGoodParts()
      return (await loadLastGood(await sources(), lastGoodOf(paths.openclawJson)))?.settings.gateway
    },
  })
  const tokenMeans = async () => ({ tokens: (await state()).tokens, clock })
  return {
    /** Throws `token-weak` for one that no gateway takes. */
    async gatewayToken() {
      const [{ readOrMakeSecret }, { demandStrong }] = await Promise.all([
        import('../stores/files/secret-file.ts'),
        import('../service/owner-token.ts'),
      ])
      const token = await readOrMakeSecret(paths.gatewayToken)
      demandStrong(token, paths.gatewayToken)
      return token
    },
    async *gatewayStatus(language: Language) {
      return yield* (await import('../control/gateway-status.ts')).gatewayStatus(await gatewayMeans(), language)
    },
    async *gatewayStart(wish: GatewayWish) {
      return yield* (await import('../control/gateway.ts')).startGatewayProcess(wish, await gatewayMeans())
    },
    async *gatewayStop() {
      return yield* (await import('../control/gateway.ts')).stopGatewayProcess(await gatewayMeans())
    },
    async *gatewayRestart(wish: GatewayWish) {
      return yield* (await import('../control/gateway.ts')).restartGatewayProcess(wish, await gatewayMeans())
    },
    async *gatewayTokenRotate() {
      return yield* (await import('../control/owner-token.ts')).rotateOwnerToken(await gatewayMeans())
    },
    async *gatewayTokenCreate(wish: TokenWish) {
      return yield* (await import('../control/tokens.ts')).createToken(wish, await tokenMeans())
    },
    async *gatewayTokenList() {
      return yield* (await import('../control/tokens.ts')).listTokens(await tokenMeans())
    },
    async *gatewayTokenRevoke(nameOrId: string) {
      return yield* (await import('../control/tokens.ts')).revokeToken(nameOrId, await tokenMeans())
    },
  }
}
