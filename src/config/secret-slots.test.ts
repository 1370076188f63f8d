/** Which texts of the settings are secrets, and whose. */
import { expect, it } from 'vitest'
import { secretsIn } from './secret-slots.ts'

it('are keys and tokens that are written out, each with its login', () => {
  const values = {
    models: {
      providers: {
        p: { accessToken: 'at', refreshToken: 'rt', expiresAt: '2030', apiKey: '${P_KEY}', models: ['m'] },
        q: { apiKey: 'sk' },
        r: 'not an entry',
      },
    },
    auth: { profiles: { 'p:work': { provider: 'p', mode: 'api_key', apiKey: 'sk-2', email: 'a@b.c' }, 'p:x': null } },
    gateway: { apiKey: 'not ours' },
  }
  expect(secretsIn(values).map(({ profile, slot, text }) => [profile, slot, text])).toEqual([
    ['p:default', 'accessToken', 'at'],
    ['p:default', 'refreshToken', 'rt'],
    ['q:default', 'apiKey', 'sk'],
    ['p:work', 'apiKey', 'sk-2'],
  ])
  expect(secretsIn(undefined)).toEqual([])
  expect(secretsIn({ models: { providers: [] } })).toEqual([])
})
