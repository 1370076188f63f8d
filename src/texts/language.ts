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

/** What an `Accept-Language` header prefers (RFC 9110 12.5.4); English where none of its languages is ours. */
export function acceptedLanguage(header: string | undefined): Language {
  const ranges = (header ?? '').split(',').map((range) => {
    const [name, ...parameters] = range.split(';').map((part) => part.trim())
    const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2)
    return { language: languageFrom(name), weight: weight === undefined ? 1 : Number(weight) || 0 }
  })
  const wanted = ranges.filter(({ language, weight }) => language !== undefined && weight > 0)
  return wanted.toSorted((a, b) => b.weight - a.weight)[0]?.language ?? 'en'
}
