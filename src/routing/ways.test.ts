/** What would have had it chosen: the smallest change for each thing that can stand in the way, tried out. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localTime } from '../core/local-time.ts'
import type { Profile } from '../core/credential.ts'
import { restKey, type Rest } from '../core/failure.ts'
import type { Provider } from '../core/provider.ts'
import { formatRef, parseRef, type ModelRef } from '../core/ref.ts'
import { Secret } from '../core/secret.ts'
import type { RoutingView } from './decide.ts'
import { instead } from './instead.ts'
import { changesAgainst } from './changes.ts'
import { decisionIn, type Change, type ChangeMeans, type Choice, type Situation } from './situation.ts'
import { againstIn, smallestWays } from './ways.ts'

const now = new Date('2026-07-22T08:00:00Z')
const later = (ms: number): Date => new Date(now.getTime() + ms)
const MIDNIGHT = later(8 * 3_600_000)

const ref = (text: string): ModelRef => parseRef(text) ?? { provider: text, model: '?' }
const choice = (text: string): Choice => {
  const { profile, ...plain } = ref(text)
  return { ref: plain, ...(profile !== undefined && { profile }) }
}
const apiKey = { kind: 'api-key', apiKey: new Secret('key') } as const
const login = (id: string, more: Partial<Profile> = {}): Profile => ({
  id,
  provider: id.split(':')[0] ?? '',
  mode: 'api_key',
  credential: apiKey,
  ...more,
})
const SIGN_IN = {
  kind: 'device-code',
  baseUrl: 'https://host.example',
  deviceAuthorizationPath: '/device',
  tokenPath: '/token',
  clientId: 'client',
  scope: '',
  verificationHosts: [],
} as const
const provider = (id: string, more: Partial<Provider> = {}): Provider => ({
  id,
  label: { en: id },
  dialect: 'chat-completions',
  baseUrl: 'https://host.example/v1',
  baseUrlIsChosen: true,
  login: SIGN_IN,
  models: [
    { id: 'm' },
    { id: 'seeing', input: ['text', 'image'] },
    { id: 'blind', input: ['text'], tools: false, contextWindow: 100 },
  ],
  unsetVariables: [],
  ...more,
})

interface World {
  readonly providers?: readonly Provider[]
  readonly profiles?: readonly Profile[]
  readonly rests?: readonly Rest[]
  readonly tried?: readonly string[]
  readonly used?: Readonly<Record<string, number>>
  readonly view?: Partial<RoutingView>
  readonly facts?: Situation['facts']
}

function situation(chain: string, world: World = {}): Situation {
  const providers = world.providers ?? [provider('p'), provider('q')]
  const profiles = world.profiles ?? providers.map(({ id }) => login(`${id}:default`))
  const { rests = [], tried = [], used = {} } = world
  return {
    refs: chain.split(' ').map(ref),
    facts: world.facts ?? { hasImage: false },
    now,
    view: {
      provider: (id) => providers.find((each) => each.id === id),
      waitsForKey: () => false,
      profilesOf: (id) => profiles.filter((profile) => profile.provider === id),
      loginProblem: () => undefined,
      quotaLeft: ({ profile }) => {
        const count = used[profile.id]
        return count === undefined ? undefined : { used: count, limit: 10, resetsAt: MIDNIGHT, timeZone: 'UTC' }
      },
      rest: (key) => rests.find((rest) => restKey(rest) === key),
      isDoubted: () => false,
      isQuotaDoubted: () => false,
      isBeingTried: (key) => tried.includes(key),
      writable: () => true,
      mayRotate: () => false,
      ...world.view,
    },
  }
}

const rest = (more: Partial<Rest> = {}): Rest => ({
  scope: 'model',
  provider: 'p',
  profile: 'p:default',
  model: 'm',
  kind: 'model-missing',
  evidence: 'gone',
  since: now,
  until: later(600_000),
  ...more,
})

const means = (more: Partial<ChangeMeans> = {}): ChangeMeans => ({
  off: [],
  pluginOf: () => undefined,
  meant: { by: 'default' },
  ...more,
})

/** Each way as its commands, or its words where it has none. */
function ways(wanted: string, found: Situation, more?: Partial<ChangeMeans>): readonly (readonly string[])[] {
  return smallestWays(choice(wanted), found, means(more)).map((way) =>
    way.map(({ run, words }) => run ?? String(words)),
  )
}

