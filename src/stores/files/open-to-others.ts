/** Whether other users of this machine may read a file. */
import { statSync } from 'node:fs'

/** Its mode in octal (`644`) where they may; undefined = they may not, there is no such file, or the system has no modes. */
export function modeOpenToOthers(file: string): string | undefined {
  if (process.platform === 'win32') return undefined
  const mode = (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o777
  return (mode & 0o077) === 0 ? undefined : mode.toString(8)
}
