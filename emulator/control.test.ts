/** The control addresses: state, orders, reset. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { question, startWithClient } from './test-client.ts'
import type { TestClient } from './test-client.ts'

let portal: TestClient
beforeEach(async () => {
  portal = await startWithClient({ perDay: 100, interval: 2 })
})
afterEach(() => portal.close())

it('tells accounts, clock, devices, settings and counters, and no token', async () => {
  const { access_token } = await portal.login()
  await portal.chat(access_token, question('hello'))
  await portal.chat('nobody', question('hello'))
  const heard = await portal.send('/__emulator/state')
  expect(heard.text).not.toMatch(/emu-(at|rt|dc)-/)
  expect(heard.json).toMatchObject({
    emulator: 'qwen-portal',
    url: portal.url,
    clock: { movedMs: 0, zone: 'Asia/Shanghai' },
    settings: { interval: 2, expiresIn: 900, perDay: 100, retired: false },
    accounts: [{ account: 'you@example.com', used: 1, perDay: 100, left: 99, logins: 1 }],
    devices: [{ state: 'used', demandedIntervalMs: 2_000 }],
    faults: [],
    counters: {
      aborted: 0,
      devices: 1,
      logins: 1,
      refreshes: 0,
      endpoints: { 'POST /v1/chat/completions': { requests: 2, byStatus: { 200: 1, 401: 1 } } },
    },
  })
})

it('answers each order with the state after it', async () => {
  const heard = await portal.control('clock', { now: '2026-01-31T15:59:00Z' })
  expect(heard).toMatchObject({ status: 200, json: { clock: { day: '2026-01-31' } } })
  const later = await portal.control('clock', { advanceMs: 120_000 })
  expect(later).toMatchObject({ json: { clock: { day: '2026-02-01' } } })
  expect(await portal.control('clock', { reset: true })).toMatchObject({ json: { clock: { movedMs: 0 } } })
})

it('refuses orders with unknown fields, wrong values or no JSON', async () => {
  const wrong: readonly [string, unknown][] = [
    ['clock', {}],
    ['clock', { now: 'tomorrow' }],
    ['clock', { advanceMs: 1, reset: true }],
    ['spend', {}],
    ['spend', { used: -1 }],
    ['spend', { used: 1, account: '' }],
    ['limit', { perDay: '2' }],
    ['retire', { on: 'yes' }],
    ['device', { slowDownStatus: 500 }],
    ['device', { interval: 'two' }],
    ['approve', {}],
    ['reset', { all: true }],
    ['limit', [1]],
  ]
  for (const [act, order] of wrong) {
    const heard = await portal.control(act, order)
    expect(heard, `${act} ${JSON.stringify(order)}`).toMatchObject({ status: 400 })
    expect(heard.json).toEqual({ error: expect.any(String) })
  }
  const text = await portal.send('/__emulator/limit', { method: 'POST', body: 'perDay=2' })
  expect(text.status).toBe(400)
})

it('tells an unknown code from one that was answered', async () => {
  expect((await portal.control('approve', { user_code: 'ZZZZZZZZ' })).status).toBe(404)
  const { user_code } = await portal.startDevice()
  expect((await portal.control('approve', { user_code })).status).toBe(200)
  expect(await portal.control('deny', { user_code })).toMatchObject({
    status: 409,
    json: { error: `the login of "${user_code}" is answered already` },
  })
})

it('forgets everything at a reset, and takes its start settings again', async () => {
  const { access_token } = await portal.login()
  await portal.control('limit', { perDay: 1 })
  await portal.control('faults', { path: '/v1', kind: 'hang' })
  await portal.control('clock', { advanceMs: 86_400_000 })
  expect(await portal.control('reset')).toMatchObject({
    status: 200,
    json: {
      clock: { movedMs: 0 },
      settings: { interval: 2, perDay: 100 },
      accounts: [{ account: 'you@example.com', used: 0, logins: 0 }],
      devices: [],
      faults: [],
      counters: { logins: 0, endpoints: {} },
    },
  })
  expect((await portal.chat(access_token, question('hello'))).status).toBe(401)
})
