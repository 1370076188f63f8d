/** Cooldowns on a table: a row a resting thing. */
import type { DatabaseSync } from 'node:sqlite'
import { FAILURE_KINDS, restKey, type Rest } from '../../core/failure.ts'
import { asNumber, asText, oneOf, present, type Columns } from './columns.ts'

/** `now` in milliseconds since 1970; what ended before it rests no more and is not told. */
export interface CooldownRows {
  /** Replaces what stands under the same key. */
  put(rest: Rest, now: number): void
  clear(keys: readonly string[]): void
  list(now: number): readonly Rest[]
  find(key: string, now: number): Rest | undefined
}

export function cooldownRows(database: DatabaseSync): CooldownRows {
  const put = database.prepare(`
    INSERT OR REPLACE INTO rests (key, scope, provider, profile, model, kind, evidence, since, until, probe_at, is_told)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const sweep = database.prepare('DELETE FROM rests WHERE until <= ?')
  const clear = database.prepare('DELETE FROM rests WHERE key = ?')
  const list = database.prepare('SELECT * FROM rests WHERE until > ? ORDER BY until, key')
  const find = database.prepare('SELECT * FROM rests WHERE key = ? AND until > ?')

  return {
    put(rest, now) {
      sweep.run(now)
      put.run(
        restKey(rest),
        rest.scope,
        rest.provider,
        rest.profile ?? null,
        rest.model ?? null,
        rest.kind,
        rest.evidence,
        rest.since.getTime(),
        rest.until.getTime(),
        rest.probeAt?.getTime() ?? null,
        rest.isTold ? 1 : 0,
      )
    },
    clear(keys) {
      for (const key of keys) clear.run(key)
    },
    list: (now) => list.all(now).flatMap((columns) => restFrom(columns) ?? []),
    find: (key, now) => restFrom(find.get(key, now)),
  }
}

const SCOPES = Object.values<Rest['scope']>({
  account: 'account',
  'account-and-model': 'account-and-model',
  model: 'model',
  provider: 'provider',
  network: 'network',
} satisfies { readonly [Word in Rest['scope']]: Word })

/** Undefined also for words of a later version: what is not understood holds nobody back. */
function restFrom(columns: Columns | undefined): Rest | undefined {
  const scope = oneOf(SCOPES, asText(columns?.['scope']))
  const kind = oneOf(FAILURE_KINDS, asText(columns?.['kind']))
  if (!columns || !scope || !kind) return undefined
  const probeAt = asNumber(columns['probe_at'])
  return {
    scope,
    provider: asText(columns['provider']) ?? '',
    ...present({ profile: asText(columns['profile']), model: asText(columns['model']) }),
    kind,
    evidence: asText(columns['evidence']) ?? '',
    since: new Date(asNumber(columns['since']) ?? 0),
    until: new Date(asNumber(columns['until']) ?? 0),
    ...(probeAt !== undefined && { probeAt: new Date(probeAt) }),
    ...(asNumber(columns['is_told']) === 1 && { isTold: true }),
  }
}
