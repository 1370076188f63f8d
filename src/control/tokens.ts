/** Acts on the tokens that programs are given. */
import { OpenClawError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import type { Clock, Tokens } from '../core/ports.ts'
import type { IssuedToken, Scope } from '../core/scope.ts'
import type { TokenCreated, TokenRow } from './contract.ts'

export interface TokenMeans {
  readonly tokens: Tokens
  readonly clock: Clock
}

export interface TokenWish {
  /** Undefined = its id. */
  readonly name?: string
  readonly scope: Scope
}

/** Letters and digits of any script, and signs that mean nothing to a shell or a terminal. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._@-]{0,63}$/u

/** The token is in this result and nowhere else. Throws `token-exists`. */
export async function* createToken(
  { name: wished, scope }: TokenWish,
  { tokens, clock }: TokenMeans,
): AsyncGenerator<never, TokenCreated> {
  const { makeToken } = await import('../service/issued-token.ts')
  const { token, id, hash } = makeToken()
  const name = wished ?? id
  if (!NAME.test(name)) throw unfit(name)
  const issued = { id, name, scope, hash, createdAt: clock.now() }
  // Nor may a name be another's id, or taking one back would take the other.
  const isTaken = (await tokens.list()).some((other) => other.id === name)
  if (isTaken || !(await tokens.add(issued))) throw new OpenClawError('token-exists', { name })
  return { ...rowOf(issued), token }
}

export async function* listTokens({ tokens }: TokenMeans): AsyncGenerator<never, readonly TokenRow[]> {
  return (await tokens.list()).map(rowOf)
}

/** A running gateway refuses it within a second, and cuts what it is answering to it. Throws `token-not-found`. */
export async function* revokeToken(nameOrId: string, { tokens }: TokenMeans): AsyncGenerator<never, TokenRow> {
  const removed = await tokens.remove(nameOrId)
  if (removed) return rowOf(removed)
  const meant = nearest(
    nameOrId,
    (await tokens.list()).map(({ name }) => name),
  )
  throw new OpenClawError('token-not-found', { name: nameOrId, ...(meant && { nearest: meant }) })
}

function rowOf({ id, name, scope, createdAt }: IssuedToken): TokenRow {
  return { id, name, scope, createdAt: createdAt.toISOString() }
}

function unfit(name: string): OpenClawError {
  return new OpenClawError('option-value', {
    option: 'name',
    met: name,
    allowed: 'A-Z a-z 0-9 . _ @ -, 1-64',
    command: 'openclaw gateway token create',
  })
}
