import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Profile } from '../core/credential.ts'
import { nameOf, type Decision } from '../core/decision.ts'
import { restKey, type FailureKind, type Rest } from '../core/failure.ts'
import type { DeviceLogin, Provider } from '../core/provider.ts'
import { formatRef, parseRef, type ModelRef } from '../core/ref.ts'
import { Secret } from '../core/secret.ts'
import { decide, type RoutingView } from './decide.ts'

const now = new Date('2026-07-22T08:00:00Z')
const later = (ms: number): Date => new Date(now.getTime() + ms)

describe('the candidates', () => {
  it('come in the order of the chain, with each account in its order', () => {
    const view = viewOf({ profiles: [profile('p:b'), profile('p:a'), profile('q:default')] })
    expect(chosen(decided('p/m q/m', view))).toEqual(['p/m by p:b', 'p/m by p:a', 'q/m by q:default'])
  })

  it('are asked by the pinned profile alone where one is pinned', () => {
    const view = viewOf({ profiles: [profile('p:b'), profile('p:a')] })
    expect(chosen(decided('p/m@p:a', view))).toEqual(['p/m by p:a'])
  })

  it('are of any model where a provider lists none', () => {
    const view = viewOf({ providers: [provider('p', { models: [] })] })
    expect(chosen(decided('p/whatever', view))).toEqual(['p/whatever by p:default'])
  })

  it('name each account of a model once, though the chain names the model twice', () => {
    const decision = decided('p/m p/m p/m@p:default q/m p/m')
    expect(chosen(decision)).toEqual(['p/m by p:default', 'q/m by q:default'])
    expect(decided('gone/m gone/m').rejected).toHaveLength(1)
  })

  it('are none for an empty chain', () => {
    expect(decide([], { hasImage: false }, viewOf({}), now)).toEqual({ candidates: [], rejected: [] })
  })
})

describe('a candidate is refused', () => {
  it.each<[string, string, View]>([
    ['provider-not-found', 'gone/m', {}],
    ['model-not-found', 'p/other', {}],
    ['profile-not-found', 'p/m@p:work', {}],
    ['dialect-not-spoken', 'p/m', { providers: [provider('p', { unknownApi: 'anthropic-messages' })] }],
    ['unset-variable', 'p/m', { providers: [provider('p', { unsetVariables: ['KEY'] })] }],
    ['unset-variable', 'p/m', { profiles: [profile('p:default', { missing: { variable: 'KEY' } })] }],
    ['no-base-url', 'p/m', { providers: [placeless('p')] }],
    ['no-base-url', 'p/m', { providers: [placeless('p')], profiles: [] }],
    ['plain-http', 'p/m', { providers: [provider('p', { baseUrl: 'http://198.51.100.7:8000/v1' })] }],
    ['no-login', 'p/m', { profiles: [] }],
    ['no-login', 'gone/m', { waitsForKey: 'gone' }],
    ['no-login', 'p/m', { profiles: [loggedOut('p:default')] }],
    ['needs-login', 'p/m', { loginProblem: 'the token was revoked' }],
    ['quota-spent', 'p/m', { used: { 'p:default': 10 } }],
    ['state-unwritable', 'p/m', { used: { 'p:default': 9 }, writable: false }],
    ['resting', 'p/m', { rests: [rest('account', 'overload', 1)] }],
  ])('as %s for %s', (kind, refs, view) => {
    const { candidates, rejected } = decided(refs, viewOf(view))
    expect(candidates).toEqual([])
    expect(rejected.map(({ reason }) => reason.kind)).toEqual([kind])
  })

  it('with what a person needs to know of it', () => {
    const reasonOf = (view: View) => decided('p/m', viewOf(view)).rejected[0]
    expect(reasonOf({ profiles: [profile('p:default', { missing: { variable: 'KEY' } })] })).toMatchObject({
      profile: 'p:default',
      reason: { variable: 'KEY' },
    })
    expect(reasonOf({ providers: [provider('p', { unknownApi: 'x' })] })?.reason).toMatchObject({ api: 'x' })
    expect(reasonOf({ loginProblem: 'revoked' })?.reason).toMatchObject({ evidence: 'revoked' })
    expect(reasonOf({ used: { 'p:default': 12 } })?.reason).toMatchObject({ left: { used: 12, limit: 10 } })
    expect(reasonOf({ rests: [rest('model', 'overload', 1_000)] })?.reason).toEqual({
      kind: 'resting',
      failure: 'overload',
      evidence: 'met',
      until: later(1_000),
    })
  })

  it('not when nothing is counted, though state cannot be written', () => {
    expect(chosen(decided('p/m', viewOf({ writable: false })))).toEqual(['p/m by p:default'])
  })

  it('not for the address of its provider when the account has one of its own', () => {
    const profiles = [profile('p:default'), profile('p:work', { baseUrl: 'https://work.example/v1' })]
    const decision = decided('p/m', viewOf({ providers: [placeless('p')], profiles }))
    expect(chosen(decision)).toEqual(['p/m by p:work'])
    expect(decision.rejected.map(({ reason }) => reason.kind)).toEqual(['no-base-url'])
  })

  it('when it asks for no key and its provider signs people in: it is no login', () => {
    const profiles = [profile('p:default', { credential: { kind: 'none' } })]
    const keyless = decided('p/m', viewOf({ profiles }))
    const signingIn = decided('p/m', viewOf({ profiles, providers: [provider('p', { login: LOGIN })] }))
    expect(chosen(keyless)).toEqual(['p/m by p:default'])
    expect(signingIn.rejected.map(({ reason }) => reason.kind)).toEqual(['no-login'])
  })
})

