import { describe, expect, it } from 'vitest'
import type { CallerRequest } from '../caller-request.ts'
import { unwrapSeal, wrapSeal } from '../sealed-reasoning.ts'
import { NO_SEALS, targetOf } from '../target.fixture.ts'
import { readResponsesRequest, relayBody } from './request.ts'

const input = [{ role: 'user', content: 'Hello' }]
const ISSUER = targetOf('m').issuer
const OTHER = { ...ISSUER, profile: 'p:other' }

describe('a Responses request', () => {
  it('tells what routing must know', () => {
    const request = requestFrom({
      model: '通义/甲',
      stream: true,
      fallbacks: ['a/b', '乙'],
      input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'data:' }] }],
      tools: [{ type: 'function', name: 'f' }],
    })
    expect(request).toMatchObject({
      model: '通义/甲',
      stream: true,
      fallbacks: ['a/b', '乙'],
      hasImage: true,
      hasTools: true,
      remembering: { mayKeep: true, itemIds: [] },
    })
  })

  it('is taken plainly where it says nothing', () => {
    const request = requestFrom({ model: 'm', input: 'hi', stream: null, background: false, conversation: null })
    expect(request).toMatchObject({ stream: false, hasImage: false, hasTools: false })
  })

  it('sees a picture in what a tool gave back', () => {
    const output = [{ type: 'input_image', image_url: 'data:' }]
    expect(requestFrom({ model: 'm', input: [{ type: 'function_call_output', call_id: 'c', output }] }).hasImage).toBe(
      true,
    )
  })

  it('tells what it goes on from, and whether its own answer may be kept', () => {
    const request = requestFrom({
      model: 'm',
      store: false,
      previous_response_id: 'resp_é',
      input: [{ type: 'item_reference', id: 'msg_1' }, { id: 'rs_2' }, { role: 'user', id: 'msg_3', content: 'x' }],
    })
    expect(request.remembering).toEqual({ mayKeep: false, previousId: 'resp_é', itemIds: ['msg_1', 'rs_2'] })
  })

  it('has at least as many tokens as its texts surely have, counted only where they may be too many', () => {
    const text = '中'.repeat(400_000)
    const image = { type: 'input_image', image_url: 'x'.repeat(2_000_000) }
    expect(requestFrom({ model: 'm', input: text }).leastTokens).toBe(4_687)
    const content = [{ type: 'input_text', text }, image]
    expect(requestFrom({ model: 'm', input: [{ role: 'user', content }] }).leastTokens).toBe(4_687)
    expect(requestFrom({ model: 'm', input })).not.toHaveProperty('leastTokens')
  })

  it('is of the conversation that its key names, or of the one that began alike', () => {
    const signs = (body: object) => {
      const read = readResponsesRequest(Buffer.from(JSON.stringify({ model: 'm', ...body })))
      if (read.kind === 'refused') throw new Error(read.message)
      return read.signs
    }
    expect(signs({ input, prompt_cache_key: 'k' }).promptCacheKey).toBe('k')
    const later = [...input, { role: 'assistant', content: 'Hi' }, { role: 'user', content: 'More' }]
    expect(signs({ input: later }).opening()).toBe(signs({ input }).opening())
    expect(signs({ input, instructions: 'x' }).opening()).not.toBe(signs({ input }).opening())
  })
})

describe('a request that is refused', () => {
  it.each([
    ['no input', {}, 'input'],
    ['an empty input', { input: [] }, 'input'],
    ['a number for an input', { input: 7 }, 'input'],
    ['an answer in the background', { input, background: true }, 'background'],
    ['a conversation', { input, conversation: 'conv_1' }, 'conversation'],
    ['a stored prompt', { prompt: { id: 'pmpt_1' } }, 'prompt'],
    ['a number for what it goes on from', { input, previous_response_id: 7 }, 'previous_response_id'],
    ['a word for stream', { input, stream: 'yes' }, 'stream'],
  ])('has %s', (_, body, param) => {
    const read = readResponsesRequest(Buffer.from(JSON.stringify({ model: 'm', ...body })))
    expect(read).toMatchObject({ kind: 'refused', reason: 'invalid-field', param, message: expect.any(String) })
  })
})

describe('a relayed request', () => {
  it('has another model in it and nothing of ours, all else to the byte', () => {
    const text =
      '{ "fallbacks": [],\n "input":[{"role":"user","content":"\\u00e9 é"}], "model" :"qwen", "future": 1e400}\n'
    const relayed = relayBody(requestFrom(text), targetOf('x "y"')).toString()
    expect(relayed).toBe(text.replace('"fallbacks": [],\n ', '').replace('"qwen"', '"x \\"y\\""'))
  })

  it('gives its issuer back what it sealed, under its own id', () => {
    const encrypted = wrapSeal({ kind: 'encrypted', value: 'gAAA', id: 'rs_up', issuer: ISSUER })
    const reasoning = { type: 'reasoning', id: 'rs_oc1', summary: [], encrypted_content: encrypted }
    expect(relayedInput([...input, reasoning, CALL])).toEqual([
      ...input,
      { ...reasoning, id: 'rs_up', encrypted_content: 'gAAA' },
      CALL,
    ])
  })

  it('names to its issuer what that keeps itself', () => {
    const encrypted = wrapSeal({ kind: 'encrypted', value: '', id: 'rs_up', issuer: ISSUER })
    const reasoning = { type: 'reasoning', id: 'rs_up', summary: [], encrypted_content: encrypted }
    expect(relayedInput([reasoning])).toEqual([{ type: 'reasoning', id: 'rs_up', summary: [] }])
  })

  it.each([
    ['another account sealed', wrapSeal({ kind: 'encrypted', value: 'gAAA', issuer: OTHER })],
    ['a signature', wrapSeal({ kind: 'signature', value: 'sig', issuer: ISSUER })],
    ['another account sealed, as it is remembered', 'raw-of-other'],
    ['nobody sealed', undefined],
  ])('leaves out what %s, with the ids that hang on it', (_, encrypted_content) => {
    const reasoning = { type: 'reasoning', id: 'rs_oc1', summary: [], encrypted_content }
    const { id: _id, ...call } = CALL
    expect(relayedInput([...input, reasoning, CALL, OUTPUT, CALL])).toEqual([...input, call, OUTPUT, CALL])
  })

  it('goes as it is where all in it is for this upstream', () => {
    const reasoning = '{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"raw" , "n":1e400}'
    const text = `{"model":"m","input":[ ${reasoning} ]}`
    expect(relayBody(requestFrom(text), targetOf('m')).toString()).toBe(text)
  })
})

it('wraps a seal so that it comes back whole', () => {
  const sealed = { kind: 'encrypted', value: '密', id: 'rs_1', issuer: ISSUER } as const
  expect(unwrapSeal(wrapSeal(sealed))).toEqual(sealed)
})

const CALL = { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}' }
const OUTPUT = { type: 'function_call_output', call_id: 'c', output: 'x' }

function relayedInput(items: readonly object[]): unknown {
  const seals = { ...NO_SEALS, issuerOf: (value: string) => (value === 'raw-of-other' ? OTHER : undefined) }
  const relayed = relayBody(requestFrom({ model: 'm', input: items }), targetOf('m', { seals }))
  return (JSON.parse(relayed.toString()) as { input: unknown }).input
}

function requestFrom(body: unknown): CallerRequest {
  const read = readResponsesRequest(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))
  if (read.kind === 'refused') throw new Error(read.message)
  return read.request
}
