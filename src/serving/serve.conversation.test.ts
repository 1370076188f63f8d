/** A conversation stays with the account that answered it first, gives way while that one rests, and comes home. */
import { expect, it } from 'vitest'
import { error, says } from './fixtures/answers.ts'
import type { House } from './fixtures/house.ts'
import { twoModels } from './fixtures/two-models.ts'

const profile = (name: string): object => ({ provider: 'a', mode: 'api_key', apiKey: `key-of-${name}` })
/** `a` has three accounts; `b` is the fallback. */
const threeAccounts = (auth: object = {}) =>
  twoModels(
    { a: [says('from a')], b: says('from b') },
    {
      a: { apiKey: 'key-of-default' },
      auth: { ...auth, profiles: { 'a:two': profile('two'), 'a:three': profile('three') } },
      gateway: {},
    },
  )

async function answeredBy(house: House, conversation?: string): Promise<string | undefined> {
  const { caller } = await house.ask({ ...(conversation !== undefined && { conversation }) })
  return caller.headers['x-openclaw-profile']
}

it('goes on where it began, although the account that comes first is well again', async () => {
  const { house, upstream } = await threeAccounts()
  upstream.script('a', error(429, {}, { 'retry-after': '60' }), says('from a'))
  expect(await answeredBy(house, 'begun in between')).toBe('a:two')
  house.clock.advance(120_000)
  expect(await answeredBy(house, 'begun in between')).toBe('a:two')
  expect(await answeredBy(house, 'begun after')).toBe('a:default')
  expect(await answeredBy(house)).toBe('a:default')
})

it('yields while its account rests, and comes home after', async () => {
  const { house, upstream } = await threeAccounts()
  expect(await answeredBy(house, 'talk')).toBe('a:default')
  upstream.script('a', error(429, {}, { 'retry-after': '60' }), says('from a'))
  expect(await answeredBy(house, 'talk')).toBe('a:two')
  expect(await answeredBy(house, 'talk')).toBe('a:two')
  house.clock.advance(120_000)
  expect(await answeredBy(house, 'talk')).toBe('a:default')
})

it('leaves its home for an order that the person sets anew', async () => {
  const { house } = await threeAccounts()
  expect(await answeredBy(house, 'talk')).toBe('a:default')
  const { settings } = house.means.setup
  const setup = {
    ...house.means.setup,
    settings: { ...settings, profileOrder: new Map([['a', ['a:three', 'a:two', 'a:default']]]) },
  }
  const { caller } = await house.ask({ conversation: 'talk', setup })
  expect(caller.headers['x-openclaw-profile']).toBe('a:three')
})

it('makes of 40 conversations 40 homes, which all hold through an hour of asking', async () => {
  const { house, upstream } = await threeAccounts()
  const talks = Array.from({ length: 40 }, (_, at) => `talk ${at}`)
  const first: (string | undefined)[] = []
  for (const [at, talk] of talks.entries()) {
    if (at % 7 === 3) upstream.script('a', error(429, {}, { 'retry-after': '5' }), says('from a'))
    first.push(await answeredBy(house, talk))
    if (at % 7 === 6) house.clock.advance(10_000)
  }
  expect(new Set(first).size).toBeGreaterThan(1)
  house.clock.advance(600_000)
  for (const [at, talk] of talks.entries()) expect(await answeredBy(house, talk)).toBe(first[at])
})
