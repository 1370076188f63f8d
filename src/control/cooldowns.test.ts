/** What rests, and what is forgotten when a person says so: no more than was meant. */
import { expect, it } from 'vitest'
import type { Rest } from '../core/failure.ts'
import { openHouse, type House } from '../serving/fixtures/house.ts'
import { rest } from '../serving/fixtures/rests.ts'
import { clearCooldowns, listCooldowns } from './cooldowns.ts'
import { resultOf } from './contract.ts'

async function resting(): Promise<House> {
  const house = await openHouse({
    settings: {
      models: {
        providers: {
          p: { baseUrl: 'https://p.example/v1', apiKey: 'k', models: ['m', 'n'] },
          q: { baseUrl: 'https://q.example/v1', models: ['m'] },
        },
        aliases: { quick: 'p/m' },
      },
      auth: { profiles: { 'p:two': { provider: 'p', mode: 'api_key', apiKey: 'k2' } } },
    },
  })
  const all: readonly [Rest['scope'], string, string, string][] = [
    ['account', 'p', 'p:default', 'm'],
    ['account-and-model', 'p', 'p:two', 'n'],
    ['model', 'p', 'p:default', 'm'],
    ['model', 'p', 'p:default', 'n'],
    ['provider', 'q', 'q:default', 'm'],
  ]
  for (const [at, [scope, provider, profile, model]] of all.entries()) {
    await rest(house, provider, 60_000 + at, { scope, profile, model })
  }
  return house
}

const left = async ({ state }: House): Promise<readonly string[]> =>
  (await resultOf(listCooldowns(state))).cooldowns.map(({ scope, what }) => `${scope} ${what}`)

it('lists each under the name by which it is cleared', async () => {
  const house = await resting()
  expect(await left(house)).toEqual([
    'account p:default',
    'account-and-model p/n@p:two',
    'model p/m',
    'model p/n',
    'provider q',
  ])
  await rest(house, 'q', 600_000, { scope: 'provider', kind: 'quota', probeAt: house.clock.now(), isTold: true })
  const { cooldowns } = await resultOf(listCooldowns(house.state))
  expect(cooldowns.at(-1)).toMatchObject({ told: true, cause: 'quota', probeAt: house.clock.now().toISOString() })
})

it.each<[string, readonly string[]]>([
  ['p', ['provider q']],
  ['q', ['account p:default', 'account-and-model p/n@p:two', 'model p/m', 'model p/n']],
  ['p/m', ['account-and-model p/n@p:two', 'model p/n', 'provider q']],
  ['quick', ['account-and-model p/n@p:two', 'model p/n', 'provider q']],
  ['p/n@p:two', ['account p:default', 'model p/m', 'provider q']],
  ['p:two', ['account p:default', 'model p/m', 'model p/n', 'provider q']],
  ['all', []],
])('forgets for %s no more than that', async (name, expected) => {
  const house = await resting()
  const means = { setup: house.means.setup, cooldowns: house.state.cooldowns }
  const { changed } = await resultOf(clearCooldowns(name === 'all' ? 'all' : { name }, means))
  expect(changed).toBe(true)
  expect(await left(house)).toEqual(expected)
})

it('says that nothing rests for a known name, and refuses an unknown one', async () => {
  const house = await openHouse({
    settings: { models: { providers: { p: { baseUrl: 'https://p.example', models: ['m'] } } } },
  })
  const means = { setup: house.means.setup, cooldowns: house.state.cooldowns }
  expect(await resultOf(clearCooldowns({ name: 'p/m' }, means))).toEqual({ cleared: [], changed: false })
  await expect(resultOf(clearCooldowns({ name: 'p/mm' }, means))).resolves.toMatchObject({ changed: false })
  await expect(resultOf(clearCooldowns({ name: 'pp' }, means))).rejects.toThrow('Did you mean p')
})
