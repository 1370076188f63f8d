import { describe, expect, it } from 'vitest'
import { providerFrom } from './provider.ts'
import { providerIn, type Setup } from './setup.ts'

function setupWith({ enabled }: { readonly enabled?: boolean }): Setup {
  return {
    settings: {
      providers: new Map(),
      profiles: new Map(),
      profileOrder: new Map(),
      rotate: false,
      aliases: new Map(),
      imageFallbacks: [],
      defaults: { agent: 'main', fallbacks: [] },
      agents: new Map(),
      defaultAgent: 'main',
      plugins: new Map(enabled === undefined ? [] : [['portal-auth', { enabled }]]),
      pluginPaths: [],
      gateway: {
        port: 1,
        refFallback: true,
        hedge: 'free',
        hedgeAfterMs: 1,
        filterFallback: false,
        rememberResponses: 'memory',
        bind: 'loopback',
        tls: {},
        trustedProxies: [],
        hosts: [],
      },
      network: { proxy: { kind: 'environment' } },
      limits: { connectMs: 1, firstEventMs: 1, answerMs: 1, idleMs: 1, streamMs: 1 },
    },
    providers: new Map([['backup', providerFrom('backup', undefined, undefined)]]),
    switchedOff: new Map([['portal', 'portal-auth']]),
    network: { proxy: { kind: 'environment' } },
    refused: [],
    withoutKey: new Map([['vendor', ['VENDOR_API_KEY']]]),
    warnings: [],
    problems: [],
    values: {},
    upper: {},
    lower: {},
  }
}

describe('a provider that was asked for', () => {
  it('is the one of that id', () => {
    expect(providerIn(setupWith({}), 'backup').id).toBe('backup')
  })

  it.each([{}, { enabled: false }])('whose plugin is off is refused with that plugin: %j', (entry) => {
    expect(() => providerIn(setupWith(entry), 'portal')).toThrow(
      expect.objectContaining({ code: 'provider-not-found', run: 'openclaw plugins enable portal-auth' }),
    )
  })

  it('whose plugin was switched on after this process started is refused with a restart', () => {
    expect(() => providerIn(setupWith({ enabled: true }), 'portal')).toThrow(
      expect.objectContaining({ run: 'openclaw gateway restart' }),
    )
  })

  it('that waits for a key is refused with the login, and the variables in which one is looked for', () => {
    expect(() => providerIn(setupWith({}), 'vendor')).toThrow(
      expect.objectContaining({ code: 'no-login', run: 'openclaw models auth login --provider vendor' }),
    )
    expect(() => providerIn(setupWith({}), 'vendor')).toThrow('nor in VENDOR_API_KEY')
    expect(() => providerIn(setupWith({}), 'vendro')).toThrow('Did you mean vendor?')
  })

  it('that nobody brings is refused with the nearest, switched off or not', () => {
    expect(() => providerIn(setupWith({}), 'bakcup')).toThrow('Did you mean backup?')
    expect(() => providerIn(setupWith({}), 'protal')).toThrow('Did you mean portal?')
  })
})
