/** Whom a token answer speaks of, where it says so: two answers of one login must not be two people's. */
import type { Notes } from '../core/ports.ts'
import { markOf, type AnsweredFor } from './tokens.ts'

/** The earlier a claim stands here, the more it counts. */
const CLAIMS = ['sub', 'account', 'email'] as const satisfies readonly (keyof AnsweredFor)[]

/** From the answer's own fields and its ID token's (whose signature TLS stands for: OpenID Connect Core 3.1.3.7). */
export function answeredFor(body: Readonly<Record<string, unknown>>): AnsweredFor | undefined {
  const told = { ...body, ...idTokenClaims(body['id_token']) }
  const account = told['account']
  const { uuid, id } = isFields(account) ? account : {}
  const claims = {
    sub: told['sub'],
    account: isFields(account) ? (uuid ?? id) : account,
    email: typeof told['email'] === 'string' ? told['email'].toLowerCase() : undefined,
  }
  const marks = CLAIMS.flatMap((claim) => {
    const value = claims[claim]
    return (typeof value === 'string' && value !== '') || typeof value === 'number'
      ? [[claim, markOf(String(value))] as const]
      : []
  })
  return marks.length > 0 ? Object.fromEntries(marks) : undefined
}

/** The first claim that both make decides; where there is none, nothing speaks against it. */
export function isAnother(known: AnsweredFor | undefined, told: AnsweredFor | undefined): boolean {
  if (!known || !told) return false
  const claim = CLAIMS.find((one) => known[one] !== undefined && told[one] !== undefined)
  return claim !== undefined && known[claim] !== told[claim]
}

/** Kept by the refresh token's mark, so that a pair from elsewhere (an import, a hand) is held to nobody's name. */
const noteKey = (mark: string): string => `answered-for ${mark}`

export async function noteAnsweredFor(notes: Notes, mark: string, whom: AnsweredFor | undefined): Promise<void> {
  if (whom) await notes.put(noteKey(mark), JSON.stringify(whom))
}

export async function notedAnsweredFor(notes: Notes, mark: string): Promise<AnsweredFor | undefined> {
  const text = await notes.get(noteKey(mark))
  return text === undefined ? undefined : (JSON.parse(text) as AnsweredFor)
}

function idTokenClaims(token: unknown): Readonly<Record<string, unknown>> {
  if (typeof token !== 'string') return {}
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return isFields(claims) ? claims : {}
  } catch {
    // No JWT: then it says nothing.
    return {}
  }
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
