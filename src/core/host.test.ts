import { expect, it } from 'vitest'
import { hostMatches } from './host.ts'

it('matches a host by its exact name, or by *. for every name below', () => {
  const patterns = ['portal.qwen.ai', '*.qwen.ai']
  for (const host of ['portal.qwen.ai', 'PORTAL.qwen.ai', 'chat.qwen.ai', 'a.b.qwen.ai']) {
    expect(hostMatches(host, patterns), host).toBe(true)
  }
  for (const host of [
    'qwen.ai',
    'evilqwen.ai',
    'qwen.ai.evil.example',
    'portal.qwen.ai.',
    '.qwen.ai',
    'a..qwen.ai',
    'x/.qwen.ai',
    '',
  ]) {
    expect(hostMatches(host, patterns), host).toBe(false)
  }
  expect(hostMatches('portal.qwen.ai', [])).toBe(false)
  expect(hostMatches('anything', ['*'])).toBe(false)
  expect(hostMatches('', [''])).toBe(false)
})
