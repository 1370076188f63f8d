/** Whose account a login is, as far as the person said: no login goes over another account's. */
import type { Profile } from '../core/credential.ts'
import { OpenClawError } from '../core/errors.ts'
import { defaultProfile, profileIdFrom } from '../core/ref.ts'

/** What a person may say of a login. */
export interface SaidOfLogin {
  /** The name or the id of its profile; undefined = the default one. */
  readonly profile?: string
  readonly email?: string
  readonly label?: string
}

/** The profile that a login is for. Throws `profile-name` or `note-unfit`. */
export function profileFor(
  provider: string,
  { profile, email, label }: SaidOfLogin,
): Pick<Profile, 'id' | 'email' | 'label'> {
  const id = profile === undefined ? defaultProfile(provider) : profileIdFrom(provider, profile)
  if (id === undefined) throw new OpenClawError('profile-name', { name: profile ?? '' })
  refuseUnfit({ email, label })
  return { id, ...(email && { email: email.trim() }), ...(label && { label: label.trim() }) }
}

const LONGEST_NOTE = 100

/** It is shown in tables and on terminals: one line that shows what it says. */
export function refuseUnfit(notes: { readonly email?: string | undefined; readonly label?: string | undefined }): void {
  for (const [option, text] of Object.entries(notes)) {
    if (text === undefined || (text.length <= LONGEST_NOTE && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text))) continue
    throw new OpenClawError('note-unfit', { option, most: LONGEST_NOTE })
  }
}

/** Does it carry what another login would write over? Another program's login is not its own. */
export function hasOwnCredential({ credential, missing, locked }: Profile): boolean {
  return (credential !== undefined && credential.kind !== 'none') || missing !== undefined || locked !== undefined
}

/** False where one of the two is not known: then nobody can say that they differ. */
export function isAnothers(standing: string | undefined, email: string | undefined): boolean {
  return !!standing && !!email && standing.trim().toLowerCase() !== email.trim().toLowerCase()
}

/** Throws `profile-of-other`, which names a profile of its own for this account. */
export function refuseAnothers(
  wish: Pick<Profile, 'id' | 'provider' | 'email'>,
  { standing, taken }: { readonly standing: string | undefined; readonly taken: Iterable<string> },
): void {
  const { id: profile, provider, email = '' } = wish
  if (standing === undefined || !isAnothers(standing, email)) return
  throw new OpenClawError('profile-of-other', {
    profile,
    provider,
    standing,
    email,
    own: ownProfile(provider, email, taken),
  })
}

/** A name that is free, after the part of the e-mail before the @. */
export function ownProfile(provider: string, email: string, taken: Iterable<string>): string {
  const ids = new Set(taken)
  const local =
    email
      .split('@')[0]
      ?.toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .slice(0, 40) ?? ''
  const name = /^\w/.test(local) && local !== 'default' ? local : `account-${local}`.replace(/-+$/, '')
  for (let count = 1; ; count += 1) {
    const id = `${provider}:${count === 1 ? name : `${name}-${count}`}`
    if (!ids.has(id)) return id
  }
}