describe('a picture', () => {
  const models = [
    { id: 'blind', input: ['text'] as const },
    { id: 'seeing', input: ['text', 'image'] as const },
    { id: 'm' },
  ]
  const view = viewOf({ providers: [provider('p', { models })] })
  const chain = refsOf('p/blind p/seeing p/m')

  it('goes to no model that is known not to take one', () => {
    const { candidates, rejected } = decide(chain, { hasImage: true }, view, now)
    expect(candidates.map(nameOf)).toEqual(['p/seeing', 'p/m'])
    expect(rejected).toEqual([{ ref: chain[0], reason: { kind: 'no-vision' } }])
  })

  it('matters only where there is one', () => {
    expect(decide(chain, { hasImage: false }, view, now).candidates.map(nameOf)).toEqual(['p/blind', 'p/seeing', 'p/m'])
  })
})

describe('what rests', () => {
  const profiles = [profile('p:default'), profile('p:work'), profile('q:default')]
  const models = [{ id: 'm' }, { id: 'n' }]
  const providers = [provider('p', { models }), provider('q', { models })]
  const without = (...rests: readonly Rest[]): readonly string[] =>
    chosen(decided('p/m p/n q/m', viewOf({ providers, profiles, rests })))

  it('as an account rests with all its models', () => {
    expect(without(rest('account', 'auth', 1))).toEqual(['p/m by p:work', 'p/n by p:work', 'q/m by q:default'])
  })

  it('as an account and model leaves the other models of the account', () => {
    expect(without(rest('account-and-model', 'rate-limit', 1))).toEqual([
      'p/m by p:work',
      'p/n by p:default',
      'p/n by p:work',
      'q/m by q:default',
    ])
  })

  it('as a model rests for every account', () => {
    expect(without(rest('model', 'overload', 1))).toEqual(['p/n by p:default', 'p/n by p:work', 'q/m by q:default'])
  })

  it.each(['provider', 'network'] as const)('as a %s rests with all that is its', (scope) => {
    expect(without(rest(scope, 'network', 1))).toEqual(['q/m by q:default'])
  })

  it('is asked again at the very moment at which it was to come back', () => {
    expect(without(rest('provider', 'network', 0))).toHaveLength(5)
  })

  it('in several ways is back when the last of them ends', () => {
    const rests = [rest('account', 'auth', 1_000), rest('provider', 'network', 9_000), rest('model', 'overload', 5_000)]
    const [first] = decided('p/m', viewOf({ rests })).rejected
    expect(first?.reason).toMatchObject({ kind: 'resting', failure: 'network', until: later(9_000) })
  })
})

