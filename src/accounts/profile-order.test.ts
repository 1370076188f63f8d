/** Which of several logins comes first. */
import { expect, it } from 'vitest'
import { readSettings } from '../config/read.ts'
import { profilesInOrder } from './profile-order.ts'

function orderIn(auth: object): readonly string[] {
  const profiles = Object.fromEntries(
    ['qwen-portal:work', 'other:default', 'qwen-portal:default', 'qwen-portal:home'].map((id) => [
      id,
      { provider: id.split(':')[0], mode: 'api_key', apiKey: 'k' },
    ]),
  )
  const read = readSettings({ upper: { auth: { profiles, ...auth } }, lower: undefined }, {})
  if (read.kind !== 'ok') throw new Error(String(read.wrong))
  return profilesInOrder('qwen-portal', read.settings).map(({ id }) => id)
}

it('puts the default login first, the others as they stand', () => {
  expect(orderIn({})).toEqual(['qwen-portal:default', 'qwen-portal:work', 'qwen-portal:home'])
})

it('follows the person’s own order, whatever it leaves out coming after', () => {
  expect(orderIn({ order: { 'qwen-portal': ['qwen-portal:home', 'qwen-portal:gone', 'qwen-portal:work'] } })).toEqual([
    'qwen-portal:home',
    'qwen-portal:work',
    'qwen-portal:default',
  ])
})

it('knows no login of another provider', () => {
  expect(orderIn({})).not.toContain('other:default')
})
