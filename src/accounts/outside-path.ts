/** Where another program keeps its login. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { OutsideLogin, OutsideReference } from '../core/outside-login.ts'

/** Where its reference says, else where the variable or the person's home has it. */
export function outsidePath(
  { place }: OutsideLogin,
  reference: Pick<OutsideReference, 'file'>,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const home = environment['HOME'] || homedir()
  const whole = (path: string): string => resolve(/^~(?=[/\\]|$)/.test(path) ? join(home, path.slice(1)) : path)
  if (reference.file) return whole(reference.file)
  const told = place.variable && environment[place.variable]
  return join(told ? whole(told) : join(home, place.folder), place.file)
}
