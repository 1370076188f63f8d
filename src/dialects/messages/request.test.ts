import { describe, expect, it } from 'vitest'
import type { CallerRequest } from '../caller-request.ts'
import { wrapSeal } from '../sealed-reasoning.ts'
import { NO_SEALS, targetOf } from '../target.fixture.ts'
import { readCountRequest, readMessagesRequest, relayBody } from './request.ts'
import { ISSUER, MESSAGES, requestOf } from './writer.fixture.ts'

describe('a Messages request', () => {
  it('tells what routing must know', () => {
    expect(
      requestOf({ model: '通义/甲', stream: true, fallbacks: ['a/b', '乙'], tools: [{ name: 'f' }] }),
    ).toMatchObject({
      dialect: 'messages',
      model: '通义/甲',
      stream: true,
      fallbacks: ['a/b', '乙'],
      hasImage: false,
      hasTools: true,
    })
  })

  it.each([
    ['a message', [{ type: 'image' }]],
    ['what a tool gave back', [{ type: 'tool_result', content: [{ type: 'text' }, { type: 'image' }] }]],
    ['a document', [{ type: 'document', source: { type: 'content', content: [{ type: 'image' }] } }]],
  ])('is known to hold a picture in %s', (_, content) => {
    expect(requestOf({ messages: [...MESSAGES, null, { role: 'user', content }] }).hasImage).toBe(true)
  })

  it('brings the headers of its format, and no others', () => {
    const headers = { 'anthropic-version': '2026-10-21', 'anthropic-beta': 'a,b', 'x-api-key': 'secret', cookie: 'a' }
    expect(requestOf({}, headers).headers).toEqual({ 'anthropic-version': '2026-10-21', 'anthropic-beta': 'a,b' })
    expect(requestOf()).not.toHaveProperty('headers')
  })

  it('has at least as many tokens as its texts surely have', () => {
    const content = [{ type: 'tool_result', content: [{ type: 'text', text: '中'.repeat(200_000) }] }]
    const system = [{ type: 'text', text: '中'.repeat(200_000) }]
    expect(requestOf({ system, messages: [{ role: 'user', content }] }).leastTokens).toBe(4_687)
  })

  it('is of its conversation by the session it names, else by the person and how it began', () => {
    const signs = (body: object) => {
      const read = readMessagesRequest(
        Buffer.from(JSON.stringify({ model: 'm', max_tokens: 1, messages: MESSAGES, ...body })),
        {},
      )
      if (read.kind === 'refused') throw new Error(read.message)
      return { named: read.signs.promptCacheKey, opening: read.signs.opening() }
    }
    const plain = signs({})
    expect(plain.named).toBeUndefined()
    expect(signs({ metadata: { user_id: 'user_1_session_2' } }).named).toBe('user_1_session_2')
    const more = [...MESSAGES, { role: 'assistant', content: 'Hello' }, { role: 'user', content: 'again' }]
    expect(signs({ messages: more }).opening).toBe(plain.opening)
    for (const other of [{ metadata: { user_id: 'ann' } }, { system: 's' }, { messages: more.slice(2) }]) {
      expect(signs(other)).not.toEqual(plain)
    }
  })

  it.each([
    [{ model: 'm', messages: MESSAGES }, 'max_tokens'],
    [{ model: 'm', max_tokens: '5', messages: MESSAGES }, 'max_tokens'],
    [{ model: 'm', max_tokens: -1, messages: MESSAGES }, 'max_tokens'],
    [{ model: 'm', max_tokens: 5 }, 'messages'],
    [{ model: 'm', max_tokens: 5, messages: [] }, 'messages'],
    [{ max_tokens: 5, messages: MESSAGES }, 'model'],
  ])('is refused as %j', (body, param) => {
    expect(readMessagesRequest(Buffer.from(JSON.stringify(body)), {})).toMatchObject({ kind: 'refused', param })
  })

  it('may be counted without a limit', () => {
    const body = { model: 'm', messages: MESSAGES }
    expect(readCountRequest(Buffer.from(JSON.stringify(body)), {})).toMatchObject({ kind: 'ok' })
  })
})

