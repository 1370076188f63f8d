/** Anthropic's models, with prices and retirements. */
import type { ModelDefinition } from '../../sdk/index.ts'

/** pi-ai 1.5.2 (MIT). */
const current = { name: 'pi-ai 1.5.2', date: '2026-11-10' }
/** models.dev (MIT) while they were offered; the retirement from Anthropic's release notes. */
const past = { name: 'models.dev', date: '2026-07-02' }
const input: ModelDefinition['input'] = ['text', 'image']

export const models: readonly ModelDefinition[] = [
  {
    id: 'claude-opus-5-5',
    name: 'Claude Opus 5.5',
    input,
    reasoning: 'adaptive',
    contextWindow: 1_000_000,
    maxTokens: 128_000,
    price: { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
    source: current,
  },
  {
    id: 'claude-sonnet-5-5',
    name: 'Claude Sonnet 5.5',
    input,
    reasoning: 'adaptive',
    contextWindow: 1_000_000,
    maxTokens: 128_000,
    price: { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
    source: current,
  },
  {
    id: 'claude-haiku-5-5',
    name: 'Claude Haiku 5.5',
    input,
    reasoning: 'adaptive',
    contextWindow: 1_000_000,
    maxTokens: 128_000,
    price: {
      input: 0.1,
      output: 0.5,
      cacheRead: 0.01,
      cacheWrite: 0.125,
      tiers: [{ aboveInputTokens: 100_000, input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 }],
    },
    source: current,
  },
  {
    id: 'claude-sonnet-4-5',
    name: 'Claude Sonnet 4.5',
    input,
    reasoning: 'budget',
    contextWindow: 200_000,
    maxTokens: 64_000,
    price: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
    source: current,
  },
  {
    id: 'claude-haiku-4-5',
    name: 'Claude Haiku 4.5',
    input,
    reasoning: 'budget',
    contextWindow: 200_000,
    maxTokens: 64_000,
    price: { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
    source: current,
  },
  {
    id: 'claude-sonnet-4-20250514',
    name: 'Claude Sonnet 4',
    input,
    reasoning: 'budget',
    contextWindow: 200_000,
    maxTokens: 64_000,
    price: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
    retirement: { on: '2026-06-15', replacement: 'claude-sonnet-5-5' },
    source: past,
  },
  {
    id: 'claude-opus-4-20250514',
    name: 'Claude Opus 4',
    input,
    reasoning: 'budget',
    contextWindow: 200_000,
    maxTokens: 32_000,
    price: { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 },
    retirement: { on: '2026-06-15', replacement: 'claude-opus-5-5' },
    source: past,
  },
]
