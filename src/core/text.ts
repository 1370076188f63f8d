/** A text in the reader's language, carried by those who bring their own (plugins). */
export const LANGUAGES = ['en', 'zh-CN', 'zh-TW'] as const
export type Language = (typeof LANGUAGES)[number]

/** English always; the Chinese renderings where the author has them. */
export interface LocalizedText {
  readonly en: string
  readonly 'zh-CN'?: string
  readonly 'zh-TW'?: string
}

/** The reader's language, else the nearest that the author wrote. */
export function inLanguage(text: LocalizedText, language: Language): string {
  if (language === 'zh-TW') return text['zh-TW'] ?? text['zh-CN'] ?? text.en
  return text[language] ?? text.en
}
