/** A gateway in this process before the emulator, whose minutes pass when a test says so. */
import { onTestFinished } from 'vitest'
import { introduction } from '../../emulator/introduction.ts'
import { startEmulator } from '../../emulator/server.ts'
import { Secret } from '../../src/core/secret.ts'
import { servicesOf, TOKEN } from '../../src/gateway/fixtures/gateway.ts'
import { bindPort } from '../../src/gateway/server.ts'
import { openHouse } from '../../src/serving/fixtures/house.ts'
import { until } from '../../src/serving/fixtures/upstream.ts'
import { PATHS, settingsFor, type World } from './bench.ts'

/** The time of the network cannot be moved: what is silent so long is silent for good. */
const SILENCE = { firstEventMs: 700, answerMs: 700, idleMs: 700 }

export async function movedWorld(): Promise<World> {
  const emulator = await startEmulator()
  onTestFinished(() => emulator.close())
  const { control, local, backup } = introduction(emulator.url)
  const house = await openHouse({ settings: settingsFor({ local, backup }, SILENCE) })
  const secret = new Secret(TOKEN)
  const gateway = (await bindPort({ port: 0 })).serve(servicesOf(house), () => secret)
  onTestFinished(() => gateway.end())
  const { clock } = house

  return {
    gateway: () => ({ url: gateway.url, token: TOKEN }),
    async order(act, fields = {}) {
      const answer = await fetch(`${control}/${act}`, { method: 'POST', body: JSON.stringify(fields) })
      if (!answer.ok) throw new Error(`${act}: ${await answer.text()}`)
    },
    async asked() {
      const { counters } = (await (await fetch(`${control}/state`)).json()) as State
      const count = (path: string): number => counters.endpoints[path]?.requests ?? 0
      return { primary: count(PATHS.primary), backup: count(PATHS.backup) }
    },
    async during(waits, act) {
      const acting = act()
      for (const ms of waits) {
        await until(() => clock.sleeping.some((sleep) => sleep <= ms && sleep > ms - 1_000))
        clock.advance(ms)
      }
      return acting
    },
    pass: (ms) => Promise.resolve(clock.advance(ms)),
    nowMs: () => clock.monotonicMs() + performance.now(),
    async rows(requestId, count) {
      const rows = (): ReturnType<typeof house.state.requests.query> =>
        house.state.requests.query({ requestId, limit: 50 })
      await until(async () => (await rows()).filter(({ endedAt }) => endedAt).length >= count)
      return (await rows()).toReversed().map(({ provider, outcome, usage }) => ({
        provider,
        outcome,
        ...(usage?.outputTokens !== undefined && { outputTokens: usage.outputTokens }),
      }))
    },
  }
}

interface State {
  readonly counters: { readonly endpoints: Readonly<Record<string, { readonly requests: number }>> }
}
