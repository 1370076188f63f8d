/** Where tests that save thousands of times keep their files: in memory where the system has a place for that. */
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** SIGKILL takes nothing from it, and no test of ours cuts the power. */
export const quickPlace = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A folder of one's own in it. */
export function quickFolder(): string {
  return mkdtempSync(join(quickPlace, 'openclaw-'))
}
