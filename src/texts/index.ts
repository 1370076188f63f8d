/** The table of texts in the reader's language, loaded alone. */
import type { ErrorCode, ErrorParams, ErrorTexts, OpenClawError } from '../core/errors.ts'
import type { Language } from '../core/text.ts'
import type { Texts } from './en.ts'

export type { Texts } from './en.ts'
export { chooseLanguage, languageFrom } from './language.ts'

export interface Words {
  readonly language: Language
  readonly texts: Texts
  /** The error's message in this language. */
  errorMessage(error: OpenClawError): string
}

export async function loadWords(language: Language): Promise<Words> {
  switch (language) {
    case 'en':
      return { language, texts: (await import('./en.ts')).en, errorMessage: (error) => error.message }
    case 'zh-CN': {
      const { zhCn, zhCnErrors } = await import('./zh-cn.ts')
      return { language, texts: zhCn, errorMessage: (error) => rendered(zhCnErrors, error) }
    }
    case 'zh-TW': {
      const { zhTw, zhTwErrors } = await import('./zh-tw.ts')
      return { language, texts: zhTw, errorMessage: (error) => rendered(zhTwErrors, error) }
    }
  }
}

function rendered(table: ErrorTexts, error: OpenClawError): string {
  const render = table[error.code] as (params: ErrorParams<ErrorCode>) => string
  return render(error.params)
}
