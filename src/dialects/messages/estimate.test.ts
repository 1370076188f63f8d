import { expect, it } from 'vitest'
import { estimatedTokens } from './estimate.ts'
import { requestOf } from './writer.fixture.ts'

const tokens = (body: object): number => estimatedTokens(requestOf(body))
const saying = (...content: readonly object[]): object => ({ messages: [{ role: 'user', content }] })
const of = (text: string): number => tokens(saying({ type: 'text', text }))

it('counts a token for 3.5 bytes of English and a little more than one for a Chinese character', () => {
  const frame = of('')
  expect(of('a'.repeat(3_500)) - frame).toBeCloseTo(1_000, -1)
  expect(of('中'.repeat(1_000)) - frame).toBeCloseTo(1_200, -1)
  expect(frame).toBeLessThan(15)
})

it('counts the system’s text, what tools gave back, and tools with their schemas', () => {
  const plain = tokens({})
  const words = 'word '.repeat(700)
  for (const more of [
    { system: words },
    { tools: [{ name: 'f', description: words }] },
    saying({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: words }] }),
    saying({ type: 'tool_use', id: 'a', name: 'f', input: { deep: [{ er: words }] } }),
  ]) {
    expect(tokens(more) - plain).toBeGreaterThan(990)
    expect(tokens(more) - plain).toBeLessThan(1_050)
  }
})

it('counts a picture alike however large its bytes are, and a document by its size', () => {
  const base64 = (bytes: number): object => ({ type: 'base64', media_type: 'x/y', data: 'a'.repeat((bytes * 4) / 3) })
  const picture = (bytes: number): number => tokens(saying({ type: 'image', source: base64(bytes) }))
  expect(picture(3_000)).toBe(picture(900_000))
  expect(picture(3_000)).toBeGreaterThan(1_600)
  expect(tokens(saying({ type: 'image', source: { type: 'url', url: 'https://example.com' } }))).toBe(picture(3_000))
  expect(tokens(saying({ type: 'document', source: base64(150_000) }))).toBeGreaterThan(6_000)
})

it('counts no hints and no seals', () => {
  const seal = 'x'.repeat(4_000)
  expect(
    tokens(saying({ type: 'thinking', thinking: 'hm', signature: seal }, { type: 'redacted_thinking', data: seal })),
  ).toBeLessThan(30)
  expect(tokens(saying({ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }))).toBe(of('a'))
})
