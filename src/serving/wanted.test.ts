/** Whom a request means. */
import { describe, expect, it } from 'vitest'
import { formatRef } from '../core/ref.ts'
import { openHouse } from './fixtures/house.ts'
import { wanted, type WantedBy } from './wanted.ts'

async function refsOf(
  wish: Partial<WantedBy>,
  more: object = {},
  imageModel: unknown = 'eyes',
): Promise<readonly string[]> {
  const provider = { baseUrl: 'http://127.0.0.1:9', models: ['one', 'two', 'sight', 'glasses'] }
  const { means } = await openHouse({
    settings: {
      models: { providers: { a: provider }, aliases: { eyes: 'a/sight' } },
      agents: {
        defaults: { model: { primary: 'a/one', fallbacks: ['a/two'] }, imageModel },
        list: [{ id: 'painter', model: 'a/two' }],
      },
      ...more,
    },
  })
  return wanted({ hasImage: false, ...wish }, means.setup).refs.map(formatRef)
}

describe('the model for pictures', () => {
  it('is asked first where an agent was meant, by whatever name', async () => {
    expect(await refsOf({ hasImage: true })).toEqual(['a/sight', 'a/one', 'a/two'])
    expect(await refsOf({ hasImage: true, model: 'openclaw' })).toEqual(['a/sight', 'a/one', 'a/two'])
    expect(await refsOf({ hasImage: true, model: 'openclaw/painter' })).toEqual(['a/sight', 'a/two'])
  })

  it('stands behind a model that was named, which may take pictures itself', async () => {
    expect(await refsOf({ hasImage: true, model: 'a/two' })).toEqual(['a/two', 'a/sight'])
  })

  it('stands in the chain once', async () => {
    expect(await refsOf({ hasImage: true, model: 'a/sight' })).toEqual(['a/sight', 'a/two'])
    expect(await refsOf({ hasImage: true, model: 'openclaw', fallbacks: ['a/two', 'a/sight'] })).toEqual([
      'a/sight',
      'a/one',
      'a/two',
    ])
  })

  it('does not follow a model that was named where nothing may follow it', async () => {
    expect(await refsOf({ hasImage: true, model: 'a/two', fallbacks: 'off' })).toEqual(['a/two'])
    expect(await refsOf({ hasImage: true, model: 'a/two', fallbacks: ['a/one'] })).toEqual(['a/two', 'a/one'])
    expect(await refsOf({ hasImage: true, model: 'a/two' }, { gateway: { refFallback: false } })).toEqual(['a/two'])
  })

  it('is left out where there is no picture', async () => {
    expect(await refsOf({})).toEqual(['a/one', 'a/two'])
  })
})

describe('the fallbacks of the model for pictures', () => {
  const chain = { primary: 'eyes', fallbacks: ['a/glasses', 'a/two'] }
  const refs = (wish: Partial<WantedBy>): Promise<readonly string[]> => refsOf(wish, {}, chain)

  it('come right after it, before what the agent asks otherwise, each once', async () => {
    expect(await refs({ hasImage: true })).toEqual(['a/sight', 'a/glasses', 'a/two', 'a/one'])
    expect(await refs({ hasImage: true, model: 'a/glasses' })).toEqual(['a/glasses', 'a/sight', 'a/two'])
    expect(await refs({ hasImage: true, model: 'eyes' })).toEqual(['a/sight', 'a/glasses', 'a/two'])
  })

  it('give way to what the caller says of fallbacks', async () => {
    expect(await refs({ hasImage: true, fallbacks: 'off' })).toEqual(['a/sight', 'a/one'])
    expect(await refs({ hasImage: true, fallbacks: ['a/two'] })).toEqual(['a/sight', 'a/one', 'a/two'])
  })

  it('stand where it would, when none is set', async () => {
    expect(await refsOf({ hasImage: true }, {}, { fallbacks: ['a/glasses', 'eyes'] })).toEqual([
      'a/glasses',
      'a/sight',
      'a/one',
      'a/two',
    ])
  })

  it('are left out where there is no picture', async () => {
    expect(await refs({})).toEqual(['a/one', 'a/two'])
  })
})

it.each([
  [{ model: 'nobody/else' }, 'provider-not-found', 404],
  [{ model: 'a/three' }, 'model-not-found', 404],
  [{ model: 'openclaw/panter' }, 'agent-not-found', 404],
  [{ agent: 'nobody' }, 'agent-not-found', 404],
] as const)('calls %o a %s', async (wish, code, status) => {
  await expect(refsOf(wish)).rejects.toMatchObject({ code, status })
})

it('says which command signs in where no model is set yet', async () => {
  await expect(refsOf({}, { agents: {} })).rejects.toMatchObject({ code: 'no-model-set', status: 503 })
})

it('names the agents that there are', async () => {
  await expect(refsOf({ agent: 'paintr' })).rejects.toThrow(
    /^There is no agent paintr\. Did you mean painter\? .*: main, /,
  )
})
