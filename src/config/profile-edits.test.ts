/** A profile's entry and secrets, moved and emptied in a file as a person wrote it. */
import { describe, expect, it } from 'vitest'
import { applyEdits } from '../stores/files/json5-edit.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import {
  emptiedEdits,
  forgottenEdits,
  noteEdits,
  orderEdits,
  pinsOf,
  renameEdits,
  TOKEN_KEYS,
} from './profile-edits.ts'

const profile = (name: string) => ({ id: `p:${name}`, provider: 'p', mode: 'oauth' }) as const
const renamed = (text: string, from: string, to: string, withAddress = true): string =>
  applyEdits(text, renameEdits(parseJson5(text), { profile: profile(from), to: `p:${to}`, withAddress }))
const read = (text: string): unknown => parseJson5(text)

const two = `// mine
{
  models: { providers: {
    p: { baseUrl: 'https://a.example/v1', accessToken: 'at', refreshToken: 'rt', expiresAt: 'later' }, // the first
    q: { apiKey: 'k' },
  } },
  auth: {
    profiles: {
      'p:default': { provider: 'p', mode: 'oauth', email: 'a@b.c' /* me */ },
      'p:work': { provider: 'p', mode: 'oauth', accessToken: 'at2', refreshToken: 'rt2', expiresAt: 'then' }, // work
    },
    order: { p: ['p:work', /* then */ 'p:default'], q: ['p:work'] },
  },
  agents: { defaults: { model: { primary: 'p/m@p:work', fallbacks: ['p/m@p:default', 'p/m'] } } },
}
`

describe('a rename', () => {
  it('changes the key of an entry that carries its own secrets, and whatever names it', () => {
    expect(renamed(two, 'work', 'office')).toBe(
      two
        .replace("'p:work': {", "'p:office': {")
        .replace("p: ['p:work'", "p: ['p:office'")
        .replace('p/m@p:work', 'p/m@p:office'),
    )
  })

  it('takes the secrets of the default login out of the provider entry, and the address that is its own', () => {
    const after = renamed(two, 'default', 'home')
    expect(read(after)).toMatchObject({
      models: { providers: { q: { apiKey: 'k' } } },
      auth: {
        profiles: {
          'p:home': {
            provider: 'p',
            mode: 'oauth',
            email: 'a@b.c',
            baseUrl: 'https://a.example/v1',
            accessToken: 'at',
            refreshToken: 'rt',
            expiresAt: 'later',
          },
        },
        order: { p: ['p:work', 'p:home'] },
      },
      agents: { defaults: { model: { fallbacks: ['p/m@p:home', 'p/m'] } } },
    })
    expect(read(after)).not.toHaveProperty('models.providers.p')
    for (const comment of ['// mine', '/* me */', '// work', '/* then */']) expect(after).toContain(comment)
  })

  it('puts them back where the default login carries them', () => {
    expect(read(renamed(renamed(two, 'default', 'home'), 'home', 'default'))).toEqual(read(two))
  })

  it('leaves an address that is not the login’s, and all else of the provider entry', () => {
    const text = `{ models: { providers: { p: { baseUrl: 'https://a.example', apiKey: 'k', limits: { idleMs: 9 } } } } }`
    expect(read(renamed(text, 'default', 'home', false))).toEqual({
      models: { providers: { p: { baseUrl: 'https://a.example', limits: { idleMs: 9 } } } },
      auth: { profiles: { 'p:home': { provider: 'p', mode: 'oauth', apiKey: 'k' } } },
    })
  })

  it('changes nothing in a file that does not know the login', () => {
    expect(renamed('{ gateway: { port: 1 } } // mine', 'work', 'office')).toBe('{ gateway: { port: 1 } } // mine')
    expect(renamed('', 'work', 'office')).toBe('')
  })
})

describe('a logout', () => {
  const emptied = (text: string, name: string, more: Partial<Parameters<typeof emptiedEdits>[2]> = {}): string =>
    applyEdits(text, emptiedEdits(parseJson5(text), profile(name), { ownAddress: true, ...more }))

  it('takes the secrets of that login and of no other', () => {
    const after = read(emptied(two, 'work'))
    expect(after).toMatchObject({ auth: { profiles: { 'p:work': { provider: 'p', mode: 'oauth' } } } })
    expect(JSON.stringify(after)).not.toMatch(/at2|rt2|then"/)
    expect(after).toMatchObject({ models: { providers: { p: { accessToken: 'at' } } } })
  })

  it('leaves no empty provider entry, which would say that the provider is set up', () => {
    expect(read(emptied(two, 'default'))).toMatchObject({ models: { providers: { q: { apiKey: 'k' } } } })
    expect(read(emptied(two, 'default'))).not.toHaveProperty('models.providers.p')
    expect(read(emptied(two, 'default', { ownAddress: false }))).toMatchObject({
      models: { providers: { p: { baseUrl: 'https://a.example/v1' } } },
    })
  })

  it('takes no key where only tokens may go', () => {
    const text = `{ models: { providers: { p: { apiKey: 'k', accessToken: 'at' } } } }`
    expect(read(emptied(text, 'default', { keys: TOKEN_KEYS }))).toEqual({
      models: { providers: { p: { apiKey: 'k' } } },
    })
  })

  it('that forgets takes the entry and its place in the order', () => {
    const after = applyEdits(two, forgottenEdits(parseJson5(two), profile('work')))
    expect(read(after)).toMatchObject({ auth: { order: { p: ['p:default'] } } })
    expect(read(after)).not.toHaveProperty(['auth', 'profiles', 'p:work'])
    expect(after).toContain('/* me */')
    expect(pinsOf(parseJson5(two), 'p:work').map(({ path }) => path.join('.'))).toEqual([
      'agents.defaults.model.primary',
    ])
  })
})

describe('an order', () => {
  const ordered = (text: string, ids: readonly string[]): string =>
    applyEdits(text, orderEdits(parseJson5(text), 'p', ids))

  it('is changed place by place, so that comments stay', () => {
    const text = `{ auth: { order: { p: ['p:a', /* b */ 'p:b', 'p:c'] } } }`
    expect(ordered(text, ['p:b', 'p:a'])).toBe(`{ auth: { order: { p: ['p:b', /* b */ 'p:a'] } } }`)
    expect(ordered(text, ['p:a', 'p:b', 'p:c', 'p:d'])).toBe(
      `{ auth: { order: { p: ['p:a', /* b */ 'p:b', 'p:c', 'p:d'] } } }`,
    )
    expect(ordered(text, ['p:a', 'p:b', 'p:c'])).toBe(text)
  })

  it('is made where there is none, and goes when it is empty', () => {
    expect(read(ordered('', ['p:a']))).toEqual({ auth: { order: { p: ['p:a'] } } })
    expect(read(ordered(`{ auth: { order: { p: ['p:a'], q: ['q:a'] } } }`, []))).toEqual({
      auth: { order: { q: ['q:a'] } },
    })
    expect(ordered('{}', [])).toBe('{}')
  })
})

it('notes of a login are set, and go when they are empty', () => {
  const text = applyEdits(two, noteEdits('p:default', { label: 'Home', email: '' }))
  expect(read(text)).toMatchObject({
    auth: { profiles: { 'p:default': { provider: 'p', mode: 'oauth', label: 'Home' } } },
  })
  expect(text).not.toContain('a@b.c')
})
