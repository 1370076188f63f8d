/** A login's state in words, the same in every command. */
import type { ProfileStatus } from '../control/contract.ts'
import { localTime } from '../core/local-time.ts'
import type { Words } from '../texts/index.ts'

/** Why it is in this state, until when, and how long its token is good. */
export function stateDetails(profile: ProfileStatus, { texts, say }: Words, now: Date): readonly string[] {
  const { status } = texts.models
  return [
    ...(profile.source.startsWith('${') ? [profile.source] : []),
    ...(profile.program === undefined ? [] : [status.ofProgram(profile.program)]),
    ...(profile.reason === undefined ? [] : [say(profile.reason)]),
    ...(profile.until === undefined ? [] : [status.until(localTime(profile.until))]),
    ...expiry(profile, texts, now),
  ]
}

/** How long the token is good, or since when it is not. */
export function expiry({ expiresAt }: ProfileStatus, texts: Words['texts'], now: Date): readonly string[] {
  if (expiresAt === undefined) return []
  const leftS = Math.round((Date.parse(expiresAt) - now.getTime()) / 1_000)
  const { status } = texts.models
  return [leftS > 0 ? status.expiresIn(texts.time.span(leftS)) : status.expiredAgo(texts.time.span(-leftS))]
}

/** Whose it is: the person's own words, the account. */
export function owner({ label, email }: Pick<ProfileStatus, 'label' | 'email'>, { texts }: Words): string {
  return [label, email].filter(Boolean).join(texts.comma) || texts.none
}
