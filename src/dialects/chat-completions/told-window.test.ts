import { expect, it } from 'vitest'
import { toldWindow } from './told-window.ts'

it.each([
  ["This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", 8_192],
  ["This model's maximum prompt length is 131,072 but the request contains 200000 tokens.", 131_072],
  ['request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it', 8_192],
  ['The model is loaded with context length of only 4096 tokens, which is not enough.', 4_096],
  ['Your request exceeded model token limit : 262144', 262_144],
  ['Range of input length should be [1, 30720]', 30_720],
  ['prompt is too long: 1036683 tokens > 1000000 maximum', 1_000_000],
  ['input length and `max_tokens` exceed context limit: 188240 + 20000 > 200000, decrease input length', 200_000],
])('reads out of %j how many tokens there may be', (words, tokens) => {
  expect(toldWindow(words)).toBe(tokens)
})

it.each([
  'prompt is too long',
  'Request too large for gpt-x on tokens per min (TPM): Limit 30000, Requested 31538.',
  'Please reduce the length of the messages: 204308 tokens.',
  'maximum context length is 0 tokens',
  '',
])('is told none by %j', (words) => {
  expect(toldWindow(words)).toBeUndefined()
})

it('takes no longer over hostile words', () => {
  const startedMs = performance.now()
  for (const piece of ['context length ', 'context limit: 1 + 1 ', 'range of input length should be [1, ', '1,1'])
    expect(toldWindow(piece.repeat(20_000))).toBeUndefined()
  expect(performance.now() - startedMs).toBeLessThan(500)
})
