/** The day's quota: by account, by natural day in Shanghai. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { question, startWithClient } from './test-client.ts'
import type { TestClient } from './test-client.ts'

let portal: TestClient
let token: string
beforeEach(async () => {
  portal = await startWithClient()
  token = (await portal.login()).access_token
})
afterEach(() => portal.close())

const status = async (accessToken = token): Promise<number> =>
  (await portal.chat(accessToken, question('hello'))).status

it('refuses what is above the limit in the words of the real server', async () => {
  await portal.control('limit', { perDay: 2 })
  expect([await status(), await status()]).toEqual([200, 200])
  const heard = await portal.chat(token, question('hello'))
  expect(heard.status).toBe(429)
  expect(heard.json).toEqual({
    error: {
      code: 'insufficient_quota',
      message: 'Free allocated quota exceeded.',
      param: null,
      type: 'insufficient_quota',
    },
    request_id: expect.any(String),
  })
})

it('lets exactly ten of 64 parallel requests pass at 1,990 used', async () => {
  await portal.control('spend', { used: 1_990 })
  const statuses = await Promise.all(Array.from({ length: 64 }, () => status()))
  expect(statuses.filter((one) => one === 200)).toHaveLength(10)
  expect(statuses.filter((one) => one === 429)).toHaveLength(54)
  expect((await portal.state()).accounts).toMatchObject([{ account: 'you@example.com', used: 2_000, left: 0 }])
})

it('counts each account for itself', async () => {
  const other = (await portal.login('other@example.com')).access_token
  await portal.control('spend', { account: 'other@example.com', all: true })
  expect(await status(other)).toBe(429)
  expect(await status()).toBe(200)
})

it('begins a new day at midnight in Shanghai, and keeps the old one', async () => {
  const access = async (): Promise<string> => (await portal.login()).access_token
  await portal.control('clock', { now: '2026-03-01T23:59:30+08:00' })
  await portal.control('spend', { all: true })
  expect(await status(await access())).toBe(429)
  expect((await portal.state()).clock).toMatchObject({ day: '2026-03-01', dayEndsAt: '2026-03-01T16:00:00.000Z' })

  await portal.control('clock', { advanceMs: 30_000 })
  expect(await status(await access())).toBe(200)
  expect(await portal.state()).toMatchObject({
    clock: { day: '2026-03-02' },
    accounts: [{ used: 1 }],
    counters: { completions: { 'you@example.com': { '2026-03-02': 1 } } },
  })

  await portal.control('clock', { now: '2026-03-01T12:00:00+08:00' })
  expect(await status(await access())).toBe(429)
})

it('counts a request whose answer is cut, and none that is refused', async () => {
  await portal.control('faults', { path: '/v1/chat/completions', kind: 'cut', afterEvents: 1 })
  await expect(portal.chat(token, question('hello', { stream: true }))).rejects.toThrow()
  await portal.chat(token, question('hello', { model: 'unknown' }))
  await portal.chat('nobody', question('hello'))
  expect((await portal.state()).accounts).toMatchObject([{ used: 1 }])
})
