/** The JSON that commands print is what its JSON Schema says. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { newHouse, type House } from './journeys/support/house.ts'

const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(resolve(import.meta.dirname, '../schemas/models-status.schema.json'), 'utf8')) as Parameters<
    typeof z.fromJSONSchema
  >[0],
)

let house: House
beforeAll(() => {
  house = newHouse()
})
afterAll(() => house.leave())

const status = async (): Promise<unknown> => JSON.parse((await house.run(['models', 'status', '--json'])).stdout)

it('holds for an empty home', async () => {
  expect(schema.safeParse(await status()).error?.issues).toBeUndefined()
})

it('holds for logins of every kind, a counted account, aliases, an order and a setting that nobody knows', async () => {
  house.settings({
    plugins: { entries: { 'qwen-portal-auth': { enabled: true } } },
    models: {
      providers: {
        'qwen-portal': {
          accessToken: 'at',
          refreshToken: 'rt',
          expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
        },
        keyed: { baseUrl: 'https://example.com/v1', apiKey: 'k', models: ['m', { id: 'n', input: ['text', 'image'] }] },
        unset: { baseUrl: 'https://example.com/v1', apiKey: '${NOT_SET_HERE}' },
      },
      aliases: { qwen: 'qwen-portal/coder-model' },
    },
    auth: {
      profiles: { 'qwen-portal:default': { provider: 'qwen-portal', mode: 'oauth', email: 'a@b.c' } },
      order: { 'qwen-portal': ['qwen-portal:default'] },
    },
    agents: { defaults: { model: { primary: 'qwen', fallbacks: ['keyed/m'] }, imageModel: 'keyed/n' } },
    gatway: {},
  })
  const found = await status()
  expect(schema.safeParse(found).error?.issues).toBeUndefined()
  expect(found).toMatchObject({
    imageModel: 'keyed/n',
    quota: { 'qwen-portal:default': { used: 0, limit: 2_000 } },
    providers: { 'qwen-portal': { retiredSince: '2026-04-15' } },
    auth: {
      profiles: {
        'keyed:default': { state: 'ok', mode: 'api_key' },
        'unset:default': { state: 'unset-variable', reason: 'NOT_SET_HERE' },
      },
    },
    warnings: ['gatway (gateway?)'],
  })
  expect(JSON.stringify(found)).not.toMatch(/"(at|rt|k)"/)
})

it('refuses what the schema does not say', () => {
  expect(schema.safeParse({ schema: 2 }).success).toBe(false)
})
