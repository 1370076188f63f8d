/** GET /v1/models and what is asked about one. */
import { expect, it } from 'vitest'
import { NotFoundError as AnthropicNotFoundError } from '@anthropic-ai/sdk'
import { NotFoundError } from 'openai'
import { head, openGateway, TOKEN, type OpenGateway, type RawAnswer } from './fixtures/gateway.ts'

function get(gateway: OpenGateway, path: string, method = 'GET'): Promise<RawAnswer> {
  return gateway.raw(head(`${method} ${path}`, `Host: ${gateway.host}`, `Authorization: Bearer ${TOKEN}`))
}

it('lists models, aliases and agents for the official client', async () => {
  const { openai } = await openGateway()
  const listed = await openai.models.list()
  expect(listed.data.map(({ id, owned_by }) => `${owned_by}: ${id}`)).toEqual([
    'a: a/m',
    'a: a/sight/large',
    'b: b/n',
    'openclaw: quick',
    'openclaw: openclaw',
    'openclaw: openclaw/painter',
  ])
})

it.each(['a/m', 'a/sight/large', 'quick', 'openclaw', 'openclaw/painter'])(
  'knows %s, its slashes plain or percent-encoded',
  async (id) => {
    const gateway = await openGateway()
    expect(await gateway.openai.models.retrieve(id)).toMatchObject({ id, object: 'model' })
    for (const path of [id, encodeURIComponent(id)]) {
      expect(JSON.parse((await get(gateway, `/v1/models/${path}`)).body)).toMatchObject({ id })
    }
  },
)

it('names the nearest for one that does not exist', async () => {
  const { openai } = await openGateway()
  const raised = await openai.models.retrieve('a/n').catch((thrown: unknown) => thrown)
  expect(raised).toBeInstanceOf(NotFoundError)
  expect(String(raised)).toContain('Did you mean a/m?')
})

it.each(['/v1/models/', '/v1/models/%2F', `/v1/models/${'x'.repeat(10_000)}`])('has nothing at %s', async (path) => {
  const gateway = await openGateway()
  expect((await get(gateway, path)).status).toBe(404)
})

it('calls a path that is percent-encoded wrongly a bad request', async () => {
  const gateway = await openGateway()
  expect((await get(gateway, '/v1/models/%zz')).status).toBe(400)
})

it('answers HEAD as GET, without the body', async () => {
  const gateway = await openGateway()
  for (const path of ['/v1/models', '/v1/models/a%2Fm', '/health', '/v1/models/nobody']) {
    const [whole, short] = [await get(gateway, path), await get(gateway, path, 'HEAD')]
    expect([short.status, short.headers['content-length'], short.body]).toEqual([
      whole.status,
      whole.headers['content-length'],
      '',
    ])
  }
})

it('says which methods are allowed', async () => {
  const gateway = await openGateway()
  const put = await get(gateway, '/v1/models', 'PUT')
  expect([put.status, put.headers['allow']]).toEqual([405, 'GET, HEAD'])
  const chat = await get(gateway, '/v1/chat/completions')
  expect([chat.status, chat.headers['allow']]).toEqual([405, 'POST'])
  expect((await get(gateway, '/health', 'OPTIONS')).headers['allow']).toBe('GET, HEAD')
})

it('says what there is when there is nothing', async () => {
  const gateway = await openGateway()
  const answer = await get(gateway, '/v1/completions')
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([404, { error: { code: 'route_not_found' } }])
  expect(answer.headers['x-request-id']).toBeDefined()
})

it('lists them in the Messages format for its official client', async () => {
  const { anthropic } = await openGateway()
  const page = await anthropic.models.list()
  const ids = ['a/m', 'a/sight/large', 'b/n', 'quick', 'openclaw', 'openclaw/painter']
  expect(page.data.map(({ id, type, created_at }) => [id, type, created_at])).toEqual(
    ids.map((id) => [id, 'model', '1970-01-01T00:00:00Z']),
  )
  expect(page).toMatchObject({ has_more: false, first_id: 'a/m', last_id: 'openclaw/painter' })
  const turned: string[] = []
  for await (const { id } of anthropic.models.list({ limit: 4 })) turned.push(id)
  expect(turned).toEqual(ids)
  expect((await anthropic.models.list({ before_id: 'quick', limit: 2 })).data.map(({ id }) => id)).toEqual(
    ids.slice(1, 3),
  )
})

it('knows one in the Messages format, and says in it that there is none', async () => {
  const { anthropic } = await openGateway()
  const { data, request_id } = await anthropic.models.retrieve('a/sight/large').withResponse()
  expect(data).toMatchObject({ type: 'model', id: 'a/sight/large', display_name: 'a/sight/large', lifecycle: 'active' })
  expect(request_id).toMatch(/^[0-9a-f-]{36}$/)
  const asked = anthropic.models.retrieve('a/n')
  await expect(asked).rejects.toBeInstanceOf(AnthropicNotFoundError)
  await expect(asked).rejects.toMatchObject({ type: 'not_found_error', errorCode: 'model_not_found' })
})
