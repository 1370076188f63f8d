/** The Qwen models of Model Studio, with what a standard key pays for them outside mainland China. */
import type { LocalizedText, ModelDefinition } from '../../sdk/index.ts'

/** Alibaba's own lists as models.dev keeps them (MIT), at commit f3fc6922. */
const listed = { name: 'models.dev', date: '2026-07-02' }
/** Newer figures of gateways that pass Alibaba's prices on, as pi-ai 1.5.2 (MIT) has them. */
const observed = { name: 'pi-ai 1.5.2', date: '2026-11-10' }

const text: ModelDefinition['input'] = ['text']
const seeing: ModelDefinition['input'] = ['text', 'image']

export const priceNote: LocalizedText = {
  en: 'Standard keys outside mainland China; prices there differ. A Coding Plan or Token Plan counts requests or credits, not tokens.',
  'zh-CN':
    '这是中国内地以外标准 API Key 的价格，内地价格不同。Coding Plan 和 Token Plan 按请求次数或积分计费，不按 token。',
  'zh-TW':
    '這是中國內地以外標準 API Key 的價格，內地價格不同。Coding Plan 和 Token Plan 依請求次數或點數計費，不依 token。',
}

export const models: readonly ModelDefinition[] = [
  {
    id: 'qwen3.8-max',
    name: 'Qwen3.8 Max',
    input: seeing,
    contextWindow: 1_000_000,
    maxTokens: 131_072,
    price: { input: 2, output: 6, cacheRead: 0.25 },
    source: observed,
  },
  {
    id: 'qwen3.8-flash',
    name: 'Qwen3.8 Flash',
    input: seeing,
    contextWindow: 1_000_000,
    maxTokens: 131_072,
    price: { input: 0.15, output: 0.47, cacheRead: 0.016 },
    source: observed,
  },
  {
    id: 'qwen3.7-max',
    name: 'Qwen3.7 Max',
    input: text,
    contextWindow: 1_000_000,
    maxTokens: 65_536,
    price: { input: 2.5, output: 7.5, cacheRead: 0.5 },
    source: observed,
  },
  {
    id: 'qwen3.7-plus',
    name: 'Qwen3.7 Plus',
    input: seeing,
    contextWindow: 1_000_000,
    maxTokens: 65_536,
    price: {
      input: 0.4,
      output: 1.6,
      cacheRead: 0.08,
      tiers: [{ aboveInputTokens: 256_000, input: 1.2, output: 4.8, cacheRead: 0.24 }],
    },
    source: observed,
  },
  {
    id: 'qwen3.7-flash',
    name: 'Qwen3.7 Flash',
    input: seeing,
    contextWindow: 991_000,
    maxTokens: 64_000,
    price: {
      input: 0.03,
      output: 0.13,
      cacheRead: 0.006,
      tiers: [
        { aboveInputTokens: 32_000, input: 0.1, output: 0.4, cacheRead: 0.02 },
        { aboveInputTokens: 256_000, input: 0.2, output: 0.8, cacheRead: 0.04 },
      ],
    },
    source: observed,
  },
  {
    id: 'qwen3.6-plus',
    name: 'Qwen3.6 Plus',
    input: seeing,
    contextWindow: 1_000_000,
    maxTokens: 65_536,
    price: {
      input: 0.5,
      output: 3,
      cacheRead: 0.05,
      tiers: [{ aboveInputTokens: 256_000, input: 2, output: 6, cacheRead: 0.2 }],
    },
    source: observed,
  },
  {
    id: 'qwen3.6-flash',
    name: 'Qwen3.6 Flash',
    input: seeing,
    contextWindow: 1_000_000,
    maxTokens: 65_536,
    price: { input: 0.1875, output: 1.125, tiers: [{ aboveInputTokens: 256_000, input: 0.75, output: 3 }] },
    source: listed,
  },
  {
    id: 'qwen3.5-plus',
    name: 'Qwen3.5 Plus',
    input: seeing,
    contextWindow: 1_000_000,
    maxTokens: 65_536,
    price: { input: 0.4, output: 2.4, tiers: [{ aboveInputTokens: 256_000, input: 0.5, output: 3 }] },
    source: listed,
  },
  {
    id: 'qwen3-max',
    name: 'Qwen3 Max',
    input: text,
    contextWindow: 262_144,
    maxTokens: 65_536,
    price: {
      input: 1.2,
      output: 6,
      tiers: [
        { aboveInputTokens: 32_000, input: 2.4, output: 12 },
        { aboveInputTokens: 128_000, input: 3, output: 15 },
      ],
    },
    source: listed,
  },
  {
    id: 'qwen3-coder-plus',
    name: 'Qwen3 Coder Plus',
    input: text,
    contextWindow: 1_000_000,
    maxTokens: 65_536,
    price: { input: 1, output: 5, tiers: [{ aboveInputTokens: 32_000, input: 1.8, output: 9 }] },
    source: listed,
  },
  {
    id: 'qwen3-coder-flash',
    name: 'Qwen3 Coder Flash',
    input: text,
    contextWindow: 1_000_000,
    maxTokens: 65_536,
    price: { input: 0.3, output: 1.5 },
    source: listed,
  },
  // Within the plans only; nobody lists a price of Alibaba's own for it.
  {
    id: 'qwen3-coder-next',
    name: 'Qwen3 Coder Next',
    input: text,
    contextWindow: 262_144,
    maxTokens: 65_536,
    source: listed,
  },
  {
    id: 'qwen3-vl-plus',
    name: 'Qwen3 VL Plus',
    input: seeing,
    contextWindow: 262_144,
    maxTokens: 32_768,
    price: { input: 0.2, output: 1.6 },
    source: listed,
  },
  {
    id: 'qwen-plus',
    name: 'Qwen Plus',
    input: text,
    contextWindow: 1_000_000,
    maxTokens: 32_768,
    price: { input: 0.4, output: 1.2 },
    source: listed,
  },
  {
    id: 'qwen-flash',
    name: 'Qwen Flash',
    input: text,
    contextWindow: 1_000_000,
    maxTokens: 32_768,
    price: { input: 0.05, output: 0.4 },
    source: listed,
  },
]
