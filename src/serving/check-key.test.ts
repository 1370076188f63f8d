/** What an answer says of a key. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { keptSaid } from '../core/phrase.ts'
import type { KeyCheck } from '../core/key-login.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { Secret } from '../core/secret.ts'
import { openHttpClient } from '../net/client.ts'
import { checkKey, type KeyVerdict } from './check-key.ts'
import { movedClock } from './fixtures/clock.ts'
import { scriptedUpstream, type Act } from './fixtures/upstream.ts'
import { listedModels, type Listing } from './listed-models.ts'

const KEY = 'sk-secret-of-a-person'
const GOOD = '{"choices":[{"index":0,"message":{"role":"assistant","content":"H"},"finish_reason":"length"}]}'

function definitionWith(check: KeyCheck, baseUrl: string): ProviderDefinition {
  return {
    id: 'p',
    label: { en: 'P' },
    dialect: 'chat-completions',
    baseUrl,
    hosts: [],
    models: [],
    aliases: {},
    key: { needed: true, places: [{ flags: {}, label: { en: 'P' }, baseUrl, env: [] }], check },
  }
}

async function asked(check: KeyCheck, act: Act) {
  const upstream = await scriptedUpstream()
  const http = openHttpClient()
  onTestFinished(() => http.close())
  const path = 'get' in check ? `p${check.get}` : 'p'
  upstream.script(path, act)
  const baseUrl = upstream.url('p')
  const definition = definitionWith(check, baseUrl)
  const means = { http, clock: movedClock(), userAgent: 'openclaw/test', signal: new AbortController().signal }
  const address = { definition, baseUrl, credential: { kind: 'api-key', apiKey: new Secret(KEY) } } as const
  return {
    verdict: (): Promise<KeyVerdict> => checkKey(address, means),
    listing: (): Promise<Listing> => listedModels(address, means),
    hits: () => upstream.hits(path),
  }
}

const error = (status: number, error_: object): Act => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: [JSON.stringify({ error: error_ })],
})

describe('a key', () => {
  it.each<[KeyVerdict['kind'], string, Act]>([
    ['good', 'an answer of one token', { body: [GOOD] }],
    ['good', 'a model that is not there', error(404, { code: 'model_not_found', message: 'no such model' })],
    ['good', 'a field that it does not take', error(400, { message: 'max_tokens is not supported' })],
    ['spent', 'a bill that is not paid', error(402, { message: 'Insufficient Balance' })],
    ['spent', 'a minute that is full', error(429, { message: 'slow down' })],
    ['spent', 'a service that was never switched on', error(403, { code: 'model_not_found', message: 'not yours' })],
    ['refused', 'a 401', error(401, { message: 'who are you?' })],
    ['refused', 'a 403', error(403, { message: 'not from here' })],
    ['unknown', 'nothing at that address', { status: 404 }],
    ['unknown', 'a page', { headers: { 'content-type': 'text/html' }, body: ['<html>portal</html>'] }],
    ['unknown', 'a busy server', { status: 503 }],
    ['unknown', 'a torn connection', 'reset'],
  ])('is %s after %s', async (kind, _what, act) => {
    const { verdict } = await asked({ chat: 'm' }, act)
    expect((await verdict()).kind).toBe(kind)
  })

  it('is sent once, with a question of one token, under our own name', async () => {
    const { verdict, hits } = await asked({ chat: 'm' }, { body: [GOOD] })
    await verdict()
    expect(hits()).toHaveLength(1)
    expect(JSON.parse(String(hits()[0]?.body))).toMatchObject({ model: 'm', max_tokens: 1 })
    expect(hits()[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'user-agent': 'openclaw/test' })
  })

  it('never comes back in the words of the server', async () => {
    const { verdict } = await asked({ chat: 'm' }, error(401, { message: `Incorrect API key provided: ${KEY}` }))
    const said = await verdict()
    expect(said.kind === 'refused' && keptSaid(said.failure.evidence)).toContain('Incorrect API key provided')
    expect(JSON.stringify(said)).not.toContain('secret')
  })

  it('may be checked by any address that tells of it: JSON is a yes, a page is none', async () => {
    expect((await (await asked({ get: '/key' }, { body: ['{"data":{}}'] })).verdict()).kind).toBe('good')
    expect((await (await asked({ get: '/key' }, { body: ['<html>'] })).verdict()).kind).toBe('unknown')
  })
})

describe('the models of a server', () => {
  const listing = async (act: Act) => (await asked({ get: '/models' }, act)).listing()

  it('are those that it lists, without names that could command a terminal', async () => {
    const data = ['a:7b', '\u001B[2J', 'two words', '名', 5].map((id) => ({ id }))
    expect(await listing({ body: [JSON.stringify({ object: 'list', data })] })).toEqual({
      kind: 'models',
      models: ['a:7b', '名'],
    })
    expect(await listing({ body: ['{"object":"list","data":null}'] })).toEqual({ kind: 'models', models: [] })
  })

  it('are unknown where something else answers, where a key is wanted, and where nobody answers in time', async () => {
    expect(await listing({ body: ['{"status":"ok"}'] })).toEqual({ kind: 'silent', status: 200 })
    expect(await listing({ body: ['<html>'] })).toEqual({ kind: 'silent', status: 200 })
    expect(await listing({ status: 503 })).toEqual({ kind: 'silent', status: 503 })
    expect(await listing({ status: 401 })).toEqual({ kind: 'wants-key' })
    const startedMs = performance.now()
    expect(await listing('silent')).toEqual({ kind: 'silent' })
    expect(performance.now() - startedMs).toBeLessThan(2_000)
  })
})