const waitUntil = (ms: number): string => `wait until ${localTime(later(ms).toISOString())}`

describe('what would have had it chosen', () => {
  const TO_LAST = 'openclaw models set q/m'
  it.each<[string, string, Situation, readonly (readonly string[])[]]>([
    ['the default, for a fallback', 'q/m', situation('p/m q/m'), [[TO_LAST]]],
    ['nothing, for the first', 'p/m', situation('p/m q/m'), []],
    [
      'time, or a word, for what rests',
      'p/m',
      situation('p/m q/m', { rests: [rest()] }),
      [[expect.stringMatching(/^wait until/) as string], ['openclaw models cooldowns clear p/m']],
    ],
    [
      'another request, for what it is finding out about',
      'p/m',
      situation('p/m q/m', { rests: [rest({ until: later(60_000), probeAt: now })], tried: ['model p m'] }),
      [[expect.stringMatching(/finding out/) as string], ['openclaw models cooldowns clear p/m']],
    ],
    [
      'midnight or a higher limit, for a spent account',
      'p/m',
      situation('p/m q/m', { used: { 'p:default': 12 } }),
      [
        [expect.stringMatching(/^wait until/) as string],
        ['openclaw config set models.providers.p.quota.requestsPerDay 13'],
      ],
    ],
    [
      'an order, for the account behind a spent one',
      'p/m@p:two',
      situation('p/m q/m', { profiles: [login('p:default'), login('p:two')], used: { 'p:default': 10, 'p:two': 0 } }),
      [['openclaw config set auth.rotate true'], ['openclaw models auth order set p:two p:default']],
    ],
    [
      'the time at which the last of several may be found out about, told as one',
      'p/m',
      situation('p/m q/m', {
        rests: [
          rest({ scope: 'account', kind: 'quota', until: later(9_000_000), probeAt: later(60_000) }),
          rest({ until: later(600_000) }),
        ],
      }),
      [[waitUntil(600_000)], ['openclaw models cooldowns clear p/m']],
    ],
    [
      'the time at which it is asked for want of others, where there are none',
      'p/m',
      situation('p/m', { rests: [rest({ kind: 'overload', until: later(30_000) })] }),
      [[waitUntil(5_000)], ['openclaw models cooldowns clear p/m']],
    ],
    [
      'the end of its rest, where others are asked meanwhile',
      'p/m',
      situation('p/m q/m', { rests: [rest({ kind: 'overload', until: later(30_000) })] }),
      [[waitUntil(30_000)], ['openclaw models cooldowns clear p/m']],
    ],
    [
      'a sign-in to the profile that the chain pins, whatever stands against others of its model',
      'p/m@p:two',
      situation('p/m p/m@p:two', { profiles: [login('p:default')] }),
      [
        ['openclaw models auth login --provider p --profile-id two', 'openclaw models auth order set p:two p:default'],
        ['openclaw models auth login --provider p --profile-id two', 'openclaw models set p/m@p:two'],
      ],
    ],
    [
      'a login',
      'p/m',
      situation('p/m', { profiles: [login('p:default', { missing: { variable: 'X' } })] }),
      [['set the variable X where openclaw and its gateway run']],
    ],
    ['a sign-in', 'p/m', situation('p/m', { profiles: [] }), [['openclaw models auth login --provider p']]],
    [
      'a sign-in under the pinned name',
      'p/m@p:work',
      situation('p/m@p:work'),
      [['openclaw models auth login --provider p --profile-id work']],
    ],
    [
      'a key in the settings, for a provider that offers no sign-in',
      'q/m@q:work',
      {
        ...situation('q/m@q:work'),
        view: {
          ...situation('q/m').view,
          provider: () => ({
            id: 'q',
            label: { en: 'q' },
            dialect: 'chat-completions',
            baseUrl: 'https://host.example/v1',
            baseUrlIsChosen: true,
            models: [],
            unsetVariables: [],
          }),
        },
      },
      [['add q:work with its key to auth.profiles']],
    ],
    [
      'an address with https',
      'p/m',
      situation('p/m', { providers: [provider('p', { baseUrl: 'http://host.example/v1' })] }),
      [['openclaw config set models.providers.p.baseUrl <url>']],
    ],
    ['no picture', 'p/blind', situation('p/blind', { facts: { hasImage: true } }), [['ask without a picture']]],
    [
      'no tools',
      'p/blind',
      situation('p/blind', { facts: { hasImage: false, hasTools: true } }),
      [['ask without tools']],
    ],
    [
      'fewer tokens',
      'p/blind',
      situation('p/blind', { facts: { hasImage: false, tokens: 101 } }),
      [['ask with 100 tokens or fewer']],
    ],
    [
      'two changes, where one is not enough',
      'q/m',
      situation('p/m q/m', { profiles: [login('p:default')] }),
      [['openclaw models auth login --provider q', TO_LAST]],
    ],
    ['nothing that is known, for a provider that nobody brings', 'x/m', situation('p/m x/m'), []],
  ])('is %s', (_, wanted, found, expected) => {
    expect(ways(wanted, found)).toEqual(expected)
  })

  it('is a plugin, then a login, then the first place, for a fallback of a provider that is off', () => {
    const more = { off: [provider('off')], pluginOf: () => 'off-auth' }
    expect(ways('off/m', situation('p/m off/m'), more)).toEqual([
      ['openclaw plugins enable off-auth', 'openclaw models auth login --provider off', 'openclaw models set off/m'],
    ])
  })

  it('can be pasted, whatever the name: a shell sees it whole, and what commands a terminal is in no command', () => {
    const named = (model: string): Situation => ({
      ...situation('p/m', { providers: [provider('p'), provider('q', { models: [] })] }),
      refs: [ref('p/m'), { provider: 'q', model }],
    })
    expect(ways('q/$(id); x', named('$(id); x'))).toEqual([["openclaw models set 'q/$(id); x'"]])
    expect(ways('q/\u001b[31mx', named('\u001b[31mx'))).toEqual([['make q/\u001b[31mx the default model']])
  })

  it('is told in words where a request or an agent names the first', () => {
    expect(ways('q/m', situation('p/m q/m'), { meant: { by: 'name' } })).toEqual([
      ['name it in the request: model q/m'],
    ])
    expect(ways('q/m', situation('p/m q/m'), { meant: { by: 'agent', agent: 'a' } })).toEqual([
      ['make q/m the model of the agent a in agents.list'],
    ])
  })

  it('is not a shorter rest, where another request is finding out: it would come last all the same', () => {
    const tried = ['model p m']
    const view = { isDoubted: (key: string) => tried.includes(key) }
    const found = situation('p/m q/m', { rests: [rest({ probeAt: now })], tried, view })
    expect(ways('p/m', found).flat()).not.toContain('openclaw models cooldowns clear p/m')
  })
})

