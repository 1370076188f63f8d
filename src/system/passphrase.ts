/** The passphrase as the environment gives it: in a variable, or in the file that another variable names. */
import { readFile, stat } from 'node:fs/promises'
import { OpenClawError } from '../core/errors.ts'
import { Secret } from '../core/secret.ts'

export const PASSPHRASE = 'OPENCLAW_PASSPHRASE'
export const PASSPHRASE_FILE = 'OPENCLAW_PASSPHRASE_FILE'

export interface GivenPassphrase {
  readonly secret: Secret
  /** The variable's name. */
  readonly from: string
}

/** Undefined = neither is set. The line end of a file's last line is no part of it. */
export async function givenPassphrase(environment: NodeJS.ProcessEnv): Promise<GivenPassphrase | undefined> {
  const written = environment[PASSPHRASE]
  if (written) return { secret: new Secret(written), from: PASSPHRASE }
  const file = environment[PASSPHRASE_FILE]
  if (!file) return undefined
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new OpenClawError('file-unusable', { file, detail: error.code ?? error.message })
  })
  await demandPrivate(file)
  return { secret: new Secret(text.replace(/\r?\n$/, '')), from: PASSPHRASE_FILE }
}

/** As ssh does with a key: a file of ours that others may read is not taken. One that the system laid there is its own matter. */
async function demandPrivate(file: string): Promise<void> {
  if (process.platform === 'win32') return
  const { mode, uid } = await stat(file)
  if (uid !== process.getuid?.() || (mode & 0o077) === 0) return
  throw new OpenClawError('passphrase-file-open', { file, mode: (mode & 0o777).toString(8) })
}
