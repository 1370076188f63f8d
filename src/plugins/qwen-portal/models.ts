/** What the Qwen portal offers and allows, with sources and dates. */
import type { ChatHabits, ModelDefinition, QuotaPolicy, Retirement } from '../../sdk/index.ts'

/** Context and output as Qwen Code declared them for its OAuth logins (0.24, November 2026; vision-model: 0.0.14). */
export const models: readonly ModelDefinition[] = [
  { id: 'coder-model', name: 'Qwen Coder', input: ['text'], contextWindow: 1_000_000, maxTokens: 65_536 },
  { id: 'vision-model', name: 'Qwen Vision', input: ['text', 'image'], contextWindow: 131_072, maxTokens: 8_192 },
]

/** What `reasoning_effort` becomes for each model, `thinking.ts` says. */
export const chat: ChatHabits = { reasoningContent: true, topK: true, noReasoning: { reasoning_effort: 'none' } }

/** The free tier as it was announced; the provider never stated when its day ends. */
export const quota: QuotaPolicy = {
  requestsPerDay: 2_000,
  requestsPerMinute: 60,
  timeZone: 'Asia/Shanghai',
  source: {
    en: 'as Qwen Code announced it from 2025-08 to 2026-02-05; later 1,000, then 100, then none',
    'zh-CN': 'Qwen Code 在 2025-08 至 2026-02-05 公布的数字；此后先后降为 1000、100，直至取消',
    'zh-TW': 'Qwen Code 在 2025-08 至 2026-02-05 公布的數字；此後先後降為 1000、100，直至取消',
  },
}

export const retired: Retirement = {
  since: '2026-04-15',
  hosts: ['portal.qwen.ai', '*.qwen.ai'],
  text: {
    en: 'Your login is fine, but Qwen closed the free OAuth tier on 2026-04-15: logging in again does not help.',
    'zh-CN': '登录本身没有问题，但 Qwen 已于 2026-04-15 关闭免费 OAuth 额度：重新登录也没有用。',
    'zh-TW': '登入本身沒有問題，但 Qwen 已於 2026-04-15 關閉免費 OAuth 額度：重新登入也沒有用。',
  },
  ways: [
    {
      en: 'Use a key of Alibaba Cloud Model Studio.',
      'zh-CN': '改用阿里云百炼（Model Studio）的 API Key。',
      'zh-TW': '改用阿里雲百煉（Model Studio）的 API Key。',
    },
    {
      en: 'Or put any other OpenAI-compatible provider behind it as a fallback.',
      'zh-CN': '或者把任意兼容 OpenAI 的提供商配置为回退。',
      'zh-TW': '或者把任意相容 OpenAI 的供應商設為備援。',
    },
  ],
  run: 'openclaw models auth login --provider modelstudio',
}
