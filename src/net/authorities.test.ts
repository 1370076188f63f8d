/** A PEM file of authorities: every certificate in it, or the one that is broken. */
import { expect, it } from 'vitest'
import { readAuthorities } from './authorities.ts'
import { pem } from './fixtures/servers.ts'

/** A fixture without the words before it. */
const block = (name: 'ca' | 'server'): string => pem(name).slice(pem(name).indexOf('-----'))

const REASONED = (text: string): string => {
  const read = readAuthorities(text)
  return read.kind === 'broken' ? String(read.reason) : `${read.certificates.length} read`
}

it('gives each certificate, whatever stands between them and however lines end', () => {
  const bundle = `# Root of our office\n${pem('ca')}\nsubject=/CN=other\n${pem('server')}`.replaceAll('\n', '\r\n')
  const read = readAuthorities(bundle)
  expect(read).toEqual({ kind: 'ok', certificates: [block('ca'), block('server')] })
})

it('passes over a key that stands beside them', () => {
  expect(readAuthorities(pem('server-key') + pem('ca'))).toEqual({ kind: 'ok', certificates: [block('ca')] })
})

it.each([
  ['nothing', ''],
  ['something else', '<html>Sign in</html>'],
  ['a key only', pem('server-key')],
  ['no PEM', '0\u0082\u0003\u0001'],
])('says that there is no certificate in a file with %s', (_what, text) => {
  expect(REASONED(text)).toBe('it holds no certificate in PEM form (BEGIN CERTIFICATE)')
})

it('says which certificate was cut off', () => {
  expect(REASONED(pem('ca') + pem('server').slice(0, 300))).toBe(
    'certificate 2 in it cannot be read (its END line is missing)',
  )
})

it('says which certificate cannot be read, without naming source files', () => {
  const garbled = block('ca').replace(/\n[^\n]{20}/, '\n%%%%%%%%%%%%%%%%%%%%')
  for (const broken of [garbled, pem('ca').replace(/MII/, 'AAA')]) {
    const reason = REASONED(pem('server') + broken)
    expect(reason).toMatch(/^certificate 2 in it cannot be read \([a-z0-9 ]+\)$/)
  }
})