describe('a spent account', () => {
  const profiles = [profile('p:default'), profile('p:work'), profile('q:default')]
  const spent = { 'p:default': 10, 'p:work': 0 }
  const quotaRest = rest('account', 'quota', 1_000)

  it.each<[string, View]>([
    ['by our own count', { used: spent }],
    ["by the provider's word", { rests: [quotaRest] }],
    [
      "by the provider's word, while its model rests for longer",
      { rests: [quotaRest, rest('model', 'overload', 9_000)] },
    ],
  ])('%s is followed by the next model, not by the next account', (_, view) => {
    const decision = decided('p/m q/m', viewOf({ profiles, ...view }))
    expect(chosen(decision)).toEqual(['q/m by q:default'])
    expect(decision.rejected.map((each) => each.profile)).toEqual(['p:default'])
  })

  it.each<[string, View]>([
    ['by our own count', { used: spent }],
    ["by the provider's word", { rests: [quotaRest] }],
  ])('%s is followed by the next account when the person said so', (_, view) => {
    const decision = decided('p/m q/m', viewOf({ profiles, ...view, mayRotate: true }))
    expect(chosen(decision)).toEqual(['p/m by p:work', 'q/m by q:default'])
  })

  it('does not keep away an account that the chain pins further on', () => {
    const decision = decided('p/m p/m@p:work', viewOf({ profiles, used: spent }))
    expect(chosen(decision)).toEqual(['p/m by p:work'])
  })

  it('at the end of the order keeps nobody away', () => {
    const decision = decided('p/m', viewOf({ profiles, used: { 'p:default': 0, 'p:work': 10 } }))
    expect(chosen(decision)).toEqual(['p/m by p:default'])
  })
})

it('gives every account of every model one place, as a candidate or with a reason, but those behind a spent account', () => {
  const states = fc.record({
    chain: fc.array(fc.constantFrom(...refsOf('p/m p/n q/m q/zzz gone/m p/m@p:b p/n@p:zzz q/m@q:a')), { maxLength: 8 }),
    logins: fc.subarray(['p:a', 'p:b', 'p:c', 'q:a', 'q:b']),
    lost: fc.subarray(['p:a', 'p:b', 'p:c', 'q:a']),
    spent: fc.subarray(['p:a', 'p:b', 'p:c', 'q:b']),
    resting: fc.subarray(['p:a', 'p:c', 'q:a', 'q:b']),
    mayRotate: fc.boolean(),
  })
  fc.assert(
    fc.property(states, ({ chain, logins, lost, spent, resting, mayRotate }) => {
      const view = viewOf({
        providers: [provider('p', { models: [{ id: 'm' }, { id: 'n' }] }), provider('q', {})],
        profiles: logins.map((id) => (lost.includes(id) ? loggedOut(id) : profile(id))),
        used: Object.fromEntries(logins.map((id) => [id, spent.includes(id) ? 10 : 0])),
        rests: resting.map((id) => rest('account', 'overload', 1, id)),
        mayRotate,
      })
      const { candidates, rejected } = decide(chain, { hasImage: false }, view, now)
      const placed = new Set<string>()
      for (const ref of new Map(chain.map((each) => [formatRef(each), each])).values()) {
        const here = [
          ...candidates
            .filter((each) => each.ref === ref)
            .map((each) => ({ profile: each.profile.id, reason: 'none' })),
          ...rejected
            .filter((each) => each.ref === ref)
            .map((each) => ({ profile: each.profile, reason: each.reason.kind })),
        ]
        const known = view.provider(ref.provider)?.models.some((model) => model.id === ref.model) ?? false
        const accounts = logins.filter((id) => id.startsWith(`${ref.provider}:`) && (ref.profile ?? id) === id)
        if (!known || accounts.length === 0) {
          expect(here).toHaveLength(1)
          expect(here[0]?.profile).toBeUndefined()
          continue
        }
        const open = accounts.filter((id) => !placed.has(`${nameOf({ ref })} ${id}`))
        const stop = here.find((each) => each.reason === 'quota-spent' && !mayRotate)?.profile
        const expected = stop === undefined ? open : open.slice(0, open.indexOf(stop) + 1)
        expect(here).toHaveLength(expected.length)
        expect(new Set(here.map((each) => each.profile))).toEqual(new Set(expected))
        for (const id of expected) placed.add(`${nameOf({ ref })} ${id}`)
      }
    }),
    { numRuns: 2_000 },
  )
})

