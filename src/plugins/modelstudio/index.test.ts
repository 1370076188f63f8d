/** Model Studio's places, and what it says of a key. */
import { expect, it } from 'vitest'
import { chatFailureReader } from '../../dialects/chat-completions/failure.ts'
import plugin from './index.ts'
import { readFailure } from './read-failure.ts'

const [provider] = plugin.providers
const key = provider?.key

it('says of a refused key what that means here, and nothing of the kind of a missing page', () => {
  const read = chatFailureReader(readFailure)
  const evidence = (status: number, text: string): string => {
    const json: unknown = text === '' ? undefined : JSON.parse(text)
    return String(read({ status, contentType: 'application/json', text, json, now: new Date(0) }).evidence)
  }
  const refused = '{"error":{"code":"invalid_api_key","message":"Incorrect API key provided."}}'
  expect(evidence(401, refused)).toContain('a key is good only for')
  expect(evidence(404, '')).not.toContain('a key is good only for')
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
