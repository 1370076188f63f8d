/** What happened since the start, in numbers. */

export interface Counters {
  arrived(endpoint: string): void
  answered(endpoint: string, status: number): void
  completed(account: string, day: string): void
  fault(kind: string): void
  add(what: Total): void
  report(): CountersReport
}

/** `aborted`: exchanges that the client left before their end. `seals`: signatures and encrypted reasoning that came back and were good. */
type Total = 'aborted' | 'seals' | 'devices' | 'logins' | 'refreshes' | 'reuseDetected'

interface CountersReport extends Readonly<Record<Total, number>> {
  /** By "METHOD /path"; an exchange that got no status at all is in `requests` only. */
  readonly endpoints: Readonly<Record<string, { requests: number; byStatus: Readonly<Record<string, number>> }>>
  /** Completions that passed login, validation and quota: by account, then by natural day. */
  readonly completions: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly faults: Readonly<Record<string, number>>
}

export function createCounters(): Counters {
  const totals: Record<Total, number> = { aborted: 0, seals: 0, devices: 0, logins: 0, refreshes: 0, reuseDetected: 0 }
  const requests = new Map<string, number>()
  const statuses = new Map<string, Map<string, number>>()
  const completions = new Map<string, Map<string, number>>()
  const faults = new Map<string, number>()
  return {
    arrived: (endpoint) => addOne(requests, endpoint),
    answered: (endpoint, status) => addOne(inner(statuses, endpoint), String(status)),
    completed: (account, day) => addOne(inner(completions, account), day),
    fault: (kind) => addOne(faults, kind),
    add: (what) => {
      totals[what] += 1
    },
    report: () => ({
      ...totals,
      endpoints: Object.fromEntries(
        [...requests].map(([endpoint, count]) => [
          endpoint,
          { requests: count, byStatus: Object.fromEntries(statuses.get(endpoint) ?? []) },
        ]),
      ),
      completions: Object.fromEntries([...completions].map(([account, days]) => [account, Object.fromEntries(days)])),
      faults: Object.fromEntries(faults),
    }),
  }
}

function addOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function inner(outer: Map<string, Map<string, number>>, key: string): Map<string, number> {
  const found = outer.get(key) ?? new Map<string, number>()
  outer.set(key, found)
  return found
}
