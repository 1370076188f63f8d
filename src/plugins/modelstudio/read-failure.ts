/** What Model Studio's error bodies mean: Qwen's words, and for a refused key what that means here. */
import type { FailedAnswer, ToldFailure } from '../../sdk/index.ts'
import { readQwenFailure } from '../qwen-portal/read-failure.ts'
import { refusedKey } from './places.ts'

export function readFailure(answer: FailedAnswer): ToldFailure | undefined {
  const read = readQwenFailure(answer)
  if (read?.kind !== 'auth' || typeof read.evidence !== 'string') return read
  const said = read.evidence.replace(/\.$/, '')
  return {
    ...read,
    evidence: {
      en: `${said}; ${refusedKey.en}`,
      'zh-CN': `${said}；${refusedKey['zh-CN']}`,
      'zh-TW': `${said}；${refusedKey['zh-TW']}`,
    },
  }
}
