/** What follows from each kind of failure: the one table, row by row. */
import { expect, it } from 'vitest'
import { error, json, says, stream, text } from './fixtures/answers.ts'
import { openHouse, type House } from './fixtures/house.ts'
import { twoModels } from './fixtures/two-models.ts'
import { scriptedUpstream, type Act, type ScriptedUpstream } from './fixtures/upstream.ts'

/** Two accounts and two models at one provider, a third model at another. */
async function world(answer: Act): Promise<{ house: House; upstream: ScriptedUpstream }> {
  const upstream = await scriptedUpstream()
  upstream.script('a', answer)
  upstream.script('b', says('from b'))
  const house = await openHouse({
    settings: {
      models: {
        providers: {
          a: {
            baseUrl: upstream.url('a'),
            apiKey: 'key-of-the-first',
            models: [
              { id: 'm1', contextWindow: 2_000 },
              { id: 'm2', contextWindow: 1_000 },
            ],
          },
          b: { baseUrl: upstream.url('b'), models: [{ id: 'n', contextWindow: 3_000 }] },
        },
        limits: { firstEventMs: 150 },
      },
      auth: { profiles: { 'a:second': { provider: 'a', mode: 'api_key', apiKey: 'key-of-the-second' } } },
      agents: { defaults: { model: { primary: 'a/m1', fallbacks: ['a/m2', 'b/n'] } } },
    },
  })
  return { house, upstream }
}

function askedOf(upstream: ScriptedUpstream): readonly string[] {
  const names = upstream.hits('a').map(({ headers, model }) => {
    const account = headers.authorization === 'Bearer key-of-the-first' ? 'first' : 'second'
    return `${account} ${String(model)}`
  })
  return [...names, ...upstream.hits('b').map(() => 'b')]
}

const rows: readonly {
  readonly what: string
  readonly answer: Act
  /** Whom the request reaches, while only `b` answers. */
  readonly asked: readonly string[]
  readonly rests: readonly string[]
  /** What the caller gets when only `a/m1` may be asked. */
  readonly status: number
}[] = [
  {
    what: 'auth',
    answer: error(401),
    asked: ['first m1', 'second m1', 'b'],
    rests: ['account a:default 60 s', 'account a:second 60 s'],
    status: 401,
  },
  {
    what: 'billing',
    answer: error(402),
    asked: ['first m1', 'second m1', 'b'],
    rests: ['account a:default 600 s', 'account a:second 600 s'],
    status: 402,
  },
  {
    what: 'rate-limit',
    answer: error(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '30' }),
    asked: ['first m1', 'second m1', 'first m2', 'second m2', 'b'],
    rests: ['m1 a:default 30 s', 'm1 a:second 30 s', 'm2 a:default 30 s', 'm2 a:second 30 s'],
    status: 429,
  },
  {
    what: 'quota',
    answer: error(429, { code: 'quota_exceeded' }),
    asked: ['first m1', 'b'],
    rests: ['account a:default 600 s'],
    status: 429,
  },
  {
    what: 'overload',
    answer: error(503),
    asked: ['first m1', 'first m1', 'first m2', 'first m2', 'b'],
    rests: ['model m1 5 s', 'model m2 5 s'],
    status: 502,
  },
  {
    what: 'network',
    answer: 'reset',
    asked: ['first m1', 'first m1', 'b'],
    rests: ['network 5 s'],
    status: 502,
  },
  {
    what: 'malformed',
    answer: stream(['data: {"choi\n\n']),
    asked: ['first m1', 'first m1', 'first m2', 'first m2', 'b'],
    rests: ['model m1 5 s', 'model m2 5 s'],
    status: 502,
  },
  {
    what: 'timeout',
    answer: 'silent',
    asked: ['first m1', 'first m2', 'b'],
    rests: ['model m1 10 s', 'model m2 10 s'],
    status: 504,
  },
  {
    what: 'model-missing',
    answer: error(404, { code: 'model_not_found' }),
    asked: ['first m1', 'first m2', 'b'],
    rests: ['model m1 600 s', 'model m2 600 s'],
    status: 404,
  },
  {
    what: 'context-too-long',
    answer: error(400, { code: 'context_length_exceeded' }),
    // m2 is smaller, n is larger.
    asked: ['first m1', 'b'],
    rests: [],
    status: 400,
  },
  { what: 'filtered', answer: error(400, { code: 'content_filter' }), asked: ['first m1'], rests: [], status: 400 },
  { what: 'bad-request', answer: error(422), asked: ['first m1'], rests: [], status: 400 },
  { what: 'any other 4xx', answer: error(418), asked: ['first m1'], rests: [], status: 400 },
  {
    what: 'a 5xx whose body cannot be read',
    answer: json(500, 'what?'),
    // It is not the model that answered so, but what stands before it.
    asked: ['first m1', 'first m1', 'b'],
    rests: ['provider 5 s'],
    status: 502,
  },
]

it.each(rows)('asks on as the table says after $what', async ({ answer, asked, rests }) => {
  const { house, upstream } = await world(answer)
  await house.ask()
  expect(askedOf(upstream)).toEqual(asked)
  expect(await restsIn(house)).toEqual([...rests].toSorted())
})

it.each(rows)('tells the caller $status when nobody else may be asked after $what', async ({ answer, status }) => {
  const { house } = await world(answer)
  const { served, caller } = await house.ask({ model: 'a/m1@a:default', fallbacks: [] })
  expect(served.kind === 'refused' && served.refused.error.status).toBe(status)
  expect(caller.status).toBeUndefined()
})

