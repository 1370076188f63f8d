import { expect, it } from 'vitest'
import { againstAlias } from './alias-names.ts'

const PROVIDERS = ['qwen-portal', 'modelstudio']

it.each(['qwen', 'q', 'GPT-4o', 'v1.5', 'a_b', 'small:fast', '看图', 'été', 'openclaw-2', '4'])(
  '%s may be an alias',
  (name) => {
    expect(againstAlias(name, PROVIDERS)).toBeUndefined()
  },
)

it.each([
  ['openclaw', 'openclaw and openclaw/<agent> mean an agent'],
  ['OpenClaw', 'openclaw and openclaw/<agent> mean an agent'],
  ['openclaw/main', 'openclaw and openclaw/<agent> mean an agent'],
  ['a/b', 'a name with / is a model ref'],
  ['/', 'a name with / is a model ref'],
  ['modelstudio', 'a provider has this id'],
  ['Qwen-Portal', 'a provider has this id'],
  ['', /letters, numbers/],
  ['two words', /letters, numbers/],
  ['-x', /letters, numbers/],
  ['.x', /letters, numbers/],
  ['a@b', /letters, numbers/],
  ['a\n', /letters, numbers/],
  ['__proto__', /letters, numbers/],
  ['🐧', /letters, numbers/],
] as const)('%j may not: %s', (name, wrong) => {
  expect(String(againstAlias(name, PROVIDERS))).toMatch(wrong)
})
