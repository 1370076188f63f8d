/** What is explained is what a request would meet, and what it names does what it says. */
import { expect, it } from 'vitest'
import { openHouse, type House } from '../serving/fixtures/house.ts'
import { rest } from '../serving/fixtures/rests.ts'
import { resultOf, type Explained } from './contract.ts'
import { explain, type ExplainWish } from './explain.ts'

const settings = {
  models: {
    providers: {
      p: { baseUrl: 'https://p.example/v1', apiKey: 'k', models: ['m', { id: 'blind', input: ['text'] }] },
      q: { baseUrl: 'https://q.example/v1', apiKey: 'k', models: ['m'] },
    },
  },
  agents: {
    defaults: { model: { primary: 'p/m', fallbacks: [] } },
    list: [
      { id: 'own', model: { primary: 'p/nix', fallbacks: [] } },
      { id: 'inheriting', model: 'p/nix' },
    ],
  },
}

const explained = ({ means }: House, wish: Partial<ExplainWish> = {}): Promise<Explained> =>
  resultOf(explain({ hasImage: false, ...wish }, { ...means, providersOff: () => Promise.resolve([]) }))

const insteadOf = ({ instead }: Explained) => instead?.changes.map(({ change, run }) => run ?? String(change))

it('names another model by a command that reaches the agent, or by the place in which its own list stands', async () => {
  const house = await openHouse({ settings })
  expect(insteadOf(await explained(house, { agent: 'inheriting' }))).toEqual(['openclaw models fallbacks add p/m'])
  expect(insteadOf(await explained(house, { agent: 'own' }))).toEqual([
    'add p/m to the fallbacks of the agent own in agents.list',
  ])
})

it('says until when a request would wait rather than be refused, and whom it would ask then', async () => {
  const house = await openHouse({ settings })
  await rest(house, 'p', 1_500, { kind: 'model-missing' })
  const soon = await explained(house)
  expect(soon).toMatchObject({
    candidates: [],
    waitsUntil: new Date(house.clock.now().getTime() + 1_500).toISOString(),
  })
  await rest(house, 'p', 2_500, { kind: 'model-missing' })
  expect(await explained(house)).not.toHaveProperty('waitsUntil')
})

it('names the profile that the chain pins and that is not there', async () => {
  const house = await openHouse({ settings })
  const { rejected } = await explained(house, { model: 'p/m@p:work' })
  expect(rejected).toMatchObject([{ ref: 'p/m', profile: 'p:work', reason: 'profile-not-found' }])
})

it('of a long chain that rests keeps nobody else waiting', async () => {
  const names = Array.from({ length: 30 }, (_, at) => `p${at}`)
  const house = await openHouse({
    settings: {
      models: {
        providers: Object.fromEntries(
          names.map((name) => [name, { baseUrl: 'https://x.example/v1', apiKey: 'k', models: ['m'] }]),
        ),
      },
      agents: { defaults: { model: { primary: 'p0/m', fallbacks: names.slice(1).map((name) => `${name}/m`) } } },
    },
  })
  for (const name of names) await rest(house, name, 600_000, { kind: 'model-missing' })
  let turns = 0
  const explaining = explained(house)
  const others = (): void => {
    turns += 1
    going = setImmediate(others)
  }
  let going = setImmediate(others)
  await explaining
  clearImmediate(going)
  expect(turns).toBeGreaterThanOrEqual(names.length)
  expect((await explaining).rejected.every(({ ways }) => ways.length > 0)).toBe(true)
})
