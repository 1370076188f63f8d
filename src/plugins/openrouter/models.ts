/** Some of OpenRouter's models, above all Qwen's; it has many more, and all of them can be asked. */
import type { ModelDefinition } from '../../sdk/index.ts'

/** pi-ai 1.5.2 (MIT). */
const source = { name: 'pi-ai 1.5.2', date: '2026-11-10' }
const text: ModelDefinition['input'] = ['text']
const seeing: ModelDefinition['input'] = ['text', 'image']

export const models: readonly ModelDefinition[] = [
  {
    id: 'qwen/qwen3.8-max-0902',
    name: 'Qwen3.8 Max (0902)',
    input: seeing,
    contextWindow: 1_000_000,
    maxTokens: 131_072,
    price: { input: 2, output: 6, cacheRead: 0.25 },
    source,
  },
  {
    id: 'qwen/qwen3.8-flash',
    name: 'Qwen3.8 Flash',
    input: seeing,
    contextWindow: 1_000_000,
    maxTokens: 131_072,
    price: { input: 0.15, output: 0.47, cacheRead: 0.016 },
    source,
  },
  {
    id: 'qwen/qwen3.7-max',
    name: 'Qwen3.7 Max',
    input: text,
    contextWindow: 1_000_000,
    maxTokens: 131_072,
    price: { input: 1.475, output: 4.425, cacheRead: 0.295, cacheWrite: 1.84375 },
    source,
  },
  {
    id: 'qwen/qwen3.7-plus',
    name: 'Qwen3.7 Plus',
    input: seeing,
    contextWindow: 1_000_000,
    maxTokens: 131_072,
    price: {
      input: 0.32,
      output: 1.28,
      cacheRead: 0.064,
      cacheWrite: 0.4,
      tiers: [{ aboveInputTokens: 256_000, input: 0.96, output: 3.84, cacheRead: 0.192, cacheWrite: 1.2 }],
    },
    source,
  },
  {
    id: 'qwen/qwen3-coder-next',
    name: 'Qwen3 Coder Next',
    input: text,
    contextWindow: 262_144,
    maxTokens: 235_929,
    price: { input: 0.12, output: 0.8, cacheRead: 0.07 },
    source,
  },
  {
    id: 'qwen/qwen-plus',
    name: 'Qwen Plus',
    input: text,
    contextWindow: 1_000_000,
    maxTokens: 32_768,
    price: {
      input: 0.26,
      output: 0.78,
      cacheRead: 0.052,
      cacheWrite: 0.325,
      tiers: [{ aboveInputTokens: 256_000, input: 0.78, output: 2.34, cacheRead: 0.156, cacheWrite: 0.975 }],
    },
    source,
  },
  {
    id: 'anthropic/claude-sonnet-5.5',
    name: 'Claude Sonnet 5.5',
    input: seeing,
    contextWindow: 1_000_000,
    maxTokens: 128_000,
    price: { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
    source,
  },
  {
    id: 'openai/gpt-6-luna',
    name: 'GPT-6 Luna',
    input: seeing,
    contextWindow: 1_050_000,
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
]
