/** What the terminal can show. */
import { expect, it } from 'vitest'
import { colourAllowed, screenWidth, styled } from './terminal.ts'

it('knows the width of a screen, and that a file has none', () => {
  expect(screenWidth({ isTTY: true, columns: 132 }, { COLUMNS: '60' })).toBe(132)
  expect(screenWidth({ isTTY: true }, { COLUMNS: '60' })).toBe(60)
  expect(screenWidth({ isTTY: true, columns: 0 }, { COLUMNS: 'wide' })).toBe(80)
  expect(screenWidth({}, { COLUMNS: '60' })).toBeUndefined()
})

it.each([
  ['on a terminal', {}, true, true],
  ['in a file', {}, false, false],
  ['on a dumb terminal', { TERM: 'dumb' }, true, false],
  ['with NO_COLOR', { NO_COLOR: '1' }, true, false],
  ['with an empty NO_COLOR', { NO_COLOR: '' }, true, true],
  ['with FORCE_COLOR in a file', { FORCE_COLOR: '1' }, false, true],
  ['with FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
  ['with both', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
])('decides on colours %s', (_where, env, isTTY, allowed) => {
  expect(colourAllowed(env, { isTTY })).toBe(allowed)
})

it('paints when colours are on, and leaves the text alone when they are not', () => {
  expect(styled(true).red('no')).toBe('\u001b[31mno\u001b[39m')
  expect(styled(true).bold('x')).toBe('\u001b[1mx\u001b[22m')
  for (const style of ['bold', 'dim', 'red', 'green', 'yellow', 'cyan'] as const) {
    expect(styled(false)[style]('text')).toBe('text')
    expect(styled(true)[style]('text')).toContain('text')
  }
})