const LOGIN: DeviceLogin = {
  kind: 'device-code',
  baseUrl: 'https://login.example',
  deviceAuthorizationPath: '/device',
  tokenPath: '/token',
  clientId: 'c',
  scope: 's',
  verificationHosts: [],
}

function provider(id: string, more: Partial<Provider>): Provider {
  return {
    id,
    label: { en: id },
    dialect: 'chat-completions',
    baseUrl: `https://${id}.example/v1`,
    baseUrlIsChosen: false,
    models: [{ id: 'm' }],
    unsetVariables: [],
    ...more,
  }
}

function placeless(id: string): Provider {
  const { baseUrl: _, ...others } = provider(id, {})
  return others
}

function profile(id: string, more: Partial<Profile> = {}): Profile {
  const [owner = ''] = id.split(':')
  return { id, provider: owner, mode: 'api_key', credential: { kind: 'api-key', apiKey: new Secret('k') }, ...more }
}

function loggedOut(id: string): Profile {
  const { credential: _, ...others } = profile(id)
  return others
}

function rest(scope: Rest['scope'], kind: FailureKind, ms: number, account = 'p:default'): Rest {
  const [owner = ''] = account.split(':')
  return { scope, provider: owner, profile: account, model: 'm', kind, evidence: 'met', since: now, until: later(ms) }
}

interface View {
  readonly providers?: readonly Provider[]
  readonly profiles?: readonly Profile[]
  readonly rests?: readonly Rest[]
  /** Requests of the day by account, of ten; not counted where it is not told. */
  readonly used?: Readonly<Record<string, number>>
  readonly loginProblem?: string
  readonly writable?: boolean
  readonly mayRotate?: boolean
  readonly waitsForKey?: string
  readonly doubted?: readonly string[]
  readonly doubtedQuota?: readonly string[]
  readonly tried?: readonly string[]
}

function viewOf({
  providers = [provider('p', {}), provider('q', {})],
  profiles,
  used = {},
  ...more
}: View): RoutingView {
  const known = profiles ?? providers.map(({ id }) => profile(`${id}:default`))
  return {
    provider: (id) => providers.find((each) => each.id === id),
    waitsForKey: (id) => more.waitsForKey === id,
    profilesOf: (id) => known.filter((each) => each.provider === id),
    loginProblem: () => (more.loginProblem === undefined ? undefined : { evidence: more.loginProblem }),
    quotaLeft: ({ profile: { id } }) => {
      const count = used[id]
      return count === undefined ? undefined : { used: count, limit: 10, resetsAt: later(3_600_000), timeZone: 'UTC' }
    },
    rest: (key) => more.rests?.find((each) => restKey(each) === key),
    isDoubted: (key) => more.doubted?.includes(key) ?? false,
    isQuotaDoubted: (key) => more.doubtedQuota?.includes(key) ?? false,
    isBeingTried: (key) => more.tried?.includes(key) ?? false,
    writable: () => more.writable ?? true,
    mayRotate: () => more.mayRotate ?? false,
  }
}

function refsOf(chain: string): readonly ModelRef[] {
  return chain.split(' ').flatMap((text) => parseRef(text) ?? [])
}

function decided(chain: string, view = viewOf({})): Decision {
  return decide(refsOf(chain), { hasImage: false }, view, now)
}

function chosen({ candidates }: Decision): readonly string[] {
  return candidates.map((candidate) => `${nameOf(candidate)} by ${candidate.profile.id}`)
}
