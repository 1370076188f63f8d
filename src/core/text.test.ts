import { expect, it } from 'vitest'
import { inLanguage } from './text.ts'

it("reads a plugin's text in the reader's language, else in the nearest that was written", () => {
  const all = { en: 'key', 'zh-CN': '密钥', 'zh-TW': '金鑰' }
  expect(inLanguage(all, 'zh-CN')).toBe('密钥')
  expect(inLanguage(all, 'zh-TW')).toBe('金鑰')
  expect(inLanguage({ en: 'key', 'zh-CN': '密钥' }, 'zh-TW')).toBe('密钥')
  expect(inLanguage({ en: 'key', 'zh-TW': '金鑰' }, 'zh-CN')).toBe('key')
  expect(inLanguage({ en: 'key' }, 'zh-TW')).toBe('key')
})
