/** Which addresses a request may go to. */
import { describe, expect, it } from 'vitest'
import { checkUpstreamUrl, isLoopbackHost } from './address.ts'

describe('an upstream address', () => {
  it.each([
    'https://portal.qwen.ai/v1',
    'https://10.0.0.7:8443/v1',
    'http://localhost:11434/v1',
    'http://127.0.0.1:8080',
    'http://127.9.9.9',
    'http://[::1]:8080/v1',
    'HTTP://LOCALHOST/v1',
  ])('may be %s', (url) => {
    expect(checkUpstreamUrl(url).kind).toBe('ok')
  })

  it.each([
    ['http://portal.qwen.ai/v1', 'plain-http'],
    ['http://192.168.0.4/v1', 'plain-http'],
    ['http://localhost.:8080', 'plain-http'],
    ['http://localhost.evil.example', 'plain-http'],
    ['http://0.0.0.0:8080', 'plain-http'],
    ['http://[::ffff:127.0.0.1]', 'plain-http'],
    ['http://127.0.0.1.evil.example', 'plain-http'],
    ['https://name:secret@portal.qwen.ai', 'userinfo'],
    ['https://name@portal.qwen.ai', 'userinfo'],
    ['http://127.0.0.1@evil.example/', 'userinfo'],
    ['ftp://portal.qwen.ai', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['portal.qwen.ai/v1', 'not-a-url'],
    ['', 'not-a-url'],
    ['https://', 'not-a-url'],
  ])('may not be %s (%s)', (url, reason) => {
    expect(checkUpstreamUrl(url)).toEqual({ kind: 'refused', reason })
  })

  it('is judged as it will be used, whatever its spelling', () => {
    expect(checkUpstreamUrl('http://2130706433/')).toMatchObject({ kind: 'ok', url: { hostname: '127.0.0.1' } })
    expect(checkUpstreamUrl('http://0x7f.1/')).toMatchObject({ kind: 'ok', url: { hostname: '127.0.0.1' } })
    expect(checkUpstreamUrl('http:\\\\evil.example\\@127.0.0.1/')).toEqual({ kind: 'refused', reason: 'plain-http' })
  })
})

it('knows this machine by 127.0.0.0/8, ::1 or localhost only', () => {
  for (const host of ['127.0.0.1', '127.255.0.3', '::1', '[::1]', 'localhost', 'LocalHost']) {
    expect(isLoopbackHost(host), host).toBe(true)
  }
  for (const host of [
    '127.1',
    '127.0.0.1.',
    'localhost.',
    '128.0.0.1',
    '0.0.0.0',
    '::',
    'my.localhost',
    '127.a.b.c',
    '',
  ]) {
    expect(isLoopbackHost(host), host).toBe(false)
  }
})
