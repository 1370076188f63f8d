/** The table of texts in the reader's language, loaded alone. */
import { ERRORS } from '../core/error-table.ts'
import { OpenClawError, type ErrorCode } from '../core/errors.ts'
import { PHRASES } from '../core/phrase-table.ts'
import { inWords, worded, type PhraseTexts, type Said } from '../core/phrase.ts'
import type { Language } from '../core/text.ts'
import { attemptInWords } from './attempts.ts'
import type { Texts } from './en.ts'

export type { Texts } from './en.ts'
export { chooseLanguage, languageFrom } from './language.ts'

export interface Words {
  readonly language: Language
  readonly texts: Texts
  /** A phrase, or an error's message, in this language; attempts by what became of them. */
  readonly say: (told: Said | OpenClawError) => string
}

export async function loadWords(language: Language): Promise<Words> {
  switch (language) {
    case 'en': {
      const { en } = await import('./en.ts')
      return { language, texts: en, say: sayer(en, PHRASES, (code) => ERRORS[code].message) }
    }
    case 'zh-CN': {
      const [{ zhCn }, { zhCnErrors }, { zhCnPhrases }] = await Promise.all([
        import('./zh-cn.ts'),
        import('./errors-zh-cn.ts'),
        import('./phrases-zh-cn.ts'),
      ])
      return { language, texts: zhCn, say: sayer(zhCn, zhCnPhrases, (code) => zhCnErrors[code]) }
    }
    case 'zh-TW': {
      const [{ zhTw }, { zhTwErrors }, { zhTwPhrases }] = await Promise.all([
        import('./zh-tw.ts'),
        import('./errors-zh-tw.ts'),
        import('./phrases-zh-tw.ts'),
      ])
      return { language, texts: zhTw, say: sayer(zhTw, zhTwPhrases, (code) => zhTwErrors[code]) }
    }
  }
}

function sayer(texts: Texts, phrases: PhraseTexts, errorText: (code: ErrorCode) => unknown): Words['say'] {
  return (told) => {
    if (!(told instanceof OpenClawError)) return inWords(told, phrases)
    const { code, params } = told
    const inTexts = (each: string): string => attemptInWords(each, texts)
    const tried = 'tried' in params && params.tried ? { tried: params.tried.map(inTexts) } : {}
    const passed = 'passed' in params && params.passed ? { passed: params.passed.map(inTexts) } : {}
    const render = errorText(code) as (params: object) => string
    return render({ ...worded(params, phrases), ...tried, ...passed })
  }
}
