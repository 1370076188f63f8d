/** A proxy in the settings: what may stand there, what it means, what nobody is shown. */
import { describe, expect, it } from 'vitest'
import { holdsPassword, withPasswordHidden } from './proxy.ts'
import { read, settingsFrom } from './settings.fixture.ts'

const proxyOf = (written: string, environment: Readonly<Record<string, string>> = {}) =>
  settingsFrom({ upper: JSON.stringify({ gateway: { proxy: written } }), environment }).network.proxy

describe('gateway.proxy', () => {
  it('is the environment’s where nothing is said, or env', () => {
    expect(settingsFrom({}).network).toEqual({ proxy: { kind: 'environment' } })
    expect(proxyOf('env')).toEqual({ kind: 'environment' })
  })

  it('is off, or an address with user and password', () => {
    expect(proxyOf('off')).toEqual({ kind: 'off' })
    const url = 'https://me:secret@proxy.corp.example:8443'
    expect(proxyOf(url)).toEqual({ kind: 'proxy', url, place: 'gateway.proxy' })
  })

  it('takes variables, whole or in part', () => {
    expect(proxyOf('${PROXY}', { PROXY: 'http://p:1' })).toMatchObject({ kind: 'proxy', url: 'http://p:1' })
    expect(proxyOf('http://me:${PASS}@p:1', { PASS: 'x' })).toMatchObject({ url: 'http://me:x@p:1' })
    expect(proxyOf('${HOW}', { HOW: 'off' })).toEqual({ kind: 'off' })
  })

  it('knows that a variable of it is not set', () => {
    expect(proxyOf('http://me:${PASS}@p:1')).toEqual({ kind: 'unset', variable: 'PASS', place: 'gateway.proxy' })
  })

  it.each([
    '',
    'on',
    'proxy:3128',
    'socks5://me:secret@p:1',
    'me:secret@p:1',
    'http://',
    'http://p/path',
    'http://a b',
  ])('is nothing else, and is not shown where it is wrong: %j', (written) => {
    const found = read({ upper: JSON.stringify({ gateway: { proxy: written } }) })
    expect(found).toMatchObject({ kind: 'invalid', path: ['gateway', 'proxy'] })
    const wrong = String((found as { wrong: unknown }).wrong)
    expect(wrong).toMatch(/^expected "env", "off" or the http or https address of a proxy, met an? (empty )?text$/)
  })

  it('warns of a name that is nearly its own', () => {
    const found = read({ upper: '{ gateway: { proxi: "off", caa: "x" } }' })
    expect(found).toMatchObject({
      warnings: [
        { path: 'gateway.proxi', nearest: 'gateway.proxy' },
        { path: 'gateway.caa', nearest: 'gateway.ca' },
      ],
    })
  })
})

describe('a provider', () => {
  const entry = (own: object, environment: Readonly<Record<string, string>> = {}) =>
    settingsFrom({ upper: JSON.stringify({ models: { providers: { x: own } } }), environment }).providers.get('x')

  it('has a proxy of its own where one is named, and its variables', () => {
    expect(entry({})).not.toHaveProperty('proxy')
    expect(entry({ proxy: 'off' })?.proxy).toEqual({ kind: 'off' })
    const named = { kind: 'proxy', url: 'http://p:1', place: 'models.providers.x.proxy' }
    expect(entry({ proxy: 'http://${HOST}:1' }, { HOST: 'p' })?.proxy).toEqual(named)
    expect(entry({ proxy: 'http://${HOST}:1' })).toMatchObject({
      proxy: { kind: 'unset', variable: 'HOST' },
      unsetVariables: ['HOST'],
    })
  })

  it('has limits of its own: those that were set', () => {
    expect(entry({})).not.toHaveProperty('limits')
    expect(entry({ limits: { answerMs: 900_000, idleMs: 5 } })?.limits).toEqual({ answerMs: 900_000, idleMs: 5 })
    const nearly = read({ upper: '{ models: { providers: { x: { limits: { idle: 5 } } } } }' })
    expect(nearly).toMatchObject({
      warnings: [{ path: 'models.providers.x.limits.idle', nearest: 'models.providers.x.limits.idleMs' }],
    })
    expect(read({ upper: '{ models: { providers: { x: { limits: { idleMs: 0 } } } } }' })).toMatchObject({
      kind: 'invalid',
      path: ['models', 'providers', 'x', 'limits', 'idleMs'],
    })
  })
})

it('gateway.ca is a path, or the variable that it misses', () => {
  const ca = (written: string, environment = {}) =>
    settingsFrom({ upper: JSON.stringify({ gateway: { ca: written } }), environment }).network.ca
  expect(ca('~/office.pem')).toEqual({ path: '~/office.pem' })
  expect(ca('${CA}', { CA: '/etc/ca.pem' })).toEqual({ path: '/etc/ca.pem' })
  expect(ca('${CA}')).toEqual({ variable: 'CA' })
})

it.each([
  ['http://p:1', 'http://p:1'],
  ['http://me:secret@p:1', 'http://***@p:1'],
  ['http://token@p:1', 'http://***@p:1'],
  ['http://me:se@cr@et@p:1/', 'http://***@p:1/'],
  ['http://me:${PASS}@p:1', 'http://me:${PASS}@p:1'],
  ['http://${USER}:${PASS}@p:1', 'http://${USER}:${PASS}@p:1'],
  ['http://${TOKEN}@p:1', 'http://${TOKEN}@p:1'],
  ['http://me:${PASS}x@p:1', 'http://***@p:1'],
  ['mailto:me@example.com', 'mailto:me@example.com'],
])('%s is shown as %s', (written, shown) => {
  expect(withPasswordHidden(written, '***')).toBe(shown)
  expect(holdsPassword(written)).toBe(written !== shown)
})
