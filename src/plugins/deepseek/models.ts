/** DeepSeek's models, with prices. */
import type { ModelDefinition } from '../../sdk/index.ts'

/** pi-ai 1.5.2 (MIT). */
const source = { name: 'pi-ai 1.5.2', date: '2026-11-10' }

export const models: readonly ModelDefinition[] = [
  {
    id: 'deepseek-flash',
    name: 'DeepSeek V4.1 Flash',
    input: ['text', 'image'],
    contextWindow: 1_000_000,
    maxTokens: 384_000,
    price: { input: 0.3, output: 1.2, cacheRead: 0.006 },
    source,
  },
  {
    id: 'deepseek-v4-pro',
    name: 'DeepSeek V4 Pro',
    input: ['text'],
    contextWindow: 1_000_000,
    maxTokens: 384_000,
    price: { input: 1.32, output: 3.96, cacheRead: 0.044 },
    source,
  },
]
