/** What is asked is what was told: serving's attempts are those of the decision printed beforehand, failures applied. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { explain } from '../control/explain.ts'
import { resultOf } from '../control/contract.ts'
import type { FailureKind, Rest } from '../core/failure.ts'
import { loadSetup } from '../setup/load.ts'
import { newCaller } from './fixtures/caller.ts'
import { openHouse, type House } from './fixtures/house.ts'
import { scriptedClient, type Told } from './fixtures/scripted-client.ts'
import { openMemory } from './memory.ts'
import { serve } from './serve.ts'
import { readChatRequest } from '../dialects/chat-completions/request.ts'
import { wanted } from './wanted.ts'

const RUNS = 2_000
const PROVIDERS = ['p', 'q', 'r'] as const
const MODELS = ['m', 'n'] as const
const ACCOUNTS = ['default', 'two'] as const

/** What an upstream does, and what is read out of it. */
const ANSWERS: Readonly<Record<string, Told & { readonly kind?: FailureKind }>> = {
  ok: {},
  auth: { status: 401, kind: 'auth' },
  billing: { status: 402, kind: 'billing' },
  'rate-limit': { status: 429, kind: 'rate-limit' },
  quota: { status: 429, error: { code: 'quota_exceeded', message: 'the day is spent' }, kind: 'quota' },
  overload: { status: 503, kind: 'overload' },
  missing: { status: 404, error: { code: 'model_not_found', message: 'no such model' }, kind: 'model-missing' },
  long: {
    status: 400,
    error: { code: 'context_length_exceeded', message: 'maximum context length' },
    kind: 'context-too-long',
  },
  bad: { status: 400, error: { code: 'invalid_value', message: 'bad' }, kind: 'bad-request' },
  filtered: { status: 400, error: { code: 'content_filter', message: 'content filter' }, kind: 'filtered' },
  refused: { problem: 'refused', kind: 'network' },
  late: { problem: 'head-timeout', kind: 'timeout' },
}

