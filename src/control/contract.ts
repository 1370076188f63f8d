/** Every act: its input, the events on its way, its result; by subject in contract/, and read from here. */
export type { ExistingLogin } from '../accounts/existing-login.ts'
export type { SignInEvent } from '../accounts/sign-in.ts'
export type * from './contract/chains.ts'
export type * from './contract/config.ts'
export type * from './contract/explained.ts'
export type * from './contract/gateway.ts'
export type * from './contract/logins.ts'
export type * from './contract/models.ts'
export type * from './contract/plugins.ts'
export type * from './contract/quickstart.ts'
export type * from './contract/requests.ts'
export type * from './contract/sign-ins.ts'
export type * from './contract/status.ts'

/** An act tells events while it lasts, ends in its result, or throws an OpenClawError. This waits for the result. */
export async function resultOf<Event, Result>(
  act: AsyncGenerator<Event, Result>,
  onEvent?: (event: Event) => void | Promise<void>,
): Promise<Result> {
  for (;;) {
    const step = await act.next()
    if (step.done) return step.value
    await onEvent?.(step.value)
  }
}
