import { expect, it } from 'vitest'
import { hiddenDefault } from './hidden-default.ts'

const values = (model?: unknown) => ({
  agents: {
    list: [
      { id: 'other', model: 'a/x' },
      { id: 'q', model },
    ],
  },
})

it.each([
  ['a plain ref', 'a/b', 'agents.list[1].model', undefined],
  ['an object with a primary', { primary: 'a/b' }, 'agents.list[1].model.primary', 'agents.list[1].model'],
  ['an object with fallbacks alone', { fallbacks: [] }, undefined, 'agents.list[1].model'],
  ['no model', undefined, undefined, undefined],
])('an agent with %s hides what it replaces', (_, model, primary, fallbacks) => {
  expect(hiddenDefault('primary', 'q', values(model))?.path).toBe(primary)
  expect(hiddenDefault('fallbacks', 'q', values(model))?.path).toBe(fallbacks)
})

it('an agent that is not listed hides nothing', () => {
  expect(hiddenDefault('primary', 'main', values('a/b'))).toBeUndefined()
  expect(hiddenDefault('primary', 'main', {})).toBeUndefined()
})
