/** What is asked again, and of whom: rows B-05 and B-07 of the catalogue. */
import { describe, expect, it } from 'vitest'
import { error, says } from '../../src/serving/fixtures/answers.ts'
import { openHouse } from '../../src/serving/fixtures/house.ts'
import { twoModels } from '../../src/serving/fixtures/two-models.ts'
import { scriptedUpstream } from '../../src/serving/fixtures/upstream.ts'

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

  it('is passed over for one that sees, and what it gets is the request as it came', async () => {
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
      expect(JSON.parse(hit?.body.toString() ?? '')).toEqual({ ...wish, model: 'm', stream: true })
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
