/** The order of logins: told, set, taken back. */
import { describe, expect, it } from 'vitest'
import { clearOrder, getOrder, setOrder } from './profile-order.ts'
import { twoFiles } from './two-files.fixture.ts'

const three = (order = '') => `// mine
{
  models: { providers: { near: { baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'k', models: ['m'] } } },
  auth: {
    profiles: {
      'near:b': { provider: 'near', mode: 'api_key', apiKey: 'kb' },
      'near:a': { provider: 'near', mode: 'api_key', apiKey: 'ka' },
      'far:a': { provider: 'far', mode: 'api_key', apiKey: 'kf' },
    },${order}
  },
}
`

describe('an order', () => {
  it('is the default login first and then the others, unless the settings say one', async () => {
    const files = twoFiles(three())
    expect(await files.act(({ setup }) => getOrder({}, setup))).toEqual({
      schema: 1,
      orders: {
        far: { profiles: ['far:a'], set: null },
        near: { profiles: ['near:default', 'near:b', 'near:a'], set: null },
      },
    })
    await expect(files.act(({ setup }) => getOrder({ provider: 'nera' }, setup))).rejects.toMatchObject({
      code: 'provider-not-found',
      params: { nearest: 'near' },
    })
  })

  it('is written by whole ids, each once; who is not named comes after', async () => {
    const files = twoFiles(three())
    const set = await files.act((means) => setOrder({ provider: 'near', profiles: ['a', 'near:default', 'a'] }, means))
    expect(set).toMatchObject({
      profiles: ['near:a', 'near:default', 'near:b'],
      set: ['near:a', 'near:default'],
      changed: true,
    })
    expect(files.value()).toMatchObject({ auth: { order: { near: ['near:a', 'near:default'] } } })
    expect(files.text()).toMatch(/^\/\/ mine\n/)
    expect((await files.setup()).settings.profileOrder.get('near')).toEqual(['near:a', 'near:default'])
    const again = await files.act((means) => setOrder({ provider: 'near', profiles: ['a', 'default'] }, means))
    expect(again.changed).toBe(false)
  })

  it('names no login of another provider, and none that is not there', async () => {
    const files = twoFiles(three())
    for (const [profile, code] of [
      ['far:a', 'login-of-other'],
      ['c', 'login-not-found'],
    ] as const) {
      const set = files.act((means) => setOrder({ provider: 'near', profiles: [profile] }, means))
      await expect(set).rejects.toMatchObject({ code })
    }
    expect(files.text()).toBe(three())
  })

  it('is taken back; what models.json says counts then', async () => {
    const order = `\n    order: { near: ['near:a'], far: ['far:a'] },`
    const files = twoFiles(three(order), "{ auth: { order: { near: ['near:b'] } } }")
    const cleared = await files.act((means) => clearOrder({ provider: 'near' }, means))
    expect(cleared).toMatchObject({ set: ['near:b'], profiles: ['near:b', 'near:a', 'near:default'], changed: true })
    expect(files.value()).toMatchObject({ auth: { order: { far: ['far:a'] } } })
    expect(await files.act((means) => clearOrder({ provider: 'far' }, means))).toMatchObject({ set: null })
    expect(await files.act((means) => clearOrder({ provider: 'far' }, means))).toMatchObject({ changed: false })
  })
})
