/** OpenAI's models that speak chat completions, with prices and announced ends. */
import type { ModelDefinition } from '../../sdk/index.ts'

/** pi-ai 1.5.2 (MIT). */
const source = { name: 'pi-ai 1.5.2', date: '2026-11-10' }
const input: ModelDefinition['input'] = ['text', 'image']

export const models: readonly ModelDefinition[] = [
  {
    id: 'gpt-6.1-sol',
    name: 'GPT-6.1 Sol',
    input,
    contextWindow: 272_000,
    maxTokens: 128_000,
    price: {
      input: 2,
      output: 10,
      cacheRead: 0.1,
      cacheWrite: 2.5,
      tiers: [{ aboveInputTokens: 272_000, input: 4, output: 15, cacheRead: 0.2, cacheWrite: 5 }],
    },
    source,
  },
  {
    id: 'gpt-6.1-terra',
    name: 'GPT-6.1 Terra',
    input,
    contextWindow: 272_000,
    maxTokens: 128_000,
    price: {
      input: 1,
      output: 5,
      cacheRead: 0.05,
      cacheWrite: 1.25,
      tiers: [{ aboveInputTokens: 272_000, input: 2, output: 7.5, cacheRead: 0.1, cacheWrite: 2.5 }],
    },
    source,
  },
  {
    id: 'gpt-6-luna',
    name: 'GPT-6 Luna',
    input,
    contextWindow: 272_000,
    maxTokens: 128_000,
    price: {
      input: 0.1,
      output: 0.5,
      cacheRead: 0.01,
      cacheWrite: 0.125,
      tiers: [{ aboveInputTokens: 272_000, input: 0.2, output: 0.75, cacheRead: 0.02, cacheWrite: 0.25 }],
    },
    source,
  },
  {
    id: 'gpt-5',
    name: 'GPT-5',
    input,
    contextWindow: 400_000,
    maxTokens: 128_000,
    price: { input: 1.25, output: 10, cacheRead: 0.125 },
    source,
  },
  {
    id: 'gpt-5-mini',
    name: 'GPT-5 Mini',
    input,
    contextWindow: 400_000,
    maxTokens: 128_000,
    price: { input: 0.25, output: 2, cacheRead: 0.025 },
    source,
  },
  {
    id: 'gpt-4.1',
    name: 'GPT-4.1',
    input,
    contextWindow: 1_047_576,
    maxTokens: 32_768,
    price: { input: 2, output: 8, cacheRead: 0.5 },
    source,
  },
  {
    id: 'gpt-4o',
    name: 'GPT-4o',
    input,
    contextWindow: 128_000,
    maxTokens: 16_384,
    price: { input: 2.5, output: 10, cacheRead: 1.25 },
    // OpenAI's page of deprecations names the snapshots, and this replacement.
    retirement: {
      on: '2027-01-14',
      replacement: 'gpt-6-luna',
      note: {
        en: 'the snapshots behind it, 2024-08-06 and 2024-11-20, end that day',
        'zh-CN': '它背后的快照 2024-08-06 和 2024-11-20 于当天停用',
        'zh-TW': '它背後的快照 2024-08-06 和 2024-11-20 於當天停用',
      },
    },
    source,
  },
  ...['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'].map((id): ModelDefinition => ({
    id,
    name: `GPT-4o (${id.slice('gpt-4o-'.length)})`,
    input,
    contextWindow: 128_000,
    maxTokens: 16_384,
    price: { input: 2.5, output: 10, cacheRead: 1.25 },
    retirement: { on: '2027-01-14', replacement: 'gpt-6-luna' },
    source,
  })),
]
