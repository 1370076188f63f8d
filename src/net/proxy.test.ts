/** Whether a request goes through a proxy, as the settings and the environment's variables say. */
import { describe, expect, it } from 'vitest'
import type { ProxyRule } from '../core/network.ts'
import { Secret } from '../core/secret.ts'
import { proxyFor, proxyInUse, type ProxyChoice } from './proxy.ts'

const target = new URL('https://portal.qwen.ai/v1')
const ENVIRONMENT: ProxyRule = { kind: 'environment' }
const SET: ProxyRule = { kind: 'proxy', url: new Secret('http://set:1'), place: 'gateway.proxy' }

function choiceOf(env: NodeJS.ProcessEnv, rule: ProxyRule = ENVIRONMENT): ProxyChoice {
  return proxyFor(target, rule, env)
}

function proxyOf(url: string, env: NodeJS.ProcessEnv, rule: ProxyRule = ENVIRONMENT): string {
  const choice = proxyFor(new URL(url), rule, env)
  return choice.kind === 'proxy' ? choice.proxy.url.href : choice.kind
}

it('goes straight when no variable is set, or an empty one', () => {
  expect(choiceOf({})).toEqual({ kind: 'direct' })
  expect(choiceOf({ HTTPS_PROXY: '', http_proxy: ' ', ALL_PROXY: '' })).toEqual({ kind: 'direct' })
})

