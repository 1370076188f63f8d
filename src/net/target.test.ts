/** Which requests may share a connection. */
import { expect, it } from 'vitest'
import type { ProxyRule } from '../core/network.ts'
import { Secret } from '../core/secret.ts'
import { targetReader } from './target.ts'

const address = 'https://api.example/v1/chat'
const through = (url: string): ProxyRule => ({ kind: 'proxy', url: new Secret(url), place: 'gateway.proxy' })
const wayOver = (proxy: ProxyRule): string => targetReader()(address, proxy).way

it('is one way for what goes through the same proxy under the same login', () => {
  expect(wayOver(through('http://me:one@p:1'))).toBe(wayOver(through('http://me:one@p:1')))
  expect(wayOver(through('http://me:one@p:1'))).not.toBe(wayOver(through('http://me:two@p:1')))
  expect(wayOver({ kind: 'off' })).not.toBe(wayOver({ kind: 'environment' }))
})

it('is named without the password', () => {
  expect(wayOver(through('http://me:password-of-mine@p:1'))).not.toContain('password-of-mine')
})
