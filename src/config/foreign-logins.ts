/** Logins out of the files of other programs, as values of ours. */
import type { Credential } from '../core/credential.ts'
import { phrase, type Said } from '../core/phrase.ts'
import { Secret } from '../core/secret.ts'
import { isPlain, valueAt } from './merge.ts'

type Members = Readonly<Record<string, unknown>>

export interface ForeignLogin {
  /** As the other program calls it: a profile's id, or its file. */
  readonly name: string
  /** The other program's word for the provider. */
  readonly provider: string
  readonly email?: string
  readonly credential: Extract<Credential, { kind: 'api-key' | 'oauth' }>
  /** The address that the provider's own reading finds in the file. */
  readonly addressBy: (read: (members: Members) => string | undefined) => string | undefined
}

export interface ForeignLogins {
  readonly logins: readonly ForeignLogin[]
  readonly left: readonly { readonly name: string; readonly reason: Said }[]
}

/** The original program's `auth-profiles.json`. */
export function fromAuthProfiles(value: unknown): ForeignLogins {
  const profiles = valueAt(value, ['profiles'])
  const entries = isPlain(profiles) ? Object.entries(profiles) : []
  return collected(entries.map(([name, members]) => ({ name, members, read: readAuthProfile })))
}

/** One file of CLIProxyAPI's folder; `name` = the file's. */
export function fromProxyLogin(name: string, value: unknown): ForeignLogins {
  return collected([{ name, members: value, read: readProxyLogin }])
}

type Read = (members: Members) => Pick<ForeignLogin, 'provider' | 'credential'> | undefined

function collected(
  entries: readonly { readonly name: string; readonly members: unknown; readonly read: Read }[],
): ForeignLogins {
  const logins: ForeignLogin[] = []
  const left: { readonly name: string; readonly reason: Said }[] = []
  for (const { name, members, read } of entries) {
    const login = isPlain(members) ? read(members) : undefined
    if (!login || !isPlain(members)) left.push({ name, reason: phrase('no-login-in-it') })
    else logins.push({ name, addressBy: (find) => find(members), ...emailIn(members), ...login })
  }
  return { logins, left }
}

function readAuthProfile(members: Members): ReturnType<Read> {
  const { type, provider, key, access, refresh, expires } = members
  const word = line(provider)
  if (!word) return undefined
  const apiKey = line(key)
  if (type === 'api_key' && apiKey)
    return { provider: word, credential: { kind: 'api-key', apiKey: new Secret(apiKey) } }
  const accessToken = line(access)
  if (type !== 'oauth' || !accessToken) return undefined
  return { provider: word, credential: oauth(accessToken, refresh, expires) }
}

function readProxyLogin(members: Members): ReturnType<Read> {
  const { type, access_token, refresh_token, expired } = members
  const [word, accessToken] = [line(type), line(access_token)]
  if (!word || !accessToken) return undefined
  return { provider: word, credential: oauth(accessToken, refresh_token, expired) }
}

/** Milliseconds since 1970, or a time in words; one that cannot be read counts as past, so that the token is renewed first. */
function oauth(accessToken: string, refresh: unknown, expires: unknown): ForeignLogin['credential'] {
  const refreshToken = line(refresh)
  const at = new Date(typeof expires === 'number' || typeof expires === 'string' ? expires : 0)
  return {
    kind: 'oauth',
    accessToken: new Secret(accessToken),
    ...(refreshToken && { refreshToken: new Secret(refreshToken) }),
    expiresAt: Number.isNaN(at.getTime()) ? new Date(0) : at,
  }
}

/** One line of visible ASCII, and not a word that stands for nothing. */
function line(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === 'undefined' || value === 'null') return undefined
  return /^[\x21-\x7e]{1,16384}$/.test(value) ? value : undefined
}

function emailIn({ email }: Members): { readonly email?: string } {
  return typeof email === 'string' && /^[^\s\p{Cc}]{1,254}$/u.test(email) ? { email } : {}
}
