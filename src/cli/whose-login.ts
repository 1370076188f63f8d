/** Whose login it is to be: as given, and asked at a terminal where it would go over another account's. */
import { isAnothers, ownProfile, type SaidOfLogin } from '../accounts/whose-login.ts'
import { OpenClawError } from '../core/errors.ts'
import { defaultProfile, profileIdFrom, profileName } from '../core/ref.ts'
import { askLine } from '../system/ask.ts'
import { textOption, type CommandInput } from './command.ts'

/** Where nobody sits at a terminal nothing is asked: the act itself refuses what would be lost. */
export async function whoseLogin(provider: string, input: CommandInput): Promise<SaidOfLogin> {
  const given = saidOfLogin(input)
  const id = given.profile === undefined ? defaultProfile(provider) : profileIdFrom(provider, given.profile)
  if (!input.output.interactive || id === undefined) return given
  const { profiles } = (await input.app.setup()).settings
  const standing = profiles.get(id)?.email
  if (standing === undefined) return given
  const { login } = input.output.words.texts
  const email = given.email || (await asked(login.askSame(id, standing), input)) || standing
  if (!isAnothers(standing, email)) return { ...given, email }
  input.output.note(login.another(id, standing))
  const proposed = profileName({ id: ownProfile(provider, email, profiles.keys()), provider })
  for (;;) {
    const profile = (await asked(login.askOwn(proposed), input)) || proposed
    const own = profileIdFrom(provider, profile)
    if (own !== undefined && !isAnothers(profiles.get(own)?.email, email)) return { ...given, profile, email }
  }
}

/** As given. */
export function saidOfLogin(input: CommandInput): SaidOfLogin {
  const [profile, email, label] = [
    textOption(input, 'profile-id') ?? textOption(input, 'profile'),
    textOption(input, 'email'),
    textOption(input, 'label'),
  ]
  return { ...(profile !== undefined && { profile }), ...(email && { email }), ...(label && { label }) }
}

async function asked(question: string, { signal }: CommandInput): Promise<string> {
  const answer = await askLine(question, 'shown', signal)
  if (answer === undefined) throw new OpenClawError('login-cancelled', {})
  return answer.trim()
}

/** What became of the notes on a login. */
export function tellNotes(
  { profile, droppedEmail }: { readonly profile: string; readonly droppedEmail?: string },
  { output }: CommandInput,
): void {
  if (droppedEmail !== undefined) output.note(output.words.texts.login.emailDropped(profile, droppedEmail))
}
