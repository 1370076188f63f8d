/** The login that Qwen Code keeps in `~/.qwen/oauth_creds.json`: its shape, and how its processes keep out of each other's way. */
import { outsideLogin } from '../../sdk/index.ts'

/**
 * As Qwen Code did it up to 0.24 (November 2026). It takes a lock for abandoned after 10 s (35 s since 0.24), renews 30 s
 * before the end, gives a renewal up after 30 s, and unlinks the lock whenever one of its processes ends, whosever it is.
 */
export const qwenCode = outsideLogin({
  id: 'qwen-code',
  program: 'Qwen Code',
  place: { variable: 'QWEN_HOME', folder: '.qwen', file: 'oauth_creds.json' },
  lookMs: 1_000,
  earlyMs: 300_000,
  lock: {
    file: 'oauth_creds.lock',
    pollMs: 100,
    patienceMs: 30_000,
    touchMs: 3_000,
    abandonedMs: 35_000,
    quietMs: 2_500,
  },

  read(members) {
    const accessToken = token(members['access_token'])
    const refreshToken = token(members['refresh_token'])
    const expiresMs = members['expiry_date']
    if (accessToken === undefined || refreshToken === undefined) return undefined
    // Milliseconds since 1970; what it would not take for a login itself is none.
    if (typeof expiresMs !== 'number' || !(expiresMs > 0 && expiresMs <= LAST_MS)) return undefined
    return { accessToken, refreshToken, expiresAt: new Date(expiresMs) }
  },

  // Its reader wants a token_type; resource_url, which it loses at a renewal that names none, stays as it was.
  write: ({ accessToken, refreshToken, expiresAt }) => ({
    access_token: accessToken,
    token_type: 'Bearer',
    refresh_token: refreshToken,
    expiry_date: expiresAt.getTime(),
  }),
})

/** The last instant that a date can hold. */
const LAST_MS = 8_640_000_000_000_000

/** Helpers by others have written the words "undefined" and "null" in a token's place. */
function token(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === 'undefined' || value === 'null') return undefined
  return /^[\x21-\x7e]+$/.test(value) ? value : undefined
}
