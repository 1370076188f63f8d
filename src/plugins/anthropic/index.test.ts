import { expect, it } from 'vitest'
import plugin from './index.ts'

it('speaks Messages, and tells each model to reason in the way that it knows', () => {
  const [provider] = plugin.providers
  expect(provider?.dialect).toBe('messages')
  const ways = provider?.models.map(({ id, reasoning }) => [id, reasoning])
  expect(ways).toEqual(provider?.models.map(({ id }) => [id, /^claude-[a-z]+-5-/.test(id) ? 'adaptive' : 'budget']))
})
