/** The error of a closed plan: the login is fine, and these are the ways on. */
import type { Tried } from '../core/error-entry.ts'
import { OpenClawError } from '../core/errors.ts'
import type { Retirement } from '../core/provider.ts'
import { inLanguage } from '../core/text.ts'

export function planRetired({ text, ways, run }: Retirement, tried: Tried): OpenClawError {
  const all = [text, ...ways]
  const words = {
    en: all.map((one) => inLanguage(one, 'en')).join(' '),
    'zh-CN': all.map((one) => inLanguage(one, 'zh-CN')).join(''),
    'zh-TW': all.map((one) => inLanguage(one, 'zh-TW')).join(''),
  }
  return new OpenClawError('plan-retired', { words, run, ...tried })
}
