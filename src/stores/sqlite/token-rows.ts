/** Issued tokens on a table: their hashes, a row each. */
import type { DatabaseSync } from 'node:sqlite'
import { SCOPES, type IssuedToken } from '../../core/scope.ts'
import { asNumber, asText, oneOf, type Columns } from './columns.ts'

export interface TokenRows {
  /** False = another one has this name. */
  add(token: IssuedToken): boolean
  remove(nameOrId: string): IssuedToken | undefined
  /** The oldest first. */
  list(): readonly IssuedToken[]
}

export function tokenRows(database: DatabaseSync): TokenRows {
  const insert = database.prepare(
    'INSERT INTO gateway_tokens (id, name, scope, hash, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const remove = database.prepare('DELETE FROM gateway_tokens WHERE name = ?1 OR id = ?1 RETURNING *')
  const all = database.prepare('SELECT * FROM gateway_tokens ORDER BY created_at, id')
  return {
    add: ({ id, name, scope, hash, createdAt }) => insert.run(id, name, scope, hash, createdAt.getTime()).changes === 1,
    remove: (nameOrId) => remove.all(nameOrId).map(tokenFrom)[0],
    list: () => all.all().map(tokenFrom),
  }
}

/** A scope that nobody knows (a later version's) allows the least. */
function tokenFrom(columns: Columns): IssuedToken {
  return {
    id: asText(columns['id']) ?? '',
    name: asText(columns['name']) ?? '',
    scope: oneOf(SCOPES, asText(columns['scope'])) ?? 'read',
    hash: asText(columns['hash']) ?? '',
    createdAt: new Date(asNumber(columns['created_at']) ?? 0),
  }
}
