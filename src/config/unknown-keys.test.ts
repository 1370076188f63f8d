import { describe, expect, it } from 'vitest'
import { read } from './settings.fixture.ts'

describe('an unknown key', () => {
  it.each([
    ['{ gatway: {} }', { path: 'gatway', nearest: 'gateway' }],
    ['{ gateway: { prot: 1 } }', { path: 'gateway.prot', nearest: 'gateway.port' }],
    [
      '{ agents: { defaults: { model: { primry: "a/b" } } } }',
      { path: 'agents.defaults.model.primry', nearest: 'agents.defaults.model.primary' },
    ],
    [
      '{ agents: { list: [{ id: "a" }, { id: "b", modle: "a/b" }] } }',
      { path: 'agents.list[1].modle', nearest: 'agents.list[1].model' },
    ],
    [
      '{ models: { providers: { x: { models: ["a", { id: "b", contextwindow: 1 }] } } } }',
      { path: 'models.providers.x.models[1].contextwindow', nearest: 'models.providers.x.models[1].contextWindow' },
    ],
    [
      '{ models: { providers: { "a.b": { baseURL: "https://a.example" } } } }',
      { path: 'models.providers["a.b"].baseURL', nearest: 'models.providers["a.b"].baseUrl' },
    ],
    [
      '{ models: { providers: { x: { quota: { requestPerDay: 1 } } } } }',
      { path: 'models.providers.x.quota.requestPerDay', nearest: 'models.providers.x.quota.requestsPerDay' },
    ],
    [
      '{ auth: { profiles: { "x:a": { provider: "x", mode: "oauth", e_mail: "a" } } } }',
      { path: 'auth.profiles.x:a.e_mail', nearest: 'auth.profiles.x:a.email' },
    ],
    [
      '{ plugins: { entries: { p: { enabel: true } } } }',
      { path: 'plugins.entries.p.enabel', nearest: 'plugins.entries.p.enabled' },
    ],
  ])('in %s is told with the one that was meant', (upper, warning) => {
    expect(read({ upper })).toMatchObject({ kind: 'ok', warnings: [warning] })
  })

  it('that is like nothing we know is told alone', () => {
    expect(read({ upper: '{ gateway: { zzzzzz: 1 } }' })).toMatchObject({ warnings: [{ path: 'gateway.zzzzzz' }] })
    expect(read({ upper: '{ agents: { list: [{ id: "a", xy: 1 }] } }' })).toMatchObject({
      warnings: [{ path: 'agents.list[0].xy' }],
    })
  })

  it('is looked for in both files', () => {
    const found = read({ upper: '{ one: 1 }', lower: '{ two: 2 }' })
    expect(found).toMatchObject({ warnings: [{ path: 'two' }, { path: 'one' }] })
  })

  it('is none where people name things themselves', () => {
    const upper = `{
      models: { providers: { anything: {} }, aliases: { whatever: 'a/b' } },
      auth: { order: { anything: [] } },
      plugins: { entries: { someone: {} } },
    }`
    expect(read({ upper })).toMatchObject({ kind: 'ok', warnings: [] })
  })

  it("is none for the original program's stamp, at the top only", () => {
    expect(read({ upper: '{ meta: { lastTouchedVersion: "1" } }' })).toMatchObject({ warnings: [] })
    expect(read({ upper: '{ gateway: { meta: {} } }' })).toMatchObject({ warnings: [{ path: 'gateway.meta' }] })
  })
})
