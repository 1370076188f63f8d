/** A piece of a sentence that people read, as a code with its values: put into words by whoever tells it. */
import { PHRASES } from './phrase-table.ts'
import { inLanguage, type LocalizedText } from './text.ts'

/** A phrase of ours, or somebody else's words as they came. */
export type Said = string | Phrase

/** Values are texts, numbers and other phrases, so that any of them can be put into words, shortened or kept. */
type Values = Readonly<Record<string, Said | number>>

export class Phrase {
  readonly code: PhraseCode
  readonly values: Values

  constructor(code: PhraseCode, values: Values) {
    this.code = code
    this.values = values
  }

  /** English, for programs and logs. */
  toString(): string {
    return inWords(this, PHRASES)
  }

  toJSON(): string {
    return String(this)
  }
}

export type PhraseCode = keyof typeof PHRASES

/** What a language gives for each code; phrases among the values are put into words first. */
export type PhraseTexts = typeof PHRASES

/** Where a text is wanted, a phrase may stand. */
type Given<Params> = { readonly [Key in keyof Params]: Params[Key] extends string ? Said : Params[Key] }
export type PhraseValues<Code extends PhraseCode> = PhraseTexts[Code] extends () => string
  ? []
  : [Given<Parameters<PhraseTexts[Code]>[0]>]

export function phrase<Code extends PhraseCode>(code: Code, ...values: PhraseValues<Code>): Phrase
export function phrase(code: PhraseCode, values: Values = {}): Phrase {
  return new Phrase(code, values)
}

/** What a plugin says in its own languages. */
export function saidBy(text: LocalizedText): Said {
  return phrase('plugin-words', { en: text.en, zhCn: inLanguage(text, 'zh-CN'), zhTw: inLanguage(text, 'zh-TW') })
}

/** The values with their phrases in words. */
export type Worded<Params> = { readonly [Key in keyof Params]: Exclude<Params[Key], Phrase> }

export function worded<Params extends object>(params: Params, texts?: PhraseTexts): Worded<Params>
export function worded(params: object, texts: PhraseTexts = PHRASES): object {
  if (!Object.values(params).some((value) => value instanceof Phrase)) return params
  return Object.fromEntries(
    Object.entries(params).map(([key, value]: [string, unknown]) => [
      key,
      value instanceof Phrase ? inWords(value, texts) : value,
    ]),
  )
}

export function inWords(said: Said, texts: PhraseTexts): string {
  if (typeof said === 'string') return said
  const render = texts[said.code] as (values: object) => string
  return render(worded(said.values, texts))
}

/** The same with every text in it changed. */
export function withTexts(said: string, change: (text: string) => string): string
export function withTexts(said: Said, change: (text: string) => string): Said
export function withTexts(said: Said, change: (text: string) => string): Said {
  if (typeof said === 'string') return change(said)
  const values = Object.entries(said.values).map(([key, value]): [string, Said | number] => [
    key,
    typeof value === 'number' ? value : withTexts(value, change),
  ])
  return new Phrase(said.code, Object.fromEntries(values))
}

/** As one text: for rows, other threads and libraries that carry texts only. */
export function keptSaid(said: Said): string {
  // Somebody else's words that look like a phrase of ours stay theirs.
  return typeof said === 'string' && !said.startsWith('{') ? said : JSON.stringify(plain(said))
}

/** What is no kept phrase of this version stays as it is. */
export function saidFrom(kept: string): Said {
  if (!kept.startsWith('{')) return kept
  try {
    return again(JSON.parse(kept)) ?? kept
  } catch {
    // A text of an earlier version, kept as it came.
    return kept
  }
}

interface PlainPhrase {
  readonly phrase: string
  readonly values: Readonly<Record<string, unknown>>
}

function plain(said: Said): { readonly words: string } | PlainPhrase {
  if (typeof said === 'string') return { words: said }
  const values = Object.entries(said.values).map(([key, value]) => [
    key,
    value instanceof Phrase ? plain(value) : value,
  ])
  return { phrase: said.code, values: Object.fromEntries(values) as PlainPhrase['values'] }
}

/** Undefined where it is none. */
function again(kept: unknown): Said | undefined {
  if (!isRecord(kept)) return undefined
  const { words, phrase: code, values } = kept
  if (typeof words === 'string') return words
  if (!isCode(code) || !isRecord(values)) return undefined
  const restored: [string, Said | number][] = []
  for (const [key, value] of Object.entries(values)) {
    const one = typeof value === 'string' || typeof value === 'number' ? value : again(value)
    if (one === undefined) return undefined
    restored.push([key, one])
  }
  const found = new Phrase(code, Object.fromEntries(restored))
  // Another version may know the same code with other values.
  return String(found).includes('undefined') ? undefined : found
}

function isCode(code: unknown): code is PhraseCode {
  return typeof code === 'string' && Object.hasOwn(PHRASES, code)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
