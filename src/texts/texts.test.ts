/** Every language says what English says, and the right one is chosen. */
import { describe, expect, it } from 'vitest'
import { ERRORS } from '../core/error-table.ts'
import { OpenClawError, type ErrorCode, type ErrorTexts } from '../core/errors.ts'
import { PHRASES } from '../core/phrase-table.ts'
import { phrase, type PhraseTexts } from '../core/phrase.ts'
import { en, type Texts } from './en.ts'
import { chooseLanguage, languageFrom, loadWords } from './index.ts'
import { acceptedLanguage } from './language.ts'
import { zhCnErrors } from './errors-zh-cn.ts'
import { zhTwErrors } from './errors-zh-tw.ts'
import { zhCnPhrases } from './phrases-zh-cn.ts'
import { zhTwPhrases } from './phrases-zh-tw.ts'
import { zhCn } from './zh-cn.ts'
import { zhTw } from './zh-tw.ts'

/** Written by the reader or by a program, so kept letter by letter. */
const LITERAL =
  /`[^`]+`|--[a-z][a-z-]*|\bopenclaw\.json|\bopenclaw(?: (?:models|plugins|gateway|config|quickstart)(?: [a-z]+)*)?|\bCtrl-C|\/v1\/[a-z/]+/g

/** Characters of one script that have another shape in the other. */
const SIMPLIFIED =
  '设录网关额这请没运过还图务选开启动连闭环变项调认证账终权编辑应该删处码带状态读写执输错误无实时问题间内进远号说语机标页备后从来对会个们为么'
const TRADITIONAL =
  '設錄網關額這請沒運過還圖務選開啟動連閉環變項調認證帳終權編輯應該刪處碼帶狀態讀寫執輸錯誤無實時問題間內進遠號說語機標頁備後從來對會個們為麼'

const CHINESE: readonly (readonly ['zh-CN' | 'zh-TW', Texts, ErrorTexts, PhraseTexts])[] = [
  ['zh-CN', zhCn, zhCnErrors, zhCnPhrases],
  ['zh-TW', zhTw, zhTwErrors, zhTwPhrases],
]

describe('the language', () => {
  it('is what --lang asks for, before settings and locale', () => {
    expect(chooseLanguage('zh-TW', 'zh-CN', { LC_ALL: 'en_GB.UTF-8' })).toBe('zh-TW')
  })

  it('is what the settings say, before the locale', () => {
    expect(chooseLanguage(undefined, 'zh-CN', { LC_ALL: 'en_GB.UTF-8' })).toBe('zh-CN')
  })

  it('is told by LC_ALL before LC_MESSAGES, and by that before LANG', () => {
    const locale = { LC_ALL: 'zh_TW.UTF-8', LC_MESSAGES: 'zh_CN.UTF-8', LANG: 'en_US.UTF-8' }
    expect(chooseLanguage(undefined, undefined, locale)).toBe('zh-TW')
    expect(chooseLanguage(undefined, undefined, { ...locale, LC_ALL: '' })).toBe('zh-CN')
    expect(chooseLanguage(undefined, undefined, { LANG: 'zh_CN.UTF-8' })).toBe('zh-CN')
  })

  it('is English under LC_ALL=C, whatever LANG says', () => {
    expect(chooseLanguage(undefined, undefined, { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' })).toBe('en')
  })

  it('is English where nothing is said, and where no language of ours is meant', () => {
    expect(chooseLanguage(undefined, undefined, {})).toBe('en')
    expect(chooseLanguage(undefined, undefined, { LANG: 'fr_FR.UTF-8' })).toBe('en')
    expect(chooseLanguage('tlh', undefined, { LANG: 'POSIX' })).toBe('en')
  })

  it.each([
    ['zh_HK', 'zh-TW'],
    ['zh_MO.UTF-8', 'zh-TW'],
    ['zh-Hant', 'zh-TW'],
    ['ZH-tw', 'zh-TW'],
    ['zh_SG', 'zh-CN'],
    ['zh_CN.GB18030', 'zh-CN'],
    ['zh-Hans', 'zh-CN'],
    ['zh', 'zh-CN'],
    ['en_AU.UTF-8@mixed', 'en'],
    ['C', undefined],
    ['C.UTF-8', undefined],
    ['POSIX', undefined],
    ['', undefined],
    ['ja_JP.UTF-8', undefined],
  ])('named %j is %s', (name, language) => {
    expect(languageFrom(name)).toBe(language)
  })
})

describe('the language of an Accept-Language header', () => {
  it.each([
    ['zh-TW', 'zh-TW'],
    ['en;q=0.3, zh-CN;q=0.7', 'zh-CN'],
    ['zh;q=0, en', 'en'],
    ['zh-CN;q=0', 'en'],
    ['ja, zh-Hant-HK;q=0.9, *;q=0.1', 'zh-TW'],
    ['zh-CN, zh-TW', 'zh-CN'],
    ['zh-CN; Q=0.5 , en ;q=0.6', 'en'],
    ['ja', 'en'],
    ['*', 'en'],
    [';;,=,q', 'en'],
    ['', 'en'],
    [undefined, 'en'],
  ])('%j is %s', (header, language) => {
    expect(acceptedLanguage(header)).toBe(language)
  })
})

describe.each(CHINESE)('%s', (language, texts, errors, phrases) => {
  const english = sayings(en, englishErrors(), PHRASES)
  const chinese = sayings(texts, errors, phrases)
  const pairs = [...english].map(([place, there]) => ({ place, there, here: chinese.get(place) ?? '' }))

  it('has every text that English has, and no other', () => {
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted())
  })

  it('tells every value that English tells', () => {
    expect(pairs.filter(({ there, here }) => valuesIn(there).some((value) => !here.includes(value)))).toEqual([])
  })

  it('tells no value that is not there', () => {
    expect(pairs.filter(({ here }) => here === '' || here.includes('undefined'))).toEqual([])
  })

  it('leaves nothing in English', () => {
    expect(pairs.filter(({ there, here }) => there === here && hasWords(there))).toEqual([])
  })

  it('keeps commands, flags, files and routes letter by letter', () => {
    const lost = pairs.filter(({ there, here }) =>
      (there.match(LITERAL) ?? []).some((literal) => !here.includes(literal)),
    )
    expect(lost).toEqual([])
  })

  it('is written in its own script', () => {
    const foreign = new RegExp(`[${language === 'zh-CN' ? TRADITIONAL : SIMPLIFIED}]`)
    expect(pairs.filter(({ here }) => foreign.test(here))).toEqual([])
  })

  it('is written with the characters of its own national set', () => {
    const set = language === 'zh-CN' ? charactersOf('gbk', 0xb0, 0xf7) : charactersOf('big5', 0xa4, 0xf9)
    const han = pairs.flatMap(({ here }) => here.match(/\p{Script=Han}/gu) ?? [])
    expect(han.filter((character) => !set.has(character))).toEqual([])
  })

  it('has a blank between Chinese and Latin letters, and full-width signs after Chinese', () => {
    const tight = /\p{Script=Han}[\w`$]|[\w`}]\p{Script=Han}/u
    const narrow = /\p{Script=Han} ?[,.:;?!()"]|[,;?!)] ?\p{Script=Han}/u
    const doubled = /\p{Script=Han} \p{Script=Han}| [，。：；？（）]|[，。：；？（）] /u
    expect(pairs.filter(({ here }) => tight.test(here) || narrow.test(here) || doubled.test(here))).toEqual([])
  })

  it('has no blank between Chinese and Chinese where a provider has a Chinese name', () => {
    const label = language === 'zh-CN' ? '阿里云百炼' : '阿里雲百煉'
    const { login, models } = texts
    const told = [
      login.asks(label, '14:05'),
      login.done(label),
      login.usesExisting(label, 'Qwen Code', '/f'),
      login.askKey(label),
      login.keySaved(label, 'https://h'),
      models.status.retired(label, '2026-04-15'),
      models.status.silent(label, 'https://h'),
    ]
    expect(told.filter((each) => /\p{Script=Han} \p{Script=Han}/u.test(each))).toEqual([])
  })

  it('puts no half-width sign beside a value that Chinese goes on from, and none around a whole sentence', () => {
    const narrow = /\p{Script=Han}[^\p{Script=Han}\n]*\d[,;!?] ?\p{Script=Han}|^\(|\)$/u
    expect(pairs.filter(({ here }) => narrow.test(here))).toEqual([])
  })

  it('lists what an option takes with the sign that lists have in Chinese', () => {
    const told = [
      errors['option-value']({ option: 'lang', met: 'fr', allowed: 'en, zh-CN, zh-TW', command: 'openclaw' }),
      errors['argument-value']({ met: 'x', allowed: 'en, zh-CN, zh-TW', command: 'openclaw' }),
    ]
    for (const each of told) expect(each).toContain('只接受 en、zh-CN、zh-TW，')
  })

  it('uses one word for one thing, the one that its readers use', () => {
    const others =
      language === 'zh-CN'
        ? /档案|程式|伺服|资讯|预设|供应商|指令|网路|支援|储存|帐号|行程/
        : /提供商|命令(?!列)|默认|默認|文件(?!夾)|程序|服務器|信息|網絡|軟件|支持|字符|數據|用戶(?!端)|端口|註記|登錄|文本|接口/
    expect(pairs.filter(({ here }) => others.test(here))).toEqual([])
  })

  it('keeps the numbers of every span of time', () => {
    for (const seconds of [0, 59, 60, 3_599, 3_660, 172_799, 172_800, 900_000]) {
      expect(texts.time.span(seconds).match(/\d+/g)).toEqual(en.time.span(seconds).match(/\d+/g))
    }
  })

  it('leaves the first line of an error to the table of errors, where it is the same for everybody', () => {
    const headlines = Object.values(ERRORS).flatMap((row) =>
      'headline' in row ? [String((row.headline as Render)({ provider: '' }))] : [],
    )
    const firstLines = [...headlines.map((headline) => headline.replace(/.*"/, '').trim()), 'Error:', 'Status:']
    expect(pairs.filter(({ here }) => firstLines.some((line) => here.includes(line)))).toEqual([])
  })

  it('is what an error is told in', async () => {
    const words = await loadWords(language)
    const error = new OpenClawError('no-login', { provider: 'qwen-portal' })
    expect(words.texts).toBe(texts)
    expect(words.say(error)).toBe(errors['no-login']({ provider: 'qwen-portal' }))
    expect(error.message).toBe('Not signed in to qwen-portal.')
  })

  it('is what the reason within an error is told in, and the reasons within that', async () => {
    const words = await loadWords(language)
    const detail = phrase('not-a-file', { met: phrase('a-folder') })
    const error = new OpenClawError('file-unusable', { file: 'openclaw.json', detail })
    const met = phrases['a-folder']()
    expect(words.say(detail)).toBe(phrases['not-a-file']({ met }))
    expect(words.say(error)).toBe(errors['file-unusable']({ file: 'openclaw.json', detail: words.say(detail) }))
    expect(error.message).toBe('openclaw.json cannot be used: it is a folder, not a file.')
  })

  it('is what became of each attempt is told in; programs get codes', async () => {
    const words = await loadWords(language)
    const tried = ['a/m=network', 'a/m=network']
    const passed = ['b/n=resting:quota']
    const error = new OpenClawError('all-failed', { model: 'a/m', detail: 'broken', tried, passed })
    const { network, resting, quota: spent } = texts.failures
    expect(words.say(error)).toMatch(new RegExp(`a/m（${network}）×2；.+：b/n（${resting}，${spent}）`))
    expect((await loadWords('en')).say(error)).toContain(
      '(tried: a/m (connection failed) ×2; not asked: b/n (resting, ',
    )
    expect(error.message).toContain('(tried: a/m=network ×2; not asked: b/n=resting:quota)')
  })
})

it('counts one answer as one in English', () => {
  expect(en.gateway.since('5 s', 1)).toContain('1 request ')
  expect(en.gateway.since('5 s', 2)).toContain('2 requests ')
})

type Render = (...values: readonly unknown[]) => unknown

/** Stand in for whatever a text is given: no letters, in no text of their own, and a span of seconds as it is. */
const VALUES = ['41', '43', '47', '53', '59', '37', '31']

function valuesIn(text: string): readonly string[] {
  return VALUES.filter((value) => text.includes(value))
}

/** `-` and `41: 43` are the same in every language. */
function hasWords(text: string): boolean {
  return /\p{L}/u.test(text)
}

function englishErrors(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(ERRORS).map(([code, { message }]) => [code, message]))
}

/** All that a language can say, by its place in the tables. */
function sayings(texts: Texts, errors: object, phrases: object): ReadonlyMap<string, string> {
  return new Map([
    ...said(texts, ''),
    ...Object.entries(errors).flatMap(([code, render]) => saidOf(code, render)),
    ...Object.entries(phrases).flatMap(([code, render]) => saidInPhrase(code, render)),
  ])
}

function said(table: unknown, place: string): readonly (readonly [string, string])[] {
  if (typeof table === 'string') return [[place, table]]
  if (typeof table === 'function') return [[place, String((table as Render)(...VALUES))]]
  return Object.entries(table as object).flatMap(([key, inner]) => said(inner, place === '' ? key : `${place}.${key}`))
}

/** One error, with every set of parameters in which English misses none. */
function saidOf(code: string, render: unknown): readonly (readonly [string, string])[] {
  if (code === 'plan-retired') return [] // a plugin brings these words, in each language
  const inEnglish = ERRORS[code as ErrorCode].message as Render
  const names = parametersOf(inEnglish)
  return subsetsOf(names.map((name, at) => [name, valueFor(name, VALUES[at] ?? '')] as const))
    .map((given) => Object.fromEntries(given))
    .filter((given) => !String(inEnglish(given)).includes('undefined'))
    .map((given) => [`${code}(${Object.keys(given).join(', ')})`, String((render as Render)(given))])
}

function saidInPhrase(code: string, render: unknown): readonly (readonly [string, string])[] {
  if (code === 'plugin-words') return [] // a plugin brings these words, in each language
  const names = parametersOf(PHRASES[code as keyof typeof PHRASES] as Render)
  const given = Object.fromEntries(names.map((name, at) => [name, VALUES[at] ?? '']))
  return [[`phrase ${code}`, String((render as Render)(given))]]
}

const valueFor = (name: string, value: string): unknown => (name === 'tried' || name === 'passed' ? [value] : value)

/** The names that a text looks at when all are there, or none. */
function parametersOf(render: Render): readonly string[] {
  const names = new Set<string>()
  const noting = (value: string | undefined): object =>
    new Proxy({}, { get: (_, name) => (names.add(String(name)), value && valueFor(String(name), value)) })
  render(noting('given'))
  render(noting(undefined))
  return [...names]
}

function subsetsOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return items.reduce<readonly (readonly Item[])[]>(
    (subsets, item) => subsets.flatMap((subset) => [subset, [...subset, item]]),
    [[]],
  )
}

/** What a two-byte set holds from one first byte to another: GB 2312 within GBK, Big5 without later additions. */
function charactersOf(encoding: 'gbk' | 'big5', first: number, last: number): ReadonlySet<string> {
  const decoder = new TextDecoder(encoding)
  const characters = new Set<string>()
  for (let lead = first; lead <= last; lead += 1) {
    for (let trail = encoding === 'gbk' ? 0xa1 : 0x40; trail <= 0xfe; trail += 1) {
      characters.add(decoder.decode(Uint8Array.of(lead, trail)))
    }
  }
  return characters
}
