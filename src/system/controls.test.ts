/** Makes text from elsewhere harmless to a terminal. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { stripControls } from './controls.ts'

it.each([
  ['colours', '\u001b[31mred\u001b[0m and \u001b[1;38;5;4mblue', 'red and blue'],
  ['a cleared screen', '\u001b[2J\u001b[Hgone', 'gone'],
  ['a window title', '\u001b]0;owned\u0007text', 'text'],
  ['a link', '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\', 'click'],
  ['eight-bit sequences', '\u009b31mred\u009d0;owned\u009c', 'red'],
  ['a device string', '\u001bPq#0\u001b\\text', 'text'],
  ['a sequence inside a sequence', '\u001b\u001b[0m[31mx', '[31mx'],
  ['one that never ends', '\u001b]0;text', ']0;text'],
  ['line breaks and tabs', 'one\r\ntwo\tthree\u2028four', 'one two three four'],
  ['bells and backspaces', 'a\u0007b\u0008\u0000c\u007f', 'abc'],
  ['turned writing', 'user\u202etxt.exe\u2066', 'usertxt.exe'],
  ['half a character', 'a\ud800b', 'a\ufffdb'],
])('takes out %s', (_what, text, harmless) => {
  expect(stripControls(text)).toBe(harmless)
})

it('leaves every letter, sign and emoji', () => {
  const text = '通义千问 “Qwen” – ß é e\u0301 👩‍💻 🇨🇳 ✓ …'
  expect(stripControls(text)).toBe(text)
})

it('leaves no control character in any text', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('\u001b', '[', ']', '\u009b', '0;', 'm', '\u0007', '\u001b\\', '\n'),
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(stripControls(pieces.join(''))).not.toMatch(/\p{Cc}/u)
    }),
  )
})
