/** The table of texts in the reader's language, loaded alone. */
import { OpenClawError, type ErrorTexts } from '../core/errors.ts'
import { inWords, worded, type PhraseTexts, type Said } from '../core/phrase.ts'
import type { Language } from '../core/text.ts'
import type { Texts } from './en.ts'

export type { Texts } from './en.ts'
export { chooseLanguage, languageFrom } from './language.ts'

export interface Words {
  readonly language: Language
  readonly texts: Texts
  /** The error's message, or a phrase, in this language. */
  readonly say: (told: Said | OpenClawError) => string
}

export async function loadWords(language: Language): Promise<Words> {
  switch (language) {
    case 'en':
      return {
        language,
        texts: (await import('./en.ts')).en,
        say: (told) => (told instanceof OpenClawError ? told.message : String(told)),
      }
    case 'zh-CN': {
      const [{ zhCn, zhCnErrors }, { zhCnPhrases }] = await Promise.all([
        import('./zh-cn.ts'),
        import('./phrases-zh-cn.ts'),
      ])
      return { language, texts: zhCn, say: sayer(zhCnErrors, zhCnPhrases) }
    }
    case 'zh-TW': {
      const [{ zhTw, zhTwErrors }, { zhTwPhrases }] = await Promise.all([
        import('./zh-tw.ts'),
        import('./phrases-zh-tw.ts'),
      ])
      return { language, texts: zhTw, say: sayer(zhTwErrors, zhTwPhrases) }
    }
  }
}

function sayer(errors: ErrorTexts, phrases: PhraseTexts): Words['say'] {
  return (told) => {
    if (!(told instanceof OpenClawError)) return inWords(told, phrases)
    const render = errors[told.code] as (params: object) => string
    return render(worded(told.params, phrases))
  }
}
