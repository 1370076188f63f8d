/** What outlives a process about refresh tokens: known by their marks, never by themselves. */
import type { LoginProblem, Profile } from '../core/credential.ts'
import { keptSaid, phrase, saidFrom } from '../core/phrase.ts'
import type { Notes } from '../core/ports.ts'
import { secretMark } from './tokens.ts'

export const SPENT: LoginProblem = { evidence: phrase('login-spent') }

/** What is remembered of a refresh token, by its mark. */
type Note =
  /** It was about to be sent: whether it was redeemed is unknown. */
  | { readonly state: 'intent'; readonly at: Date | string }
  | { readonly state: 'spent'; readonly at: Date | string }
  /** `evidence` is a `keptSaid`; `status` as the server answered. */
  | { readonly state: 'dead'; readonly evidence: string; readonly status?: number }

const noteKey = (mark: string): string => `refresh-token ${mark}`

export async function putNote(notes: Notes, mark: string, note: Note): Promise<void> {
  await notes.put(noteKey(mark), JSON.stringify(note))
}

export async function noteOf(notes: Notes, mark: string): Promise<Note | undefined> {
  const text = await notes.get(noteKey(mark))
  return text === undefined ? undefined : (JSON.parse(text) as Note)
}

export async function bury(notes: Notes, mark: string, { evidence, ...rest }: LoginProblem): Promise<void> {
  await putNote(notes, mark, { state: 'dead', evidence: keptSaid(evidence), ...rest })
}

/** Why a token is no good any more, as far as its note tells. */
export function overIn(note: Note | undefined): LoginProblem | undefined {
  if (note?.state === 'dead') {
    const { evidence, status } = note
    return { evidence: saidFrom(evidence), ...(status !== undefined && { status }) }
  }
  return note?.state === 'spent' ? SPENT : undefined
}

/** Marks of the refresh tokens in the settings that were found no good any more, by this process or another. */
export async function knownDead(profiles: Iterable<Profile>, notes: Notes): Promise<Map<string, LoginProblem>> {
  const dead = new Map<string, LoginProblem>()
  for (const { credential } of profiles) {
    if (credential?.kind !== 'oauth' || !credential.refreshToken) continue
    const mark = secretMark(credential.refreshToken)
    const over = overIn(await noteOf(notes, mark))
    if (over !== undefined) dead.set(mark, over)
  }
  return dead
}