it.each(rows)('writes one settled row for each call that $what came of', async ({ answer, asked }) => {
  const { house } = await world(answer)
  await house.ask()
  const settled = await house.rows()
  const name = { 'a:default': 'first', 'a:second': 'second' }
  expect(
    settled.map(({ profile, model }) =>
      profile === 'b:default' ? 'b' : `${name[profile === 'a:second' ? profile : 'a:default']} ${model}`,
    ),
  ).toEqual(asked)
  expect(settled.every(({ endedAt, outcome }) => endedAt && outcome !== 'open')).toBe(true)
})

it('tells the status of the first failure, whatever came after it', async () => {
  const { house, upstream } = await world(error(429, { code: 'rate_limit_exceeded' }))
  upstream.script('b', error(503))
  const { served } = await house.ask()
  expect(served.kind === 'refused' && served.refused.error.status).toBe(429)
  expect(served.kind === 'refused' && served.refused.error.message).toContain('b/n=overload')
})

it('moves on to the next account after a spent quota when the person said so', async () => {
  const upstream = await scriptedUpstream()
  upstream.script('a', error(429, { code: 'quota_exceeded' }), says('from the second'))
  const house = await openHouse({
    settings: {
      models: { providers: { a: { baseUrl: upstream.url('a'), apiKey: 'key-of-the-first', models: ['m1'] } } },
      auth: {
        rotate: true,
        profiles: { 'a:second': { provider: 'a', mode: 'api_key', apiKey: 'key-of-the-second' } },
      },
    },
  })
  const { served } = await house.ask({ model: 'a/m1' })
  expect(served.kind === 'answered' && served.candidate.profile.id).toBe('a:second')
})

it('goes by the window that a model tells of itself, whatever was known of it', async () => {
  for (const known of [{}, { contextWindow: 32_000 }]) {
    const upstream = await scriptedUpstream()
    upstream.script('a', error(400, { message: "This model's maximum context length is 8192 tokens." }))
    upstream.script('b', says('from b'))
    upstream.script('c', says('from c'))
    const house = await openHouse({
      settings: {
        models: {
          providers: {
            a: { baseUrl: upstream.url('a'), models: [{ id: 'm', ...known }] },
            b: { baseUrl: upstream.url('b'), models: [{ id: 'm', contextWindow: 8_192 }] },
            c: { baseUrl: upstream.url('c'), models: [{ id: 'm', contextWindow: 16_000 }] },
          },
        },
      },
    })
    const { caller } = await house.ask({ model: 'a/m', fallbacks: ['b/m', 'c/m'] })
    expect(caller.text).toContain('from c')
    expect([upstream.hits('a').length, upstream.hits('b').length]).toEqual([1, 0])
  }
})

it('asks nobody else what is too long when nobody knows who is larger', async () => {
  for (const [m, n] of [
    [{}, { contextWindow: 9_000 }],
    [{ contextWindow: 1_000 }, {}],
    [{ contextWindow: 1_000 }, { contextWindow: 1_000 }],
  ] as const) {
    const tooLong = error(400, { code: 'context_length_exceeded' })
    const { house, upstream } = await twoModels({ a: [tooLong], b: says('from b') }, { m, n, gateway: {} })
    const { served } = await house.ask()
    expect(served.kind === 'refused' && served.refused.status).toBe(400)
    expect(upstream.hits('b')).toEqual([])
  }
})

it('asks another model past a content filter when the person or the caller said so, and not otherwise', async () => {
  const filters: Act = error(400, { code: 'content_filter', message: 'not this' })
  for (const [setting, word, answered] of [
    [undefined, undefined, false],
    [undefined, true, true],
    [true, undefined, true],
    [true, false, false],
  ] as const) {
    const gateway = setting ? { filterFallback: true } : {}
    const { house, upstream } = await twoModels({ a: [filters], b: says('from b') }, { gateway })
    const { served } = await house.ask(word === undefined ? {} : { filterFallback: word })
    expect(served.kind, `${setting} ${word}`).toBe(answered ? 'answered' : 'refused')
    if (served.kind === 'refused') expect(served.refused.error.message).toContain('not this')
    expect(upstream.hits('a')).toHaveLength(1)
    // It says nothing of the model.
    expect(await house.rests()).toEqual([])
  }
})

it('believes an error status whose body broke off', async () => {
  const { house } = await world({ ...error(429, { code: 'rate_limit_exceeded' }), ending: 'cut' })
  const { served } = await house.ask({ model: 'a/m1@a:default', fallbacks: [] })
  expect(served.kind === 'refused' && served.refused.error.status).toBe(429)
})

it('reads what is wrong out of an error body that is longer than it cares for', async () => {
  const words = `${'It is the model. '.repeat(100)}${' '.repeat(200_000)}`
  const { house } = await world({ status: 500, body: [words] })
  const { served } = await house.ask({ model: 'a/m1@a:default', fallbacks: [] })
  expect(served.kind === 'refused' && served.refused.error.message).toContain('It is the model.')
})

it('rests what broke off after its answer had begun', async () => {
  const { house } = await world(stream([text('Well')], 'cut'))
  const { caller } = await house.ask()
  expect(caller.status).toBe(200)
  expect(await restsIn(house)).toEqual(['network 5 s'])
})

async function restsIn(house: House): Promise<readonly string[]> {
  return (await house.rests())
    .map(({ scope, profile, model, since, until }) => {
      const what = {
        account: `account ${profile}`,
        'account-and-model': `${model} ${profile}`,
        model: `model ${model}`,
        provider: 'provider',
        network: 'network',
      }[scope]
      return `${what} ${(until.getTime() - since.getTime()) / 1_000} s`
    })
    .toSorted()
}
