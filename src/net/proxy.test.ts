/** Whether a request goes through a proxy, as the environment's variables say. */
import { expect, it } from 'vitest'
import { proxyFor } from './proxy.ts'

const target = new URL('https://portal.qwen.ai/v1')

function proxyOf(url: string, env: NodeJS.ProcessEnv): string {
  const choice = proxyFor(new URL(url), env)
  return choice.kind === 'proxy' ? choice.proxy.href : choice.kind
}

it('goes straight when no variable is set, or an empty one', () => {
  expect(proxyFor(target, {})).toEqual({ kind: 'direct' })
  expect(proxyFor(target, { HTTPS_PROXY: '', http_proxy: '' })).toEqual({ kind: 'direct' })
})

it('takes lower case before upper case, and HTTP_PROXY where HTTPS_PROXY is missing', () => {
  expect(proxyOf(target.href, { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://up:1' })).toBe('http://low:1/')
  expect(proxyOf(target.href, { HTTPS_PROXY: 'http://up:1', HTTP_PROXY: 'http://plain:1' })).toBe('http://up:1/')
  expect(proxyOf(target.href, { HTTP_PROXY: 'plain:3128' })).toBe('http://plain:3128/')
})

it('never leads to this machine through a proxy', () => {
  const env = { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://p:1' }
  for (const url of ['http://localhost:11434', 'http://127.0.0.1', 'http://[::1]:8080', 'https://127.0.0.2']) {
    expect(proxyOf(url, env), url).toBe('direct')
  }
})

it.each([
  ['*', true],
  ['qwen.ai', true],
  ['.qwen.ai', true],
  ['*.qwen.ai', true],
  ['example.com, PORTAL.QWEN.AI', true],
  ['portal.qwen.ai:443', true],
  ['portal.qwen.ai:8443', false],
  ['wen.ai', false],
  ['10.0.0.7', false],
  ['.', false],
])('with NO_PROXY=%s the proxy is passed by: %s', (noProxy, passedBy) => {
  expect(proxyOf(target.href, { HTTPS_PROXY: 'http://p:1', NO_PROXY: noProxy })).toBe(
    passedBy ? 'direct' : 'http://p:1/',
  )
})

it('reads IPv6 addresses in NO_PROXY with brackets and without', () => {
  for (const noProxy of ['fd00::1', '[fd00::1]', '[fd00::1]:8443']) {
    expect(proxyOf('https://[fd00::1]:8443/', { HTTPS_PROXY: 'http://p:1', NO_PROXY: noProxy }), noProxy).toBe('direct')
  }
})

it('does not go around a proxy it cannot speak to, nor shows its password', () => {
  const choice = proxyFor(target, { HTTPS_PROXY: 'socks5://me:secret@p:1080' })
  expect(choice).toEqual({
    kind: 'unusable',
    reason: 'the proxy scheme socks5:// in the environment is not http or https',
  })
  expect(proxyFor(target, { HTTPS_PROXY: 'http://[bad' })).toMatchObject({ kind: 'unusable' })
})
