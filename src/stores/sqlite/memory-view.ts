/** What is known of state.db without asking: fed by the writer thread, read by every decision. */
import { restKey, type Rest } from '../../core/failure.ts'
import type { Clock } from '../../core/ports.ts'
import type { QuotaCount } from '../../core/quota-policy.ts'
import type { IssuedToken } from '../../core/scope.ts'
import type { Operation } from './operations.ts'
import type { Snapshot } from './state-file.ts'

export interface MemoryView {
  used(account: string, day: string): number
  /** Undefined also when its time is over. */
  rest(key: string): Rest | undefined
  /** All that rest now. */
  rests(): readonly Rest[]
  tokens(): readonly IssuedToken[]

  /** Another process has written: all that was known is replaced. */
  replace(snapshot: Snapshot): void
  count(counts: readonly QuotaCount[]): void
  /** A rest holds from the moment it is asked for, and also while nothing can be stored. */
  believe(operation: Operation): void
  stored(operation: Operation): void
}

export function memoryView(clock: Clock): MemoryView {
  const counts = new Map<string, Map<string, number>>()
  let rests = new Map<string, Rest>()
  let tokens: readonly IssuedToken[] = []
  /** Not stored yet; undefined = cleared. */
  const believed = new Map<string, Rest | undefined>()

  const countAll = (changed: readonly QuotaCount[]): void => {
    for (const { account, day, used } of changed) {
      const days = counts.get(account)
      if (days) days.set(day, used)
      else counts.set(account, new Map([[day, used]]))
    }
  }
  const current = (rest: Rest | undefined): Rest | undefined =>
    rest && rest.until.getTime() > clock.now().getTime() ? rest : undefined

  return {
    used: (account, day) => counts.get(account)?.get(day) ?? 0,
    rest: (key) => current(believed.has(key) ? believed.get(key) : rests.get(key)),
    rests: () => [...new Map([...rests, ...believed]).values()].flatMap((rest) => current(rest) ?? []),
    tokens: () => tokens,

    replace(snapshot) {
      counts.clear()
      countAll(snapshot.counts)
      rests = new Map(snapshot.rests.map((rest) => [restKey(rest), rest]))
      tokens = snapshot.tokens
    },
    count: countAll,
    believe(operation) {
      for (const [key, rest] of restsOf(operation)) believed.set(key, rest)
    },
    stored(operation) {
      for (const [key, rest] of restsOf(operation)) {
        if (rest) rests.set(key, rest)
        else rests.delete(key)
        // Unless another was believed since.
        if (believed.get(key) === rest) believed.delete(key)
      }
    },
  }
}

function restsOf(operation: Operation): readonly (readonly [string, Rest | undefined])[] {
  switch (operation.kind) {
    case 'putRest':
      return [[restKey(operation.input.rest), operation.input.rest]]
    case 'clearRests':
      return operation.input.keys.map((key) => [key, undefined])
    default:
      return []
  }
}