describe('a relayed request', () => {
  const target = targetOf('x "y"', { issuer: ISSUER })

  it('has another model and lacks our own field, all else to the byte', () => {
    const text =
      '{ "fallbacks": [],\n "max_tokens":1e2, "messages":[{"role":"user","content":"\\u00e9 é \\"signature\\""}], "model" :"qwen", "future": 1e400}\n'
    expect(relayBody(requestIn(text), target).toString()).toBe(
      text.replace('"fallbacks": [],\n ', '').replace('"qwen"', '"x \\"y\\""'),
    )
  })

  it.each(['"default"', '[{"model":"claude"}]', 'null'])('keeps its format’s own fallbacks: %s', (own) => {
    const text = `{"model":"m","fallbacks":${own},"max_tokens":1,"messages":[{"role":"user","content":"hi"}]}`
    expect(relayBody(requestIn(text), target).toString()).toBe(text.replace('"m"', '"x \\"y\\""'))
  })

  const seal = { kind: 'signature', value: 'their own', issuer: ISSUER } as const
  const other = { ...ISSUER, profile: 'p:other' }
  const thinking = (signature: string): string =>
    `{"type":"thinking", "thinking":"hm\\u00e9","signature":"${signature}"}`
  const redacted = (data: string): string => `{"type":"redacted_thinking","data":"${data}"}`
  const USE = '{"type":"tool_use","id":"a","name":"f","input":{"id":12345678901234567890,"é": "\\u00e9"}}'
  const withBlocks = (...blocks: readonly string[]): string =>
    `{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"hi"}, {"role":"assistant", "content": [${blocks.join(', ')}]}]}`

  it.each<[string, string, string | undefined]>([
    ['unwraps a signature of its own', thinking(wrapSeal(seal)), thinking('their own')],
    ['unwraps redacted thoughts of its own', redacted(wrapSeal({ ...seal, kind: 'redacted' })), redacted('their own')],
    ['leaves out a signature of another account', thinking(wrapSeal({ ...seal, issuer: other })), undefined],
    [
      'leaves out redacted thoughts of another',
      redacted(wrapSeal({ ...seal, kind: 'redacted', issuer: other })),
      undefined,
    ],
    ['leaves out what was sealed in another form', thinking(wrapSeal({ ...seal, kind: 'encrypted' })), undefined],
    ['leaves out what nobody has sealed', thinking(wrapSeal({ ...seal, value: '' })), undefined],
    ['keeps a signature that nobody remembers', thinking('EqQBCk'), thinking('EqQBCk')],
    ['keeps one of its own that is remembered', thinking('own'), thinking('own')],
    ['leaves out one of another that is remembered', thinking('foreign'), undefined],
  ])('%s', (_, given, expected) => {
    const seals = {
      ...NO_SEALS,
      issuerOf: (value: string) => (value === 'own' ? ISSUER : value === 'foreign' ? other : undefined),
    }
    const relayed = relayBody(requestIn(withBlocks(given, USE)), targetOf('m', { issuer: ISSUER, seals })).toString()
    // Nothing but the block itself is written anew.
    if (expected === given) expect(relayed).toBe(withBlocks(given, USE))
    else expect(JSON.parse(relayed)).toEqual(JSON.parse(withBlocks(...(expected ? [expected] : []), USE)))
    expect(relayed).toContain(USE)
  })

  it.each([
    ['a budget', '{"type":"enabled","budget_tokens":1024}', '{"type":"disabled"}'],
    ['no budget', '{"type":"adaptive"}', '{"type":"adaptive"}'],
  ])('thinks with %s while its calls are answered, and without the thought that led to them', (_, wish, expected) => {
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: '21' }] }
    const foreign = withBlocks(thinking(wrapSeal({ ...seal, issuer: other })), USE)
    const text = foreign.replace('"max_tokens":1', `"max_tokens":2000,"thinking":${wish}`)
    const relayed = relayBody(requestIn(text.replace(/\]\}$/, `,${JSON.stringify(result)}]}`)), target).toString()
    expect((JSON.parse(relayed) as { thinking: unknown }).thinking).toEqual(JSON.parse(expected))
    const own = text.replace(wrapSeal({ ...seal, issuer: other }), wrapSeal(seal))
    expect(relayBody(requestIn(own), target).toString()).toContain(wish)
  })

  it('lacks a message of which nothing is left', () => {
    const relayed = relayBody(requestIn(withBlocks(thinking(wrapSeal({ ...seal, issuer: other })))), target)
    expect(JSON.parse(relayed.toString())).toMatchObject({ messages: [{ role: 'user', content: 'hi' }] })
  })
})

function requestIn(text: string): CallerRequest {
  const reading = readMessagesRequest(Buffer.from(text), {})
  if (reading.kind === 'refused') throw new Error(reading.message)
  return reading.request
}
