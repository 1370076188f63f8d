/** The passphrase of the logins, asked of whoever sits at the terminal. */
import { LEAST_PASSPHRASE } from '../accounts/sealing.ts'
import { OpenClawError } from '../core/errors.ts'
import { Secret } from '../core/secret.ts'
import { askLine } from '../system/ask.ts'
import type { Output } from './output.ts'

/** Undefined = nobody is there, or does not want to say. A new one is typed twice. */
export async function askPassphrase(which: 'known' | 'again' | 'new', output: Output): Promise<Secret | undefined> {
  if (!output.interactive) return undefined
  const { askKnown, askAgain, askNew, askTwice, tooShort } = output.words.texts.secrets
  if (which !== 'new') return asked(which === 'known' ? askKnown : askAgain)
  let first = await asked(askNew(LEAST_PASSPHRASE))
  while (first && first.reveal().length < LEAST_PASSPHRASE) {
    output.note(tooShort(LEAST_PASSPHRASE))
    first = await asked(askNew(LEAST_PASSPHRASE))
  }
  if (!first) return undefined
  const second = await asked(askTwice)
  if (second && !first.isSame(second)) throw new OpenClawError('passphrases-differ', {})
  return second
}

async function asked(question: string): Promise<Secret | undefined> {
  const typed = await askLine(question, 'hidden', new AbortController().signal)
  return typed === undefined || typed === '' ? undefined : new Secret(typed)
}
