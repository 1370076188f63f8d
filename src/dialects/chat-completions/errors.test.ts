import { APIError, NotFoundError, OpenAI } from 'openai'
import { describe, expect, it } from 'vitest'
import { errorBody, errorFrame } from './errors.ts'
import { chunk, stream } from './recorded-streams.fixture.ts'

const reply = { message: 'The answer broke off.', status: 404, code: 'stream-broken' }

describe('the official SDK', () => {
  it('raises its own error, with its status, for an error body', async () => {
    const client = clientGetting(
      new Response(errorBody({ ...reply, param: 'model' }), {
        status: 404,
        headers: { 'content-type': 'application/json' },
      }),
    )
    const asked = client.chat.completions.create({ model: 'm', messages: [] })
    await expect(asked).rejects.toBeInstanceOf(NotFoundError)
    await expect(asked).rejects.toMatchObject({ code: 'stream-broken', type: 'not_found_error', param: 'model' })
  })

  it('raises its API error for the frame that ends a begun stream', async () => {
    const body = stream(chunk({ content: 'Hel' })) + errorFrame(reply)
    const client = clientGetting(new Response(body, { headers: { 'content-type': 'text/event-stream' } }))
    const texts: unknown[] = []
    const reading = (async () => {
      const events = await client.chat.completions.create({ model: 'm', messages: [], stream: true })
      for await (const event of events) texts.push(event.choices[0]?.delta.content)
    })()
    await expect(reading).rejects.toBeInstanceOf(APIError)
    await expect(reading).rejects.toMatchObject({
      message: expect.stringContaining('The answer broke off.'),
      code: 'stream-broken',
    })
    expect(texts).toEqual(['Hel'])
  })
})

it('is one event, whatever the message holds', () => {
  const frame = errorFrame({ ...reply, message: 'a\n\ndata: [DONE]\r\n' })
  expect(frame.match(/[\r\n]+/g)).toEqual(['\n\n'])
  expect(frame.endsWith('\n\n')).toBe(true)
})

function clientGetting(response: Response): OpenAI {
  return new OpenAI({ apiKey: 'x', maxRetries: 0, fetch: () => Promise.resolve(response.clone()) })
}
