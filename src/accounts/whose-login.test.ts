/** Whose a login is: which profile it gets, and which it does not go over. */
import { describe, expect, it } from 'vitest'
import { isAnothers, ownProfile, profileFor, refuseAnothers } from './whose-login.ts'

describe('the profile of a login', () => {
  it('is the default one unless a name or an id was given', () => {
    expect(profileFor('p', {})).toEqual({ id: 'p:default' })
    expect(profileFor('p', { profile: 'work', email: ' me@x.org ', label: '公司' })).toEqual({
      id: 'p:work',
      email: 'me@x.org',
      label: '公司',
    })
    expect(profileFor('p', { profile: 'p:me@x.org' })).toEqual({ id: 'p:me@x.org' })
  })

  it.each(['', 'p:', 'q:work', 'two words', '-x', '工作', 'a/b', 'x'.repeat(65)])('is not %j', (profile) => {
    expect(() => profileFor('p', { profile })).toThrow(/no name for a login/)
  })

  it.each([{ label: 'a\u001b[31mb' }, { label: 'x\u202Ey' }, { email: 'two\nlines' }, { label: 'x'.repeat(101) }])(
    'takes no note that a terminal would show as something else: %j',
    (notes) => {
      expect(() => profileFor('p', notes)).toThrow(/one line of at most 100 characters/)
    },
  )
})

describe('another account', () => {
  it('is one whose e-mail is known and differs', () => {
    expect(isAnothers('a@x.org', 'b@x.org')).toBe(true)
    expect(isAnothers('A@x.org', ' a@X.ORG')).toBe(false)
    expect(isAnothers(undefined, 'b@x.org')).toBe(false)
    expect(isAnothers('a@x.org', undefined)).toBe(false)
  })

  it('is refused with a profile of its own', () => {
    const wish = { id: 'p:default', provider: 'p', email: 'b@x.org' }
    const refuse = () => refuseAnothers(wish, { standing: 'a@x.org', taken: ['p:default', 'p:b'] })
    expect(refuse).toThrow('p:default is the login of a@x.org, not of b@x.org')
    expect(() => refuseAnothers(wish, { standing: 'b@x.org', taken: [] })).not.toThrow()
    expect(refuse).toThrow(
      expect.objectContaining({
        run: 'openclaw models auth login --provider p --profile-id p:b-2 --email b@x.org',
      }) as Error,
    )
  })

  it.each([
    ['Me.Too+news@x.org', 'p:me.too-news'],
    ['default@x.org', 'p:account-default'],
    ['工作@x.org', 'p:account'],
    ['', 'p:account'],
  ])('with the e-mail %j would be called %s', (email, own) => {
    expect(ownProfile('p', email, [])).toBe(own)
  })
})
