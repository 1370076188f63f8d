/** The acts on short names and fallbacks. */
import type { ChainKey } from '../config/chain-edits.ts'
import type { FallbackWish } from '../control/fallbacks.ts'
import type { Parts } from './parts.ts'

export function chainActs({ environment, files, setup, shownSetup }: Parts) {
  const fallbackMeans = async () => ({
    setup: await setup(),
    openclawJson: (await files()).openclawJson,
    environment,
  })
  return {
    async *modelsAliasesList() {
      return yield* (await import('../control/aliases.ts')).listAliases(await shownSetup())
    },
    async *modelsAliasesAdd(wish: { readonly alias: string; readonly name: string; readonly force: boolean }) {
      return yield* (await import('../control/aliases.ts')).addAlias(wish, { ...(await files()), setup: await setup() })
    },
    async *modelsAliasesRemove(wish: { readonly alias: string; readonly force: boolean }) {
      const means = { ...(await files()), setup: await setup() }
      return yield* (await import('../control/aliases.ts')).removeAlias(wish, means)
    },
    async *modelsFallbacksList(chain: ChainKey) {
      return yield* (await import('../control/fallbacks.ts')).listFallbacks(chain, await shownSetup())
    },
    async *modelsFallbacksAdd(wish: FallbackWish) {
      return yield* (await import('../control/fallbacks.ts')).addFallback(wish, await fallbackMeans())
    },
    async *modelsFallbacksRemove(wish: FallbackWish) {
      return yield* (await import('../control/fallbacks.ts')).removeFallback(wish, await fallbackMeans())
    },
    async *modelsFallbacksClear(chain: ChainKey) {
      return yield* (await import('../control/fallbacks.ts')).clearFallbacks(chain, await fallbackMeans())
    },
  }
}
