import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { customInput } from './custom-input.ts'

describe("a custom tool's input", () => {
  it('is told as it comes, wherever its JSON is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), fc.nat(7), (text, escapes, size) => {
        const written = JSON.stringify({ input: text })
        const sent = escapes ? written.replace(/[^\x20-\x7e]/g, escaped) : ` ${written} `
        const { told, input, whole } = fed(sent, size + 1)
        expect([told, input, whole]).toEqual([text, text, true])
      }),
    )
  })

  it.each([
    ['the bare text', '*** Begin\n', '*** Begin\n'],
    ['other fields first', '{"a":1,"input":"x"}', 'x'],
    ['an end that never came', '{"input":"half', 'half'],
    ['no input at all', '{}', '{}'],
  ])('is found in %s', (_, written, text) => {
    const { told, input } = fed(written, 3)
    expect([told, input]).toEqual([text, text])
  })
})

/** `whole` = no delta ends within a sign. */
function fed(written: string, size: number): { told: string; input: string; whole: boolean } {
  const reader = customInput()
  const deltas: string[] = []
  for (let at = 0; at < written.length; at += size) deltas.push(reader.feed(written.slice(at, at + size)))
  const { rest, input } = reader.end()
  deltas.push(rest)
  return { told: deltas.join(''), input, whole: deltas.every((delta) => !/[\ud800-\udbff]$/.test(delta)) }
}

function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
}
