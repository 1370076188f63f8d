/** POST /v1/messages/count_tokens as the official client meets it. */
import { BadRequestError, NotFoundError } from '@anthropic-ai/sdk'
import { expect, it } from 'vitest'
import { error, json, says } from '../serving/fixtures/answers.ts'
import { openBehind, openGateway, type OpenGateway } from './fixtures/gateway.ts'

const MESSAGES = [{ role: 'user' as const, content: 'hi' }]
const ASKED = { model: 'openclaw', messages: MESSAGES }
const PLACE = 'a/messages/count_tokens'

const openMessages = (): Promise<OpenGateway> => openGateway({}, undefined, openBehind('anthropic-messages'))

async function counted({ anthropic }: OpenGateway, body: typeof ASKED = ASKED) {
  const { data, response } = await anthropic.messages.countTokens(body).withResponse()
  return { tokens: data.input_tokens, isEstimate: response.headers.get('x-openclaw-estimate') === 'true', response }
}

it('is the upstream’s own where it speaks this format', async () => {
  const gateway = await openMessages()
  gateway.upstream.script(PLACE, json(200, { input_tokens: 2_095 }))
  const { tokens, isEstimate, response } = await counted(gateway)
  expect({ tokens, isEstimate }).toEqual({ tokens: 2_095, isEstimate: false })
  expect(response.headers.get('x-openclaw-model')).toBe('a/m')
  expect(response.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/)
  const [hit] = gateway.upstream.hits(PLACE)
  expect(JSON.parse(hit?.body.toString() ?? '')).toEqual({ ...ASKED, model: 'm' })
  expect(hit?.headers).toMatchObject({ 'x-api-key': 'key-of-the-upstream', accept: 'application/json' })
})

it('is an estimate where the upstream speaks another format', async () => {
  const gateway = await openGateway()
  const { tokens, isEstimate } = await counted(gateway)
  expect(isEstimate).toBe(true)
  expect(tokens).toBeGreaterThan(0)
  expect(gateway.upstream.hits('a')).toEqual([])
})

it.each([
  ['fails', error(500)],
  ['is busy', error(429)],
  ['says something else', json(200, { tokens: 5 })],
  ['tears the connection down', 'reset' as const],
])('is an estimate where the upstream %s, and nobody rests for it', async (_, act) => {
  const gateway = await openMessages()
  gateway.upstream.script(PLACE, act)
  expect((await counted(gateway)).isEstimate).toBe(true)
  expect(await gateway.house.rests()).toEqual([])
  expect(await gateway.house.rows()).toEqual([])
  gateway.upstream.script(PLACE, json(200, { input_tokens: 7 }))
  expect(await counted(gateway)).toMatchObject({ tokens: 7, isEstimate: false })
})

it('asks no second time an upstream that has no such place', async () => {
  const gateway = await openMessages()
  gateway.upstream.script(PLACE, error(404))
  for (let times = 0; times < 3; times += 1) expect((await counted(gateway)).isEstimate).toBe(true)
  expect(gateway.upstream.hits(PLACE)).toHaveLength(1)
})

it('asks for another model where one is not known to the upstream', async () => {
  const gateway = await openMessages()
  gateway.upstream.script(PLACE, error(404), json(200, { input_tokens: 7 }))
  expect((await counted(gateway)).isEstimate).toBe(true)
  expect(await counted(gateway, { ...ASKED, model: 'a/sight/large' })).toMatchObject({ tokens: 7, isEstimate: false })
})

it('says no credential of ours that the upstream says', async () => {
  const gateway = await openMessages()
  gateway.upstream.script(PLACE, json(200, { input_tokens: 7, key: 'key-of-the-upstream' }))
  const { data } = await gateway.anthropic.messages.countTokens(ASKED).withResponse()
  expect(JSON.stringify(data)).not.toContain('key-of-the-upstream')
})

it('knows what is wrong with the request', async () => {
  const { anthropic } = await openGateway()
  await expect(anthropic.messages.countTokens({ ...ASKED, messages: [] })).rejects.toBeInstanceOf(BadRequestError)
  await expect(anthropic.messages.countTokens({ ...ASKED, model: 'nobody/x' })).rejects.toBeInstanceOf(NotFoundError)
})

it('answers a burst of large ones at once', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', says('hi'))
  const messages = [{ role: 'user' as const, content: 'all work and no play '.repeat(9_000) }]
  const all = await Promise.all(Array.from({ length: 40 }, () => counted(gateway, { ...ASKED, messages })))
  expect(new Set(all.map(({ tokens }) => tokens))).toEqual(new Set([all[0]?.tokens]))
  expect(await gateway.house.used('a:default')).toBe(0)
})