it('names a known model that could be asked where nobody of the chain can', () => {
  const found = situation('p/blind', { facts: { hasImage: true } })
  const known = ['p/blind', 'q/blind', 'q/seeing'].map(ref)
  const other = instead(found, { ...means(), known })
  expect([other && formatRef(other.ref), other?.change.run]).toEqual(['q/seeing', 'openclaw models set-image q/seeing'])
})

it('never promises what does not come: after each way it is the first, and after none of its parts alone', () => {
  const chain = fc.shuffledSubarray(['p/m', 'p/blind', 'q/m', 'q/seeing', 'x/m', 'p/m@p:two'], { minLength: 1 })
  fc.assert(
    fc.property(
      chain,
      fc.array(fc.constantFrom<Rest['scope']>('model', 'account', 'provider'), { maxLength: 2 }),
      fc.constantFrom<Readonly<Record<string, number>>>({}, { 'p:default': 10 }, { 'q:default': 11 }),
      fc.boolean(),
      fc.boolean(),
      (refs, scopes, used, hasImage, hasTwo) => {
        const profiles = [login('p:default'), login('q:default'), ...(hasTwo ? [login('p:two')] : [])]
        const found = situation(refs.join(' '), {
          rests: scopes.map((scope) => rest({ scope })),
          used,
          profiles,
          facts: { hasImage, hasTools: true },
        })
        for (const wanted of refs.map(choice)) {
          const before = againstIn(wanted, found)
          const all = smallestWays(wanted, found, means())
          if (!before) expect(all).toEqual([])
          for (const way of all) {
            const after = way.reduce((so, change) => change.apply(so), found)
            expect(decisionIn(after).candidates[0]?.ref).toMatchObject(wanted.ref)
            for (const change of way.length > 1 ? way : []) {
              expect(againstIn(wanted, change.apply(found))).toBeDefined()
            }
          }
        }
      },
    ),
  )
})

