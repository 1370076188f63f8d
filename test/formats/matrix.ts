/** What the walk found, as a page tells it. */
import { join, resolve } from 'node:path'
import { REASONS } from './reasons.ts'
import { SDK_IDS } from './sdk.ts'
import type { SdkId } from './sdk.ts'
import { ALL_FEATURES } from './walk.ts'
import type { Walked } from './walk.ts'
import { UPSTREAMS } from './world.ts'

type Language = 'en' | 'zh'

const docs = resolve(import.meta.dirname, '../../docs')
export const PAGES = [
  { path: join(docs, 'en', 'clients.md'), language: 'en' },
  { path: join(docs, 'zh-CN', 'clients.md'), language: 'zh' },
] as const

const BEGIN = '<!-- matrix: written by npm run docs:matrix -->'
const END = '<!-- matrix: end -->'

const WORDS = {
  en: { feature: 'feature', upstream: 'model that speaks', yes: 'yes', no: 'no' },
  zh: { feature: '功能', upstream: '模型使用', yes: '支持', no: '不支持' },
} as const

const NAMES: Readonly<Record<SdkId, string>> = {
  'openai-chat': '`openai`: `chat.completions`',
  'openai-responses': '`openai`: `responses`',
  'anthropic-messages': '`@anthropic-ai/sdk`: `messages`',
}

const FORMATS = { chat: 'Chat Completions', messages: 'Messages', responses: 'Responses' } as const

/** The page with this table between its marks. */
export function withMatrix(page: string, results: readonly Walked[], language: Language): string {
  const from = page.indexOf(BEGIN)
  const to = page.indexOf(END)
  if (from === -1 || to < from) throw new Error('the page has no place for the table')
  return `${page.slice(0, from)}${BEGIN}\n\n${tables(results, language)}\n\n${page.slice(to)}`
}

/** One table an SDK; the reasons are counted over all of them. */
function tables(results: readonly Walked[], language: Language): string {
  const words = WORDS[language]
  const reasons: string[] = []
  const mark = (result: Walked | undefined): string => {
    if (result === undefined) return '?'
    if (result.found === 'yes') return words.yes
    const reason = reasonOf(result, language)
    if (!reasons.includes(reason)) reasons.push(reason)
    return `${words.no} (${reasons.indexOf(reason) + 1})`
  }
  const parts = SDK_IDS.map((sdk) => {
    const rows = ALL_FEATURES.map(({ id, title }) => {
      const marks = UPSTREAMS.map((upstream) =>
        mark(results.find((each) => each.sdk === sdk && each.upstream === upstream && each.feature.id === id)),
      )
      return `| ${[title[language], ...marks].join(' | ')} |`
    })
    const head = `| ${[words.feature, ...UPSTREAMS.map((upstream) => FORMATS[upstream])].join(' | ')} |`
    return `### ${NAMES[sdk]}\n\n${[head, '|---|---|---|---|', ...rows].join('\n')}`
  })
  const list = reasons.map((reason, at) => `${at + 1}. ${reason}`).join('\n')
  return [...parts, list].filter(Boolean).join('\n\n')
}

function reasonOf({ sdk, upstream, feature, found }: Walked, language: Language): string {
  if (found === 'yes') return ''
  const key = found.no === 'not in the SDK' ? `${feature.id} of ${sdk}` : `${feature.id} to ${upstream}`
  const reason = REASONS[key]
  if (!reason) throw new Error(`nobody has explained: ${key}`)
  return reason[language]
}