it('takes lower case before upper case, and HTTP_PROXY where HTTPS_PROXY is missing', () => {
  expect(proxyOf(target.href, { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://up:1' })).toBe('http://low:1/')
  expect(proxyOf(target.href, { HTTPS_PROXY: 'http://up:1', HTTP_PROXY: 'http://plain:1' })).toBe('http://up:1/')
  expect(proxyOf(target.href, { HTTP_PROXY: 'plain:3128' })).toBe('http://plain:3128/')
})

it("takes ALL_PROXY where the scheme's own variable is missing, and before the other scheme's", () => {
  expect(proxyOf(target.href, { ALL_PROXY: 'http://all:1' })).toBe('http://all:1/')
  expect(proxyOf(target.href, { all_proxy: 'http://all:1', HTTPS_PROXY: 'http://up:1' })).toBe('http://up:1/')
  expect(proxyOf(target.href, { ALL_PROXY: 'http://all:1', HTTP_PROXY: 'http://plain:1' })).toBe('http://all:1/')
})

it('hides upper case behind lower case, though that is empty', () => {
  expect(proxyOf(target.href, { https_proxy: '', HTTPS_PROXY: 'http://up:1' })).toBe('direct')
  expect(proxyOf(target.href, { HTTPS_PROXY: 'http://up:1', no_proxy: '', NO_PROXY: '*' })).toBe('http://up:1/')
})

it('never leads to this machine through a proxy', () => {
  const env = { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://p:1', ALL_PROXY: 'http://p:1' }
  for (const url of ['http://localhost:11434', 'http://127.0.0.1', 'http://[::1]:8080', 'https://127.0.0.2']) {
    expect(proxyOf(url, env), url).toBe('direct')
    expect(proxyOf(url, {}, SET), url).toBe('direct')
  }
})

describe('a setting', () => {
  it('goes before the environment', () => {
    expect(proxyOf(target.href, { HTTPS_PROXY: 'http://env:1' }, SET)).toBe('http://set:1/')
    expect(proxyOf(target.href, { HTTPS_PROXY: 'http://env:1' }, { kind: 'off' })).toBe('direct')
  })

  it('leaves out what NO_PROXY names, as --proxy of curl does', () => {
    expect(proxyOf(target.href, { NO_PROXY: 'qwen.ai' }, SET)).toBe('direct')
  })

  it('with a variable that is not set lets nothing through, but what needs no proxy', () => {
    const rule: ProxyRule = { kind: 'unset', variable: 'OFFICE', place: 'gateway.proxy' }
    const reason = expect.saying('gateway.proxy names ${OFFICE}, which is not set')
    expect(choiceOf({ HTTPS_PROXY: 'http://env:1' }, rule)).toEqual({ kind: 'unusable', reason })
    expect(choiceOf({ NO_PROXY: 'qwen.ai' }, rule)).toEqual({ kind: 'direct' })
  })
})

it.each([
  ['*', true],
  ['qwen.ai', true],
  ['.qwen.ai', true],
  ['*.qwen.ai', true],
  ['qwen.ai.', true],
  ['example.com, PORTAL.QWEN.AI', true],
  ['example.com portal.qwen.ai', true],
  ['portal.qwen.ai:443', true],
  ['portal.qwen.ai:8443', false],
  ['wen.ai', false],
  ['10.0.0.7', false],
  ['0.0.0.0/0', false],
  ['.', false],
])('with NO_PROXY=%s the proxy is passed by: %s', (noProxy, passedBy) => {
  expect(proxyOf(target.href, { HTTPS_PROXY: 'http://p:1', NO_PROXY: noProxy })).toBe(
    passedBy ? 'direct' : 'http://p:1/',
  )
})

it.each([
  ['https://10.2.3.4/', '10.0.0.0/8', true],
  ['https://10.2.3.4/', '192.168.0.0/16, 10.2.3.4/32', true],
  ['https://10.2.3.4:8443/', '10.0.0.0/8:8443', true],
  ['https://10.2.3.4:8443/', '10.0.0.0/8:443', false],
  ['https://11.2.3.4/', '10.0.0.0/8', false],
  ['https://10.2.3.4/', '10.0.0.0/33', false],
  ['https://10.2.3.4/', '10.0.0.0/', false],
  ['https://10.2.3.4/', '2.3.4', false],
  ['https://10.2.3.4/', '.4', false],
  ['https://[fd00::12]/', 'fd00::/8', true],
  ['https://[fd00::12]/', 'FD00:0::12', true],
  ['https://[fd00::12]/', '10.0.0.0/8', false],
  ['https://portal.qwen.ai./', 'qwen.ai', true],
])('%s with NO_PROXY=%s passes the proxy by: %s', (url, noProxy, passedBy) => {
  expect(proxyOf(url, { HTTPS_PROXY: 'http://p:1', NO_PROXY: noProxy })).toBe(passedBy ? 'direct' : 'http://p:1/')
})

it('reads IPv6 addresses in NO_PROXY with brackets and without', () => {
  for (const noProxy of ['fd00::1', '[fd00::1]', '[fd00::1]:8443']) {
    expect(proxyOf('https://[fd00::1]:8443/', { HTTPS_PROXY: 'http://p:1', NO_PROXY: noProxy }), noProxy).toBe('direct')
  }
})

it('does not go around a proxy it cannot speak to, names where it stands, and shows no password', () => {
  expect(choiceOf({ ALL_PROXY: 'socks5://me:secret@p:1080' })).toEqual({
    kind: 'unusable',
    reason: 'the proxy scheme socks5:// in ALL_PROXY is not http or https',
  })
  expect(choiceOf({ https_proxy: 'http://[bad' })).toEqual({
    kind: 'unusable',
    reason: 'the proxy address in https_proxy is not a URL',
  })
})

describe('what people are shown', () => {
  it('is the address without user and password, and who named it', () => {
    const env = { https_proxy: 'me:secret@p:3128', NO_PROXY: '.corp' }
    const shown = { kind: 'proxy', address: 'http://p:3128', place: 'https_proxy', exceptFor: '.corp' }
    expect(proxyInUse(ENVIRONMENT, env)).toEqual(shown)
    expect(proxyInUse({ ...SET, url: new Secret('https://me:secret@set') }, {})).toEqual({
      kind: 'proxy',
      address: 'https://set',
      place: 'gateway.proxy',
    })
  })

  it('is that there is none, or why there is none that can be used', () => {
    expect(proxyInUse({ kind: 'off' }, { HTTPS_PROXY: 'http://p:1' })).toEqual({ kind: 'none' })
    expect(proxyInUse(ENVIRONMENT, {})).toEqual({ kind: 'none' })
    expect(proxyInUse(ENVIRONMENT, { HTTPS_PROXY: 'socks5://p:1' })).toEqual({
      kind: 'unusable',
      place: 'HTTPS_PROXY',
      reason: expect.saying('socks5'),
    })
  })
})
