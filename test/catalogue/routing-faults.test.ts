/** What is asked again, and of whom: rows B-02, B-03, B-05 and B-07 of the catalogue. */
import { describe, expect, it } from 'vitest'
import { error, says } from '../../src/serving/fixtures/answers.ts'
import { openHouse } from '../../src/serving/fixtures/house.ts'
import { twoModels } from '../../src/serving/fixtures/two-models.ts'
import { scriptedUpstream } from '../../src/serving/fixtures/upstream.ts'
import { newHouse } from '../journeys/support/house.ts'
import { sizeOf } from './sizes.ts'
import { seeded } from './support/seeded.ts'

describe('B-02 a time told with a refusal', () => {
  const now = new Date('2026-03-14T12:00:00Z')
  const inMs = (ms: number): string => new Date(now.getTime() + ms).toUTCString()

  it.each([
    ['in seconds', '90', 90_000],
    ['as a date', inMs(90_000), 90_000],
    ['in ten years, as seconds', '315360000', 3_600_000],
    ['in ten years, as a date', inMs(315_360_000_000), 3_600_000],
  ])('is believed, up to an hour: %s', async (_, header, ms) => {
    const { house, upstream } = await twoModels({
      a: [error(429, { code: 'rate_limit_exceeded' }, { 'retry-after': header }), says('from a')],
      b: says('from b'),
    })
    await house.ask()
    house.clock.advance(ms - 1)
    for (let asked = 0; asked < 10; asked += 1) await house.ask()
    expect(upstream.hits('a')).toHaveLength(1)
    house.clock.advance(1)
    expect((await house.ask()).caller.text).toContain('from a')
  })

  it.each(['-5', '0', 'soon', '1e9', inMs(-60_000), '99999999999999999999x', 'Tue, 99 Foo 2026 99:99:99 GMT'])(
    'keeps nobody away who is well, when it is past or none: %s',
    async (header) => {
      const { house } = await twoModels({
        a: [error(429, { code: 'rate_limit_exceeded' }, { 'retry-after': header }), says('from a')],
        b: says('from b'),
      })
      await house.ask()
      house.clock.advance(60_000)
      expect((await house.ask()).caller.text).toContain('from a')
    },
  )

  it('brings no early call, whatever is told and however often one asks', async () => {
    const random = seeded(202)
    const { house, upstream } = await twoModels({ a: [says('from a')], b: says('from b') })
    let mayComeAtMs = 0
    let early = 0
    let told = 0
    upstream.script('a', () => {
      const nowMs = house.clock.monotonicMs()
      if (nowMs < mayComeAtMs) early += 1
      const seconds = 3 + random.below(1_200)
      told += 1
      mayComeAtMs = nowMs + seconds * 1_000
      return error(429, { code: 'rate_limit_exceeded' }, { 'retry-after': String(seconds) })
    })
    for (let asked = 0; asked < sizeOf('B-02') * 5; asked += 1) {
      await house.ask()
      house.clock.advance(1_000 * (1 + random.below(400)))
    }
    expect([early, told > 20]).toEqual([0, true])
  })
})

describe('B-03 a chain', () => {
  it('that names its members again and again asks each once, in its order', async () => {
    const { house, upstream } = await twoModels({ a: [error(404)], b: error(404) })
    const fallbacks = Array.from({ length: 100 }, (_, place) => (place % 2 ? 'a/m' : 'b/n'))
    const { served } = await house.ask({ model: 'a/m', fallbacks })
    expect(served.kind).toBe('refused')
    expect([upstream.hits('a').length, upstream.hits('b').length]).toEqual([1, 1])
  })

  it.each([
    ['an alias of itself', { me: 'me' }],
    ['two aliases of each other', { here: 'there', there: 'here' }],
    ['a long way round', { a: 'b', b: 'c', c: 'd', d: 'e', e: 'a' }],
  ])('cannot go in a circle: config validate refuses %s, by its line', async (_, aliases) => {
    const house = newHouse()
    try {
      const [first = ''] = Object.keys(aliases)
      house.settings({ models: { aliases }, agents: { defaults: { model: { primary: first, fallbacks: [first] } } } })
      const ran = await house.run(['config', 'validate'])
      expect(ran.code).toBe(1)
      expect(ran.stdout + ran.stderr).toMatch(/openclaw\.json:\d+/)
      expect(ran.stdout + ran.stderr).toContain(`${first} -> `)
    } finally {
      await house.leave()
    }
  })
})

describe('B-05 a request that is at fault itself', () => {
  it.each([
    ['400', error(400)],
    ['413', error(413)],
    ['422', error(422)],
    ['a content filter', error(400, { code: 'content_filter' })],
    ['a content policy', error(400, { code: 'content_policy_violation' })],
    ['too long a prompt, nobody being known to be larger', error(400, { code: 'context_length_exceeded' })],
  ])('is asked once and of nobody else: %s', async (_, act) => {
    for (const stream of [true, false]) {
      const { house, upstream } = await twoModels({ a: [act], b: says('no') })
      const { served } = await house.ask({ stream })
      expect(served.kind === 'refused' && served.refused.status).toBe(400)
      expect([upstream.hits('a').length, upstream.hits('b').length]).toEqual([1, 0])
      expect(await house.rests()).toEqual([])
    }
  })
})

describe('B-07 a fallback that cannot do it all', () => {
  const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'what is it?' }, picture] }]

  it('is passed over for one that sees, and what it gets is the request as it came, but for the usage that we ask for', async () => {
    const upstream = await scriptedUpstream()
    upstream.script('first', error(503))
    upstream.script('blind', says('what picture?'))
    upstream.script('seeing', says('I see'))
    const provider = (name: string, input: readonly string[]) => ({
      baseUrl: upstream.url(name),
      models: [{ id: 'm', input }],
    })
    const house = await openHouse({
      settings: {
        models: {
          providers: {
            first: provider('first', ['text', 'image']),
            blind: provider('blind', ['text']),
            seeing: provider('seeing', ['text', 'image']),
          },
        },
        agents: { defaults: { model: { primary: 'first/m', fallbacks: ['blind/m', 'seeing/m'] } } },
      },
    })
    const wish = { messages, tools, tool_choice: 'auto', x_unknown: { kept: [1, '2'] } }
    const { caller } = await house.ask(wish)
    expect(caller.headers).toMatchObject({
      'x-openclaw-model': 'seeing/m',
      'x-openclaw-attempts': expect.stringContaining('blind/m=no-vision') as string,
    })
    expect(upstream.hits('blind')).toEqual([])
    for (const name of ['first', 'seeing']) {
      const [hit] = upstream.hits(name)
      expect(JSON.parse(hit?.body.toString() ?? '')).toEqual({
        ...wish,
        model: 'm',
        stream: true,
        stream_options: { include_usage: true },
      })
    }
  })

  it('refuses where nobody sees, and drops nothing to be able to answer', async () => {
    const upstream = await scriptedUpstream()
    upstream.script('first', error(503))
    upstream.script('blind', says('what picture?'))
    const house = await openHouse({
      settings: {
        models: {
          providers: {
            first: { baseUrl: upstream.url('first'), models: [{ id: 'm', input: ['text', 'image'] }] },
            blind: { baseUrl: upstream.url('blind'), models: [{ id: 'm', input: ['text'] }] },
          },
        },
        agents: { defaults: { model: { primary: 'first/m', fallbacks: ['blind/m'] } } },
      },
    })
    const { served } = await house.ask({ messages })
    expect(served.kind === 'refused' && served.refused.status).toBe(502)
    expect(upstream.hits('blind')).toEqual([])
  })
})
