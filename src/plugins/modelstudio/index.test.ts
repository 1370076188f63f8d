/** Model Studio's places and errors, after the recorded ones. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { chatFailureReader } from '../../dialects/chat-completions/failure.ts'
import plugin from './index.ts'
import { readFailure } from './read-failure.ts'

const [provider] = plugin.providers
const key = provider?.key

interface Recorded {
  readonly name: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly expectedKind: string
  readonly expectedScope: string
  readonly expectedVerdict?: string
}
const recorded = (
  JSON.parse(
    readFileSync(new URL('../../../test/fixtures/qwen-errors.json', import.meta.url), 'utf8'),
  ) as readonly Recorded[]
).filter(({ expectedVerdict }) => !expectedVerdict)

it.each(recorded)('reads $name as $expectedKind of the $expectedScope', ({ status, headers, body, ...expected }) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const json: unknown = typeof body === 'string' ? undefined : body
  const contentType = headers['content-type'] ?? ''
  const now = new Date('2026-07-22T08:00:00Z')
  const failure = chatFailureReader(readFailure)({ status, contentType, text, json, now })
  expect({ kind: failure.kind, scope: failure.scope }).toEqual({
    kind: expected.expectedKind,
    scope: expected.expectedScope,
  })
  const isRefusedKey = failure.kind === 'auth' && text !== ''
  expect(String(failure.evidence).includes('a key is good only for')).toBe(isRefusedKey)
})

it('has a place of its own for each plan and region, over https', () => {
  expect(key?.places.map(({ flags }) => `${flags.plan} ${flags.region}`)).toEqual([
    'standard intl',
    'standard cn',
    'standard us',
    'standard hk',
    'coding intl',
    'coding cn',
    'token intl',
    'token cn',
  ])
  const addresses = key?.places.map(({ baseUrl }) => baseUrl) ?? []
  expect(new Set(addresses).size).toBe(8)
  expect(
    addresses.every((address) => /^https:\/\/[\w.-]+\.aliyuncs\.com\/(?:compatible-mode\/)?v1$/.test(address)),
  ).toBe(true)
})
