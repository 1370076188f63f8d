import { expect, it } from 'vitest'
import { terminalText } from './terminal-text.ts'

const HOSTILE = [
  ['sets the clipboard', 'a\u001B]52;c;ZXZpbA==\u0007b'],
  ['sets the title', 'a\u001B]0;evil\u001B\\b'],
  ['clears the screen', 'a\u001B[2Jb'],
  ['moves the cursor', 'a\u001B[1;1Hb'],
  ['resets the terminal', 'a\u001Bcb'],
  ['chooses a character set', 'a\u001B(0b'],
  ['does it in one byte', 'a\u009B2Jb'],
  ['rings and goes back', 'a\u0007\u0008\rb'],
  ['reorders', 'a\u202Eb'],
] as const

it.each(HOSTILE)('takes out what %s, however it is cut', (_what, text) => {
  for (let cut = 0; cut <= text.length; cut += 1) {
    const filter = terminalText()
    expect(filter(text.slice(0, cut)) + filter(text.slice(cut))).toBe('ab')
  }
})

it('keeps text, line breaks, tabs, Chinese and emoji as they are', () => {
  const text = 'one\n\ttwo 三 👩‍💻 [31m ]0;'
  expect(terminalText()(text)).toBe(text)
})

it('lets no unfinished sequence swallow the lines after it', () => {
  expect(terminalText()('a\u001B]0;never closed\nb\u001B[31\nc')).toBe('a\nb\nc')
})
