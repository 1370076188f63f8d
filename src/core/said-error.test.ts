/** What went wrong, as a piece of another sentence. */
import { expect, it } from 'vitest'
import { OpenClawError } from './errors.ts'
import { phrase } from './phrase.ts'
import { reasonOf } from './said-error.ts'

it('is no sentence of its own', () => {
  const reasons = [
    new OpenClawError('passphrase-unfit', { detail: phrase('passphrase-none') }),
    new OpenClawError('passphrases-differ', {}),
    new OpenClawError('login-exists', { profile: 'p:work' }),
    new Error('EIO'),
  ].map((error) => String(reasonOf(error)))
  for (const reason of reasons) expect(reason).not.toMatch(/[.。]$/)
  expect(reasons[0]).toContain('no passphrase to encrypt with: there is none in OPENCLAW_PASSPHRASE')
})
