import { describe, expect, it } from 'vitest'
import type { CallerRequest } from '../caller-request.ts'
import { targetOf } from '../target.fixture.ts'
import { relayBody } from './relay-body.ts'
import { readChatRequest } from './request.ts'

const messages = [{ role: 'user', content: 'Hello' }]

describe('a chat request', () => {
  it('tells what routing must know', () => {
    const request = requestFrom({
      model: '通义/甲',
      stream: true,
      fallbacks: ['a/b', '乙'],
      messages: [{ role: 'user', content: [{ type: 'text' }, { type: 'image_url', image_url: { url: 'data:' } }] }],
    })
    expect(request).toMatchObject({
      model: '通义/甲',
      stream: true,
      fallbacks: ['a/b', '乙'],
      hasImage: true,
    })
  })

  it('is taken plainly where it says nothing', () => {
    const request = requestFrom({ model: 'm', stream: null, messages: [...messages, null, 7] })
    expect(request).toMatchObject({ stream: false, hasImage: false, hasTools: false })
    expect(request).not.toHaveProperty('fallbacks')
    expect(request).not.toHaveProperty('leastTokens')
  })

  it('is known to come with tools, by their name now or by their old one', () => {
    const hasTools = (more: object): boolean => requestFrom({ model: 'm', messages, ...more }).hasTools
    expect([{ tools: [{}] }, { functions: [{}] }, { tools: [] }, { tools: null }].map(hasTools)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('has at least as many tokens as its texts surely have, counted only where they may be too many', () => {
    const content = '中'.repeat(400_000)
    const parts = [
      { type: 'text', text: content },
      { type: 'image_url', image_url: { url: 'x'.repeat(2_000_000) } },
    ]
    // 1,200,000 bytes, of which no tokenizer makes fewer than 4,687 tokens.
    for (const one of [content, parts]) {
      const request = requestFrom({ model: 'm', messages: [{ role: 'user', content: one }] })
      expect(request.leastTokens).toBe(4_687)
    }
  })

  it('is relayed with another model and without our own field, all else to the byte', () => {
    const text =
      '{ "fallbacks": [],\n "messages":[{"role":"user","content":"\\u00e9 é \\"model\\""}], "model" :"qwen", "future": 1e400}\n'
    const read = readChatRequest(Buffer.from(text))
    if (read.kind === 'refused') throw new Error(read.message)
    const relayed = relayBody(read.request, targetOf('x "y"')).toString()
    expect(relayed).toBe(text.replace('"fallbacks": [],\n ', '').replace('"qwen"', '"x \\"y\\""'))
  })
})

describe('a request that is refused', () => {
  it('names two models to two readers', () => {
    const text = '{"model":"a/b","mod\\u0065l":"c/d","messages":[{}]}'
    expect(readChatRequest(Buffer.from(text))).toMatchObject({ kind: 'refused', reason: 'duplicate-key' })
  })

  it.each([
    ['no model', { messages }, 'model'],
    ['an empty model', { model: '', messages }, 'model'],
    ['a number for a model', { model: 7, messages }, 'model'],
    ['no messages', { model: 'm' }, 'messages'],
    ['an empty conversation', { model: 'm', messages: [] }, 'messages'],
    ['messages in one string', { model: 'm', messages: 'hi' }, 'messages'],
    ['a word for stream', { model: 'm', messages, stream: 'yes' }, 'stream'],
    ['one fallback in place of a list', { model: 'm', messages, fallbacks: 'a/b' }, 'fallbacks'],
    ['a fallback that is no name', { model: 'm', messages, fallbacks: ['a/b', 1] }, 'fallbacks'],
    ['a name that would fill the disk', { model: `p/${'x'.repeat(512)}`, messages }, 'model'],
    ['a fallback of such a name', { model: 'm', messages, fallbacks: [`p/${'x'.repeat(512)}`] }, 'fallbacks'],
    ['more fallbacks than anybody waits for', { model: 'm', messages, fallbacks: Array(101).fill('a/b') }, 'fallbacks'],
  ])('has %s', (_, body, param) => {
    expect(readChatRequest(Buffer.from(JSON.stringify(body)))).toMatchObject({ reason: 'invalid-field', param })
  })

  it.each([
    ['', 'not-json'],
    ['{"model":"m","messages":[01]}', 'not-json'],
    ['{"model":"m","messages":[{}}', 'not-json'],
    ['[]', 'not-an-object'],
    ['{"constructor":1}', 'forbidden-key'],
  ])('is %j', (text, reason) => {
    expect(readChatRequest(Buffer.from(text))).toMatchObject({ kind: 'refused', reason, message: expect.any(String) })
  })

  it('leaves Object.prototype alone', () => {
    readChatRequest(Buffer.from('{"model":"m","messages":[{"__proto__":{"polluted":1}}]}'))
    expect({}).not.toHaveProperty('polluted')
  })
})

function requestFrom(body: unknown): CallerRequest {
  const read = readChatRequest(Buffer.from(JSON.stringify(body)))
  if (read.kind === 'refused') throw new Error(read.message)
  return read.request
}
