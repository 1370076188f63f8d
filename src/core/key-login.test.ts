import { describe, expect, it } from 'vitest'
import { choosePlace, flagsInWords, keyInEnvironment, otherPlaceOf, type KeyLogin, type KeyPlace } from './key-login.ts'
import { Secret } from './secret.ts'

const place = (plan: string, region: string, more: Partial<KeyPlace> = {}): KeyPlace => ({
  flags: { plan, region },
  label: { en: `${plan} ${region}` },
  baseUrl: `https://${plan}-${region}.example/v1`,
  env: [],
  ...more,
})
const near = place('metered', 'near', { env: ['SOME_KEY', 'OTHER_KEY'] })
const far = place('metered', 'far')
const flatNear = place('flat', 'near', { prefix: 'fl-' })
const flatFar = place('flat', 'far', { prefix: 'fl-', env: ['FLAT_KEY'] })
const credits = place('credits', 'near', { takesAnyPrefix: true })
const login: KeyLogin = { needed: true, places: [near, far, flatNear, flatFar, credits], check: { get: '/models' } }
const chosen = (flags: KeyPlace['flags'], key?: string): unknown => {
  const choice = choosePlace(login, flags, key === undefined ? undefined : new Secret(key))
  return choice.kind === 'ok' ? choice.place : choice
}

describe('the place of a key', () => {
  it('is the one that the flags name, and the usual one of what they leave open', () => {
    expect(chosen({ plan: 'flat', region: 'far' })).toBe(flatFar)
    expect(chosen({ plan: 'flat' })).toBe(flatNear)
    expect(chosen({ region: 'far' })).toBe(far)
    expect(chosen({})).toBe(near)
  })

  it('is told by how the key begins, where no flag names a plan', () => {
    expect(chosen({}, 'fl-1')).toBe(flatNear)
    expect(chosen({ region: 'far' }, 'fl-1')).toBe(flatFar)
    expect(chosen({ plan: 'metered' }, 'fl-1')).toBe(near)
  })

  it('is unknown with what would be possible', () => {
    expect(chosen({ plan: 'gold' })).toEqual({
      kind: 'unknown',
      flag: 'plan',
      met: 'gold',
      allowed: ['metered', 'flat', 'credits'],
    })
    expect(chosen({ plan: 'credits', region: 'far' })).toMatchObject({ flag: 'region', allowed: ['near'] })
    expect(chosen({ server: 'x' })).toMatchObject({ flag: 'server', allowed: [] })
  })
})

describe('a key that begins like those of another plan', () => {
  it('belongs there, in the same region where there is one', () => {
    expect(otherPlaceOf(new Secret('fl-1'), far, login)).toBe(flatFar)
    expect(otherPlaceOf(new Secret('fl-1'), near, login)).toBe(flatNear)
    expect(otherPlaceOf(new Secret('x-1'), flatFar, login)).toBe(far)
  })

  it('is not sent away from where it may be good', () => {
    expect(otherPlaceOf(new Secret('fl-1'), flatNear, login)).toBeUndefined()
    expect(otherPlaceOf(new Secret('x-1'), near, login)).toBeUndefined()
    expect(otherPlaceOf(new Secret('fl-1'), credits, login)).toBeUndefined()
    expect(otherPlaceOf(new Secret('x-1'), credits, login)).toBeUndefined()
  })
})

describe('a key in the environment', () => {
  it('is the first that is set, with the place that its variable stands for', () => {
    expect(keyInEnvironment(login, { FLAT_KEY: 'f', OTHER_KEY: ' o\n' })).toEqual({
      place: near,
      variable: 'OTHER_KEY',
      key: 'o',
    })
    expect(keyInEnvironment(login, { SOME_KEY: '  ', FLAT_KEY: 'f' })).toMatchObject({ place: flatFar })
    expect(keyInEnvironment(login, { HOME: '/' })).toBeUndefined()
  })
})

it('says flags as they are typed', () => {
  expect(flagsInWords({ region: 'far', plan: 'flat' })).toBe('--plan flat --region far')
  expect(flagsInWords({})).toBe('')
})
