/** The acts on models: which there are, which is asked, and why. */
import type { ExplainWish } from '../control/explain.ts'
import type * as contract from '../control/contract.ts'
import type { Language } from '../core/text.ts'
import type { Parts } from './parts.ts'
import { serveMeans, serverMeans } from './serve-means.ts'

export function modelActs(parts: Parts) {
  const {
    paths,
    localHttp,
    clock,
    environment,
    state,
    files,
    setup,
    shownSetup,
    seenSetup,
    providersOff,
    profileMeans,
    existingLoginIn,
  } = parts
  const catalogueMeans = async (language: Language) => {
    const [{ askServersInUse, findServers }, { viewNow }, known] = await Promise.all([
      import('../control/servers.ts'),
      import('../control/readiness.ts'),
      profileMeans(seenSetup),
    ])
    const { setup: over, accounts } = known
    const off = await providersOff(over)
    const waiting = off.filter(({ id }) => over.withoutKey.has(id))
    const means = serverMeans(over, parts)
    const [inUse, found] = await Promise.all([
      askServersInUse(over, means),
      findServers(waiting, means),
      accounts.look(over.providers, over.settings.profiles.values()),
    ])
    return { setup: over, off, servers: [...inUse, ...found], now: known.now, language, view: viewNow(known) }
  }
  return {
    async *modelsList(wish: { readonly all: boolean }, language: Language) {
      return yield* (await import('../control/models.ts')).listModels(wish, await catalogueMeans(language))
    },
    async *modelsShow(name: string, language: Language) {
      return yield* (await import('../control/models.ts')).showModel(name, await catalogueMeans(language))
    },
    async *modelsExplain(wish: ExplainWish) {
      const [{ explain }, means] = await Promise.all([
        import('../control/explain.ts'),
        profileMeans(seenSetup).then((known) => serveMeans(parts, known)),
      ])
      return yield* explain(wish, { ...means, providersOff })
    },
    async *modelsCooldownsList() {
      const { cooldowns } = await state()
      return yield* (await import('../control/cooldowns.ts')).listCooldowns({ cooldowns })
    },
    async *modelsCooldownsClear(wish: { readonly name: string } | 'all') {
      const { cooldowns, leases } = await state()
      const means = { cooldowns, setup: await shownSetup(), gateway: { leases, clock, http: localHttp, paths } }
      return yield* (await import('../control/cooldowns.ts')).clearCooldowns(wish, means)
    },
    async *modelsSet(name: string, language: Language) {
      const means = { setup: await setup(), now: clock.now(), language }
      return yield* (await import('../control/models.ts')).setModel(name, means, (await files()).openclawJson)
    },
    async *modelsSetImage(wish: { readonly name: string } | 'clear') {
      const { clearImageModel, setImageModel } = await import('../control/image-model.ts')
      if (wish === 'clear') return yield* clearImageModel(await setup(), await files())
      return yield* setImageModel(wish.name, await setup(), (await files()).openclawJson)
    },
    async *modelsStatus(wish: contract.StatusWish): AsyncGenerator<never, contract.ModelsStatus> {
      const [means, { modelsStatus }, { providersNamed }, { askServersInUse }] = await Promise.all([
        profileMeans(seenSetup),
        import('../control/status.ts'),
        import('../control/chain.ts'),
        import('../control/servers.ts'),
      ])
      const { setup: over } = means
      const { signal, check, language } = wish
      const probed =
        wish.probe &&
        (await (
          await import('../control/probe-logins.ts')
        ).probeLogins({
          ...(await serveMeans(parts, means)),
          signal,
        }))
      const named = providersNamed(over)
      const existing = await Promise.all(
        [...over.providers.values()].map((provider) => existingLoginIn(provider, over)),
      )
      return yield* modelsStatus({
        ...means,
        environment,
        language,
        check,
        ...(probed && { probed }),
        off: await providersOff(over, (id) => named.has(id)),
        servers: await askServersInUse(over, serverMeans(over, parts)),
        existing: existing.filter((login) => login !== undefined),
      })
    },
  }
}
