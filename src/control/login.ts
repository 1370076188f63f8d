/** The act `models auth login`: a sign-in, or another program's login taken into use, after which what was believed of the old login rests no longer. */
import type { OutsideSurroundings } from '../accounts/existing-login.ts'
import { useExisting } from '../accounts/outside-sign-in.ts'
import { signIn, type SignInEvent, type SignInMeans, type SignInWish } from '../accounts/sign-in.ts'
import { restKey } from '../core/failure.ts'
import type { Cooldowns } from '../core/ports.ts'
import { retirementAt } from '../core/retirement.ts'
import { providerIn, type Setup } from '../core/setup.ts'
import type { LoggedIn } from './contract.ts'

export async function* login(
  wish: SignInWish,
  setup: Setup,
  means: SignInMeans & OutsideSurroundings & { readonly cooldowns: Cooldowns },
): AsyncGenerator<SignInEvent, LoggedIn> {
  const signedIn = yield* wish.useExisting ? useExisting(wish, setup, means) : signIn(wish, setup, means)
  const { provider, profile } = signedIn
  const beliefs = (await means.cooldowns.list()).filter((rest) => rest.profile === profile)
  await means.cooldowns.clear([restKey({ scope: 'account', provider, profile }), ...beliefs.map(restKey)])
  const retired = retirementAt(providerIn(setup, provider), signedIn.baseUrl)
  return { ...signedIn, ...(retired && { retired: retired.text }) }
}
