/** Which language a person reads: asked for, set, or told by the locale. */
import { LANGUAGES, type Language } from '../core/text.ts'

/** Undefined = not the name of a language that we speak. */
export function languageFrom(name: string | undefined): Language | undefined {
  if (!name) return undefined
  const tag = name.trim().split(/[.@]/)[0]?.replaceAll('_', '-').toLowerCase() ?? ''
  if (tag === 'c' || tag === 'posix' || tag === '') return undefined
  if (/^zh(-|$)/.test(tag)) return /-(tw|hk|mo|hant)/.test(tag) ? 'zh-TW' : 'zh-CN'
  if (/^en(-|$)/.test(tag)) return 'en'
  return LANGUAGES.find((language) => language.toLowerCase() === tag)
}

/** `--lang`, then the settings, then the locale as POSIX orders it; English where none of them says. */
export function chooseLanguage(
  asked: string | undefined,
  set: Language | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  return (
    languageFrom(asked) ??
    set ??
    languageFrom(environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG']) ??
    'en'
  )
}
