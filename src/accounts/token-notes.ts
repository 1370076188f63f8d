/** What outlives a process about refresh tokens: known by their marks, never by themselves. */
import type { LoginProblem, Profile } from '../core/credential.ts'
import { keptSaid, phrase, saidFrom } from '../core/phrase.ts'
import type { Notes } from '../core/ports.ts'
import { problemOfRefusals, type Refusals } from './refusals.ts'
import { secretMark } from './tokens.ts'

export const SPENT: LoginProblem = { evidence: phrase('login-spent') }

/** What is remembered of a refresh token, by its mark. */
export type Note =
  /** It was about to be sent: whether it was redeemed is unknown. */
  | ({ readonly state: 'intent'; readonly at: Date | string } & Asked)
  /** It was sent, and the answer left it as it was. */
  | ({ readonly state: 'unspent'; readonly at: Date | string } & Asked)
  | { readonly state: 'spent'; readonly at: Date | string }
  /** `evidence` is a `keptSaid`; `status` as the server answered. */
  | { readonly state: 'dead'; readonly evidence: string; readonly status?: number }

/** What the server said of it so far. */
export interface Asked {
  readonly refusals?: Refusals
  readonly wait?: Wait
}

/** Before `until` (ISO) nobody asks again, whichever process it is. */
export interface Wait {
  readonly until: string
  /** A `keptSaid`. */
  readonly evidence: string
  readonly status?: number
}

const noteKey = (mark: string): string => `refresh-token ${mark}`

export async function putNote(notes: Notes, mark: string, note: Note): Promise<void> {
  await notes.put(noteKey(mark), JSON.stringify(note))
}

export async function noteOf(notes: Notes, mark: string): Promise<Note | undefined> {
  const text = await notes.get(noteKey(mark))
  return text === undefined ? undefined : (JSON.parse(text) as Note)
}

export async function bury(notes: Notes, mark: string, { evidence, status }: LoginProblem): Promise<void> {
  const said = { evidence: keptSaid(evidence), ...(status !== undefined && { status }) }
  await putNote(notes, mark, { state: 'dead', ...said })
}

/** What was said of a token that may still be good. */
export function askedIn(note: Note | undefined): Asked {
  if (note?.state !== 'intent' && note?.state !== 'unspent') return {}
  const { refusals, wait } = note
  return { ...(refusals && { refusals }), ...(wait && { wait }) }
}

/** Why a token is no good any more, as far as its note tells. */
export function overIn(note: Note | undefined): LoginProblem | undefined {
  if (note?.state === 'dead') {
    const { evidence, status } = note
    return { evidence: saidFrom(evidence), ...(status !== undefined && { status }) }
  }
  return note?.state === 'spent' ? SPENT : undefined
}

/** Marks of the refresh tokens in the settings that were found no good, by this process or another. */
export async function knownDead(profiles: Iterable<Profile>, notes: Notes): Promise<Map<string, LoginProblem>> {
  const dead = new Map<string, LoginProblem>()
  for (const { credential } of profiles) {
    if (credential?.kind !== 'oauth' || !credential.refreshToken) continue
    const mark = secretMark(credential.refreshToken)
    const note = await noteOf(notes, mark)
    const over = overIn(note) ?? problemOfRefusals(askedIn(note).refusals)
    if (over !== undefined) dead.set(mark, over)
  }
  return dead
}