it('is the smallest: no fewer of all the changes that anybody is told of would do, whoever they were told for', () => {
  const chain = fc.shuffledSubarray(['p/m', 'p/blind', 'q/m', 'q/seeing', 'x/m', 'p/m@p:two'], {
    minLength: 2,
    maxLength: 4,
  })
  const restOf = fc.record({
    scope: fc.constantFrom<Rest['scope']>('model', 'account', 'account-and-model', 'provider'),
    provider: fc.constantFrom('p', 'q'),
    kind: fc.constantFrom<Rest['kind']>('overload', 'quota', 'model-missing'),
    sinceMs: fc.constantFrom(0, 3_000, 7_000),
    forMs: fc.constantFrom(4_000, 60_000, 600_000),
    probeMs: fc.constantFrom(undefined, undefined, 0, 30_000),
    isTried: fc.boolean(),
  })
  const used = fc.constantFrom<Readonly<Record<string, number>>>(
    {},
    { 'p:default': 10 },
    { 'q:default': 11, 'p:two': 12 },
  )
  fc.assert(
    fc.property(
      chain,
      fc.array(restOf, { maxLength: 3 }),
      used,
      fc.boolean(),
      fc.boolean(),
      (refs, rests, counts, hasTwo, hasImage) => {
        const profiles = [login('p:default'), login('q:default'), ...(hasTwo ? [login('p:two')] : [])]
        const all = rests.map(({ scope, provider: of, kind, sinceMs, forMs, probeMs, isTried }) => ({
          isTried,
          rest: rest({
            scope,
            provider: of,
            profile: `${of}:default`,
            kind,
            since: later(-sinceMs),
            until: later(forMs),
            ...(probeMs !== undefined && probeMs < forMs && { probeAt: later(probeMs) }),
          }),
        }))
        const found = situation(refs.join(' '), {
          rests: all.map((each) => each.rest),
          tried: all.flatMap((each) => (each.isTried ? [restKey(each.rest)] : [])),
          used: counts,
          profiles,
          facts: { hasImage, hasTools: true },
        })
        const { candidates, rejected } = decisionIn(found)
        const choices: readonly Choice[] = [
          ...candidates.map((candidate) => ({ ref: candidate.ref, profile: candidate.profile.id })),
          ...rejected,
        ]
        const changesIn = (so: Situation): readonly Change[] =>
          choices.flatMap((one) => {
            const against = againstIn(one, so)
            return against ? changesAgainst(against, one, { situation: so, means: means() }) : []
          })
        const after = changesIn(found).map((change) => change.apply(found))
        const afterTwo = after.flatMap((so) => changesIn(so).map((change) => change.apply(so)))
        for (const one of choices.filter((each) => againstIn(each, found))) {
          const length = smallestWays(one, found, means())[0]?.length ?? 4
          const doIt = (then: Situation): boolean => !againstIn(one, then)
          const fewest = after.some(doIt) ? 1 : afterTwo.some(doIt) ? 2 : length
          expect({ one, isSmallest: length <= fewest }).toEqual({ one, isSmallest: true })
        }
      },
    ),
    { numRuns: 1_000 },
  )
})
