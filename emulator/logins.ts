/** Logins as families of tokens, whose refresh tokens rotate. */
import { randomBytes } from 'node:crypto'

interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
}

type RefreshResult =
  | { readonly kind: 'refreshed'; readonly pair: TokenPair }
  | { readonly kind: 'reused'; readonly account: string }
  | { readonly kind: 'unknown' }

export interface Lifetime {
  readonly nowMs: number
  readonly accessTokenSeconds: number
}

export interface Logins {
  open(account: string, lifetime: Lifetime): TokenPair
  /** Spends the token. A token that comes back after it was spent ends its whole login. */
  refresh(refreshToken: string, lifetime: Lifetime): RefreshResult
  /** The account behind an access token that is still good. */
  accountOf(accessToken: string, nowMs: number): string | undefined
  /** Ends all logins of the account; tells how many there were. */
  revoke(account: string): number
  /** How many logins of the account are alive. */
  aliveOf(account: string): number
  accounts(): readonly string[]
}

interface Login {
  readonly account: string
  alive: boolean
}

export function createLogins(): Logins {
  const logins = new Set<Login>()
  const accessTokens = new Map<string, { readonly login: Login; readonly expiresAtMs: number }>()
  const refreshTokens = new Map<string, { readonly login: Login; spent: boolean }>()

  const issue = (login: Login, { nowMs, accessTokenSeconds }: Lifetime): TokenPair => {
    const pair = { accessToken: newToken('emu-at'), refreshToken: newToken('emu-rt') }
    accessTokens.set(pair.accessToken, { login, expiresAtMs: nowMs + accessTokenSeconds * 1_000 })
    refreshTokens.set(pair.refreshToken, { login, spent: false })
    return pair
  }
  const aliveOf = (account: string): readonly Login[] =>
    [...logins].filter((login) => login.alive && login.account === account)

  return {
    open(account, lifetime) {
      const login = { account, alive: true }
      logins.add(login)
      return issue(login, lifetime)
    },
    refresh(refreshToken, lifetime) {
      const known = refreshTokens.get(refreshToken)
      if (known === undefined || !known.login.alive) return { kind: 'unknown' }
      if (known.spent) {
        known.login.alive = false
        return { kind: 'reused', account: known.login.account }
      }
      known.spent = true
      return { kind: 'refreshed', pair: issue(known.login, lifetime) }
    },
    accountOf(accessToken, nowMs) {
      const known = accessTokens.get(accessToken)
      return known?.login.alive === true && nowMs < known.expiresAtMs ? known.login.account : undefined
    },
    revoke(account) {
      const ended = aliveOf(account)
      for (const login of ended) login.alive = false
      return ended.length
    },
    aliveOf: (account) => aliveOf(account).length,
    accounts: () => [...new Set([...logins].map((login) => login.account))],
  }
}

/** The prefix says aloud that the token opens nothing outside an emulator. */
function newToken(prefix: string): string {
  return `${prefix}-${randomBytes(24).toString('base64url')}`
}
