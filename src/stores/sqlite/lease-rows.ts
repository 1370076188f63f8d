/** Leases on a table: a row a key that never goes, so that its fence only grows. */
import type { DatabaseSync } from 'node:sqlite'
import type { Lease, Leases } from '../../core/ports.ts'
import { asNumber, asText, present, type Columns } from './columns.ts'

export type LeaseWish = Parameters<Leases['acquire']>[1]
export type Acquired = Awaited<ReturnType<Leases['acquire']>>

/** `now` in milliseconds since 1970. Each call is safe inside the caller's transaction. */
export interface LeaseRows {
  acquire(key: string, wish: LeaseWish, now: number): Acquired
  /** Also good when it expired and nobody took it since: the fence says so. */
  renew(lease: Lease, ttlMs: number, now: number): boolean
  release(lease: Lease): void
  /** The last one that was not released, expired or not. */
  read(key: string): Lease | undefined
}

export function leaseRows(database: DatabaseSync): LeaseRows {
  const find = database.prepare('SELECT key, fence, holder, expires_at, note FROM leases WHERE key = ?')
  const take = database.prepare(`
    INSERT INTO leases (key, fence, holder, expires_at, note) VALUES (?1, 1, ?2, ?3, ?4)
    ON CONFLICT (key) DO UPDATE SET fence = fence + 1, holder = ?2, expires_at = ?3, note = ?4
    RETURNING fence`)
  const prolong = database.prepare('UPDATE leases SET expires_at = ? WHERE key = ? AND fence = ? AND holder = ?')
  const end = database.prepare(
    'UPDATE leases SET holder = NULL, note = NULL WHERE key = ? AND fence = ? AND holder = ?',
  )

  const read = (key: string): Lease | undefined => leaseFrom(find.get(key))

  return {
    acquire(key, wish, now) {
      const held = read(key)
      if (held && held.expiresAt.getTime() > now && held.fence !== wish.evenIfFence)
        return { kind: 'held', lease: held }
      const expiresAt = new Date(now + wish.ttlMs)
      const fence = asNumber(take.get(key, wish.holder, expiresAt.getTime(), wish.note ?? null)?.['fence']) ?? 0
      return {
        kind: 'acquired',
        lease: { key, holder: wish.holder, fence, expiresAt, ...present({ note: wish.note }) },
      }
    },
    renew: (lease, ttlMs, now) => prolong.run(now + ttlMs, lease.key, lease.fence, lease.holder).changes === 1,
    release: (lease) => void end.run(lease.key, lease.fence, lease.holder),
    read,
  }
}

function leaseFrom(columns: Columns | undefined): Lease | undefined {
  const holder = asText(columns?.['holder'])
  if (!columns || holder === undefined) return undefined
  return {
    key: asText(columns['key']) ?? '',
    holder,
    fence: asNumber(columns['fence']) ?? 0,
    expiresAt: new Date(asNumber(columns['expires_at']) ?? 0),
    ...present({ note: asText(columns['note']) }),
  }
}
