/** Our ways to save: a renewed token, a login, a setting, rows of state.db, acts on logins that stand. */
import type { AttemptRow } from '../../src/core/ports.ts'
import { acted, ACTS } from './login-acts.ts'
import type { Ours } from './ours.ts'
import { PROFILE } from './standard-provider.ts'

export const WAYS = ['refresh', 'login', 'config', 'state', ...ACTS] as const
export type Way = (typeof WAYS)[number]

export interface SaverStart {
  readonly way: Way
  readonly folder: string
  readonly url: string
  readonly offsetMs: number
}

/** Rejects where the act failed, which its caller would tell. */
export async function save(way: Way, ours: Ours): Promise<void> {
  switch (way) {
    case 'refresh': {
      const got = await ours.accounts.access(...(await ours.login(PROFILE)))
      if (got.kind === 'failed') throw new Error(String(got.failure.evidence))
      return
    }
    case 'login': {
      const login = await ours.signIn()
      while (!(await login.next()).done);
      return
    }
    case 'config':
      await ours.files.openclawJson.edit(() => [{ kind: 'set', path: ['language'], value: 'en' }])
      return
    case 'state':
      await saveRows(ours)
      return
    default:
      await acted(way, ours)
  }
}

const newRow = (): AttemptRow => ({
  attemptId: `attempt-${process.pid}-${process.hrtime.bigint()}`,
  requestId: 'request-1',
  provider: 'standard',
  model: 'm',
  profile: PROFILE,
  startedAt: new Date('2026-03-14T12:00:00Z'),
  outcome: 'open',
})

async function saveRows({ state }: Ours): Promise<void> {
  const row = newRow()
  await state.ledger.reserve({ row, account: PROFILE, days: ['2026-03-14'], limit: 1_000_000 })
  await state.notes.put('noted', 'yes')
  await state.cooldowns.put({
    scope: 'account',
    provider: 'standard',
    profile: PROFILE,
    kind: 'quota',
    evidence: 'spent',
    since: row.startedAt,
    until: new Date('2100-01-01T00:00:00Z'),
  })
  await state.ledger.settle({ ...row, outcome: 'answered', endedAt: row.startedAt }, { refund: false })
}
