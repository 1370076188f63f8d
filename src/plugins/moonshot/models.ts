/** Moonshot's Kimi models, with the prices of its international platform. */
import type { LocalizedText, ModelDefinition } from '../../sdk/index.ts'

/** pi-ai 1.5.2 (MIT). */
const source = { name: 'pi-ai 1.5.2', date: '2026-11-10' }
const input: ModelDefinition['input'] = ['text', 'image']

export const priceNote: LocalizedText = {
  en: 'Prices of the international platform; the mainland one bills in CNY, within 3 % of these.',
  'zh-CN': '这是国际平台的价格；内地平台以人民币计费，相差在 3% 以内。',
  'zh-TW': '這是國際平台的價格；內地平台以人民幣計費，相差在 3% 以內。',
}

export const models: readonly ModelDefinition[] = [
  {
    id: 'kimi-k3.1-pro',
    name: 'Kimi K3.1 Pro',
    input,
    contextWindow: 1_048_576,
    maxTokens: 1_048_576,
    price: { input: 2, output: 10, cacheRead: 0.2 },
    source,
  },
  {
    id: 'kimi-k3',
    name: 'Kimi K3',
    input,
    contextWindow: 1_048_576,
    maxTokens: 1_048_576,
    price: { input: 3, output: 15, cacheRead: 0.3 },
    source,
  },
  {
    id: 'kimi-k2.7-code',
    name: 'Kimi K2.7 Code',
    input,
    contextWindow: 262_144,
    maxTokens: 262_144,
    price: { input: 0.95, output: 4, cacheRead: 0.19 },
    source,
  },
  {
    id: 'kimi-k2.6',
    name: 'Kimi K2.6',
    input,
    contextWindow: 262_144,
    maxTokens: 262_144,
    price: { input: 0.95, output: 4, cacheRead: 0.16 },
    source,
  },
]