const names = fc.constantFrom(...PROVIDERS.flatMap((p) => MODELS.map((m) => `${p}/${m}`)))
const pinned = fc.constantFrom('p/m@p:two', 'q/n@q:default')
const seldom = fc.constantFrom(false, false, false, true)
const world = fc.record({
  chain: fc.uniqueArray(fc.oneof({ weight: 5, arbitrary: names }, pinned, fc.constantFrom('gone/x', 'p/nix')), {
    minLength: 2,
    maxLength: 6,
  }),
  windows: fc.array(fc.constantFrom(undefined, 1_000, 2_000), { minLength: 6, maxLength: 6 }),
  blind: fc.array(seldom, { minLength: 6, maxLength: 6 }),
  toolless: fc.array(seldom, { minLength: 6, maxLength: 6 }),
  second: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  limits: fc.array(fc.constantFrom(undefined, undefined, 0, 1, 5), { minLength: 3, maxLength: 3 }),
  rotate: fc.boolean(),
  pastFilter: fc.boolean(),
  ordered: fc.boolean(),
  hasImage: fc.boolean(),
  hasTools: fc.boolean(),
  rests: fc.array(
    fc.record({
      scope: fc.constantFrom('account', 'account-and-model', 'model', 'provider'),
      at: names,
      profile: fc.constantFrom(...ACCOUNTS),
      kind: fc.constantFrom<FailureKind>('auth', 'rate-limit', 'quota', 'overload', 'timeout', 'model-missing'),
      sinceMs: fc.constantFrom(1_000, 6_000, 120_000),
      forMs: fc.constantFrom(5_000, 60_000, 3_600_000),
      isProbed: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  script: fc.array(fc.constantFrom(...Object.keys(ANSWERS)), { minLength: 12, maxLength: 12 }),
})
type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never

const at = (ref: string): number => PROVIDERS.indexOf(ref[0] as 'p') * 2 + MODELS.indexOf(ref[2] as 'm')
const providerAt = (id: string): number => PROVIDERS.indexOf(id as 'p')
const windowOf = (w: World, ref: string): number => w.windows[at(ref)] ?? 0

/** Each account of each model has an answer that it always gives. */
function answerOf(w: World, ref: string, profile: string): Told & { readonly kind?: FailureKind } {
  const word = w.script[at(ref) * 2 + (profile.endsWith(':two') ? 1 : 0)] ?? 'ok'
  return ANSWERS[word] ?? {}
}

/** The design's table, written once more: may it be asked again at once, another account, another model; whom it speaks of. */
const TABLE: Readonly<
  Record<
    string,
    { again: boolean; account: 'yes' | 'no' | 'told'; model: 'yes' | 'no' | 'larger' | 'asked'; of: string }
  >
> = {
  auth: { again: false, account: 'yes', model: 'yes', of: 'account' },
  billing: { again: false, account: 'yes', model: 'yes', of: 'account' },
  'rate-limit': { again: false, account: 'yes', model: 'yes', of: 'account and model' },
  quota: { again: false, account: 'told', model: 'yes', of: 'account' },
  overload: { again: true, account: 'no', model: 'yes', of: 'model' },
  network: { again: true, account: 'no', model: 'yes', of: 'provider' },
  timeout: { again: false, account: 'no', model: 'yes', of: 'model' },
  'model-missing': { again: false, account: 'no', model: 'yes', of: 'model' },
  'context-too-long': { again: false, account: 'no', model: 'larger', of: 'request' },
  filtered: { again: false, account: 'no', model: 'asked', of: 'request' },
  'bad-request': { again: false, account: 'no', model: 'no', of: 'request' },
}

const WORDS: ReadonlySet<string> = new Set(Object.keys(TABLE))

interface Asked {
  readonly ref: string
  readonly profile: string
}

/** The calls that follow from what was printed. */
function expectedCalls(w: World, printed: readonly Asked[]): readonly string[] {
  const calls: string[] = []
  const again = new Map<string, number>()
  const failed: (Asked & { readonly kind: FailureKind })[] = []
  const used = new Map<string, number>()
  const reserve = (profile: string): boolean => {
    const limit = w.limits[providerAt(profile.split(':')[0] ?? '')]
    const count = used.get(profile) ?? 0
    if (limit !== undefined && count >= limit) return false
    used.set(profile, count + 1)
    return true
  }
  for (const one of printed) {
    if (failed.some((before) => speaksAgainst(w, before, one))) continue
    const provider = one.ref.split('/')[0] ?? ''
    if (!reserve(one.profile)) {
      failed.push({ ...one, kind: 'quota' })
      continue
    }
    calls.push(`${one.ref} by ${one.profile}`)
    const { kind } = answerOf(w, one.ref, one.profile)
    if (!kind) return calls
    const rule = TABLE[kind]
    // Three a second: the clock stands still.
    if (rule?.again && (again.get(provider) ?? 0) < 3) {
      again.set(provider, (again.get(provider) ?? 0) + 1)
      if (reserve(one.profile)) calls.push(`${one.ref} by ${one.profile}`)
      else {
        failed.push({ ...one, kind: 'quota' })
        continue
      }
    }
    failed.push({ ...one, kind })
    if (rule?.model === 'no') return calls
  }
  return calls
}

function speaksAgainst(w: World, before: Asked & { readonly kind: FailureKind }, next: Asked): boolean {
  const rule = TABLE[before.kind]
  if (!rule) return true
  const sameProvider = before.ref[0] === next.ref[0]
  const sameModel = before.ref === next.ref
  const sameAccount = before.profile === next.profile
  if (rule.of === 'provider' && sameProvider) return true
  if (rule.of === 'model' && sameModel) return true
  if (rule.of === 'account' && sameAccount) return true
  if (sameModel && sameAccount) return true
  const rotates = w.rotate || (w.ordered && next.ref[0] === 'p')
  const mayAccount = rule.account === 'yes' || (rule.account === 'told' && rotates)
  if (sameModel) return !mayAccount
  // Known to be larger than one that is known.
  if (rule.model === 'larger') return windowOf(w, before.ref) === 0 || windowOf(w, next.ref) <= windowOf(w, before.ref)
  if (rule.model === 'asked') return !w.pastFilter
  if (rule.model === 'no') return true
  return sameProvider && rule.of === 'account' && !mayAccount
}

function settingsOf(w: World): object {
  const models = (provider: string): object[] =>
    MODELS.map((id) => {
      const place = at(`${provider}/${id}`)
      const window = w.windows[place]
      return {
        id,
        input: w.blind[place] ? ['text'] : ['text', 'image'],
        tools: !w.toolless[place],
        ...(window !== undefined && { contextWindow: window }),
      }
    })
  const [primary, ...fallbacks] = w.chain
  return {
    models: {
      providers: Object.fromEntries(
        PROVIDERS.map((id, place) => {
          const limit = w.limits[place]
          const quota = limit === undefined ? {} : { quota: { requestsPerDay: limit } }
          return [id, { baseUrl: `https://${id}.example/v1`, apiKey: `${id}:default`, models: models(id), ...quota }]
        }),
      ),
    },
    auth: {
      rotate: w.rotate,
      ...(w.ordered && { order: { p: ['p:two', 'p:default'] } }),
      profiles: Object.fromEntries(
        PROVIDERS.flatMap((id, place) =>
          w.second[place] ? [[`${id}:two`, { provider: id, mode: 'api_key', apiKey: `${id}:two` }]] : [],
        ),
      ),
    },
    gateway: { hedge: 'off', filterFallback: w.pastFilter },
    agents: { defaults: { model: { primary, fallbacks } } },
  }
}

function restsOf(w: World, house: House): readonly Rest[] {
  const now = house.clock.now().getTime()
  return w.rests.map(({ scope, at: ref, profile, kind, sinceMs, forMs, isProbed }) => ({
    scope: scope as Rest['scope'],
    provider: ref[0] ?? '',
    model: ref[2] ?? '',
    profile: `${ref[0] ?? ''}:${profile}`,
    kind,
    evidence: 'it said so',
    since: new Date(now - sinceMs),
    until: new Date(now + forMs),
    ...(isProbed && { probeAt: new Date(now) }),
  }))
}

it('asks, in order, those whom the decision printed beforehand names, as far as their failures let it', async () => {
  const house = await openHouse({ settings: {} })
  const seen = { calls: 0, failures: 0, rejected: 0 }
  await fc.assert(
    fc.asyncProperty(world, async (w) => {
      // Another day: whatever was counted and believed before is over.
      house.clock.advance(48 * 3_600_000)
      const text = JSON.stringify(settingsOf(w))
      const openclawJson = { ...house.sources.openclawJson, read: () => Promise.resolve({ text, hash: text }) }
      const plugins = { definitions: [], off: [], untrusted: [], refused: [] }
      const setup = await loadSetup({ ...house.sources, openclawJson }, plugins)
      for (const rest of restsOf(w, house)) await house.state.cooldowns.put(rest)
      const client = scriptedClient(({ provider, key, model }) => answerOf(w, `${provider}/${model}`, key))
      const means = { ...house.means, setup, http: client, ...openMemory(house.clock) }

      const { hasImage, hasTools } = w
      const printed = await resultOf(
        explain({ hasImage, hasTools }, { ...means, providersOff: () => Promise.resolve([]) }),
      )
      const content = hasImage ? [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] : 'hi'
      const tools = [{ type: 'function', function: { name: 'f' } }]
      const body = {
        model: 'openclaw',
        stream: true,
        messages: [{ role: 'user', content }],
        ...(hasTools && { tools }),
      }
      const read = readChatRequest(Buffer.from(JSON.stringify(body)))
      if (read.kind === 'refused') throw new Error(read.message)
      const { agent, refs } = wanted({ model: 'openclaw', hasImage }, setup)
      const requestId = means.random.uuid()
      const served = await serve({ requestId, agent, refs, request: read.request, reply: newCaller().reply }, means)

      // Who was not asked is told as it was printed: all of them where nobody answered and nothing was at fault but them.
      const unasked = printed.rejected
        .filter(({ reason }) => reason !== 'not-rotated')
        .map(({ ref, reason, failure }) => `${ref}=${failure === undefined ? reason : `${reason}:${failure}`}`)
      const met = served.kind === 'gone' ? [] : served.attempts.filter((entry) => !WORDS.has(entry.split('=')[1] ?? ''))
      const lost = met.filter((entry) => entry.endsWith('=quota-spent'))
      expect([...unasked, ...lost]).toEqual(expect.arrayContaining([...met]))
      if (served.kind === 'refused' && !served.attempts.some((entry) => entry.endsWith('=bad-request'))) {
        expect(met).toEqual(expect.arrayContaining([...unasked]))
      }
      expect(client.calls).toEqual(expectedCalls(w, printed.candidates))
      seen.calls += client.calls.length
      seen.failures += Math.max(0, client.calls.length - 1)
      seen.rejected += printed.rejected.length
    }),
    { numRuns: RUNS },
  )
  // It was no row of happy days.
  expect(seen.failures).toBeGreaterThan(RUNS / 2)
  expect(seen.rejected).toBeGreaterThan(RUNS / 2)
}, 60_000)
