/** Hosts that check keys, as they treat them: each takes the keys of its own plan and region, and says no in its own words. */
import { badToken, modelNotFound, notInPlan, notPaid, plainRefusal } from './chat-errors.ts'
import { plainWords, planWords, standardWords, tokenPlanWords, usualWords } from './limit-words.ts'
import type { LimitWords } from './limit-words.ts'
import { messagesProvider } from './messages/provider.ts'
import type { Model, Provider } from './providers.ts'

export interface KeyHost {
  readonly host: string
  /** What stands before `/chat/completions` and `/models`. */
  readonly base: string
  readonly provider: Provider
}

const qwen: readonly Model[] = [
  { id: 'qwen3.7-plus', realName: 'qwen3.7-plus', seesPictures: true },
  { id: 'qwen3.5-plus', realName: 'qwen3.5-plus', seesPictures: true },
  { id: 'qwen3-coder-plus', realName: 'qwen3-coder-plus', seesPictures: false, inputTokens: 997_952 },
]
/** What is sold by the token has more than a plan has. */
const all: readonly Model[] = [
  ...qwen,
  { id: 'qwen-plus', realName: 'qwen-plus', seesPictures: false },
  { id: 'qwen3-max', realName: 'qwen3-max', seesPictures: false },
]

/** None of these keys opens anything outside an emulator; with `-spent` behind it a key's account is used up. */
interface Rule {
  readonly models: readonly Model[]
  readonly key: string
  /** Throws what this host says to a key that is not its own. */
  readonly wrong: (key: string) => never
  readonly spent: () => never
  readonly limitWords: LimitWords
  readonly noSuchModel: Provider['noSuchModel']
}

function keyed(host: string, base: string, { models, key, wrong, spent, limitWords, noSuchModel }: Rule): KeyHost {
  return {
    host,
    base,
    provider: {
      models,
      owner: host,
      accountOf(token) {
        if (token === `${key}-spent`) return spent()
        return token === key ? host : wrong(token)
      },
      badTokenMessage: 'Incorrect API key provided.',
      metered: false,
      strictAsQwen: models === qwen || models === all,
      limitWords,
      noSuchModel,
    },
  }
}

function standard(host: string, region: string): KeyHost {
  return keyed(host, '/compatible-mode/v1', {
    models: all,
    limitWords: standardWords,
    noSuchModel: modelNotFound,
    key: `sk-emulator-${region}`,
    wrong(key) {
      if (key.startsWith('sk-sp-')) throw badToken('invalid api-key', 403)
      throw badToken('Incorrect API key provided.')
    },
    spent() {
      throw notPaid()
    },
  })
}

function plan(host: string, base: string, key: string, limitWords = planWords): KeyHost {
  return keyed(host, base, {
    models: qwen,
    limitWords,
    noSuchModel: notInPlan,
    key,
    wrong() {
      throw badToken('invalid access token or token expired')
    },
    spent() {
      throw planWords({ limit: 'perFiveHours', freeAtMs: 0, nowMs: 0, words: usualWords })
    },
  })
}

function other(
  host: string,
  base: string,
  { key, models, words }: { readonly key: string; readonly models: readonly string[]; readonly words: string },
): KeyHost {
  return keyed(host, base, {
    models: models.map((id) => ({ id, realName: id, seesPictures: true })),
    limitWords: plainWords,
    noSuchModel: modelNotFound,
    key,
    wrong() {
      throw plainRefusal(401, words)
    },
    spent() {
      throw plainRefusal(402, 'Insufficient Balance')
    },
  })
}

export const keyHosts: readonly KeyHost[] = [
  standard('dashscope.aliyuncs.com', 'cn'),
  standard('dashscope-intl.aliyuncs.com', 'intl'),
  standard('dashscope-us.aliyuncs.com', 'us'),
  standard('cn-hongkong.dashscope.aliyuncs.com', 'hk'),
  plan('coding.dashscope.aliyuncs.com', '/v1', 'sk-sp-emulator-cn'),
  plan('coding-intl.dashscope.aliyuncs.com', '/v1', 'sk-sp-emulator-intl'),
  plan('token-plan.cn-beijing.maas.aliyuncs.com', '/compatible-mode/v1', 'sk-sp-emulator-token-cn', tokenPlanWords),
  plan(
    'token-plan.ap-southeast-1.maas.aliyuncs.com',
    '/compatible-mode/v1',
    'sk-sp-emulator-token-intl',
    tokenPlanWords,
  ),
  other('api.openai.com', '/v1', {
    key: 'sk-emulator-openai',
    models: ['gpt-6.1-terra'],
    words: 'Incorrect API key provided: sk-wrong.',
  }),
  other('openrouter.ai', '/api/v1', {
    key: 'sk-or-emulator',
    models: ['qwen/qwen3.7-plus'],
    words: 'No auth credentials found',
  }),
  other('api.deepseek.com', '', {
    key: 'sk-emulator-deepseek',
    models: ['deepseek-flash'],
    words: 'Authentication Fails, Your api key is invalid',
  }),
  other('api.moonshot.ai', '/v1', {
    key: 'sk-emulator-moonshot-intl',
    models: ['kimi-k3.1-pro'],
    words: 'Invalid Authentication',
  }),
  other('api.moonshot.cn', '/v1', {
    key: 'sk-emulator-moonshot-cn',
    models: ['kimi-k3.1-pro'],
    words: 'Invalid Authentication',
  }),
]

const claudes: readonly Model[] = [
  { id: 'claude-opus-5-5', outputTokens: 128_000 },
  { id: 'claude-sonnet-5-5', outputTokens: 128_000 },
  { id: 'claude-haiku-5-5', outputTokens: 128_000 },
  { id: 'claude-sonnet-4-5', outputTokens: 64_000 },
  { id: 'claude-haiku-4-5', outputTokens: 64_000 },
].map((model) => ({ ...model, realName: model.id, seesPictures: true }))
const { accountOf, ...anthropic } = messagesProvider('sk-ant-emulator', claudes)

/** Hosts that speak Messages. */
export const messagesHosts: readonly KeyHost[] = [
  {
    host: 'api.anthropic.com',
    base: '/v1',
    // As at each host with keys: one key, one account.
    provider: {
      ...anthropic,
      accountOf: (key, emulator) => (/^sk-ant-emulator(?:-spent)?$/.test(key) ? accountOf(key, emulator) : undefined),
    },
  },
]

/** Hosts that speak Responses beside chat completions. */
export const responsesHosts: readonly KeyHost[] = keyHosts.filter(({ host }) => host === 'api.openai.com')
