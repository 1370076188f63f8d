/** A person's approval waited for, at a portal with every oddity. */
import { describe, expect, it, onTestFinished } from 'vitest'
import type { OpenClawError } from '../core/errors.ts'
import { Secret } from '../core/secret.ts'
import { openHttpClient } from '../net/client.ts'
import { systemRandom } from '../system/random.ts'
import { deviceFlow, type DeviceFlowEvent } from './device-flow.ts'
import { DEVICE_PATH, loginAt, startPortal, TOKEN_PATH } from './emulator.fixture.ts'
import { fakeClock, type FakeClock } from './fake-clock.fixture.ts'
import { followed } from './house.fixture.ts'
import { oauthClient, type OAuthClient } from './oauth-client.ts'
import type { TokenGrant } from './tokens.ts'

const portal = await startPortal()

interface Flow {
  readonly clock: FakeClock
  readonly ended: Promise<{ readonly events: readonly DeviceFlowEvent[]; readonly result: TokenGrant }>
}

/** `onPoll` is asked before each poll, with its number; the portal's time passes with ours. */
function flow(
  given: {
    readonly onPoll?: (poll: number, code: string) => Promise<void> | undefined
    readonly abort?: AbortController
  } = {},
): Flow {
  const { onPoll = () => undefined, abort = new AbortController() } = given
  const http = openHttpClient({ proxyFromEnv: {} })
  onTestFinished(() => http.close())
  let polls = 0
  let code = ''
  const clock = fakeClock(undefined, async (ms) => {
    await portal.control('clock', { advanceMs: ms })
    await onPoll((polls += 1), code)
  })
  const login = loginAt(portal.url)
  const client = oauthClient(login, {
    http: () => Promise.resolve(http),
    clock,
    random: systemRandom,
    userAgent: 'openclaw/test',
  })
  const ended = followed(deviceFlow('qwen-portal', login, { client, clock, signal: abort.signal }), (event) => {
    if (event.kind === 'code') code = event.userCode
    return undefined
  })
  ended.catch(() => undefined) // a test may look at other things first
  return { clock, ended }
}

const approveAt =
  (wanted: number) =>
  (poll: number, userCode: string): Promise<void> | undefined =>
    poll === wanted ? portal.control('approve', { user_code: userCode }) : undefined
const faults = (order: object): Promise<void> => portal.control('faults', { path: TOKEN_PATH, ...order })
const failure = async ({ ended }: Flow): Promise<OpenClawError> =>
  ended.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: OpenClawError) => error,
  )
const codeIn = (events: readonly DeviceFlowEvent[]) => events.find((event) => event.kind === 'code')
const problemsIn = (events: readonly DeviceFlowEvent[]) =>
  events.flatMap((event) => (event.kind === 'waiting' && event.problem ? [event.problem] : []))
const statuses = async () => (await portal.state()).counters.endpoints[`POST ${TOKEN_PATH}`]?.byStatus

/** What a server's own device answer looks like. */
const deviceAnswer = (changes: object) =>
  portal.control('faults', {
    path: DEVICE_PATH,
    kind: 'json',
    body: {
      device_code: 'dc',
      user_code: 'ABCDEFGH',
      verification_uri: `${portal.url}/authorize`,
      expires_in: 30,
      ...changes,
    },
  })

describe('the code', () => {
  it('G-03 comes with the whole address, verbatim, and its end', async () => {
    const { events } = await flow({ onPoll: approveAt(1) }).ended
    const { devices } = await portal.state()
    const userCode = devices[0]?.user_code
    expect(codeIn(events)).toEqual({
      kind: 'code',
      userCode,
      url: `${portal.url}/authorize?user_code=${userCode}&client=qwen-code`,
      complete: true,
      host: new URL(portal.url).host,
      startedAt: new Date('2026-03-14T12:00:00Z'),
      expiresAt: new Date('2026-03-14T12:15:00Z'),
    })
  })

  it('comes with the short address where the server gives no whole one', async () => {
    await deviceAnswer({})
    const { value } = await oneEvent()
    expect(value).toMatchObject({ kind: 'code', url: `${portal.url}/authorize`, complete: false })
  })

  it.each([
    ['a foreign host', 'https://chat.qwen.ai.evil.example/authorize', 'chat.qwen.ai.evil.example'],
    ['a host that only looks like it', 'https://evilqwen.ai/authorize', 'evilqwen.ai'],
    ['plain http', 'http://chat.qwen.ai/authorize', 'not a web address'],
    ['a script', 'javascript:alert(1)', 'not a web address'],
    ['a name in front', 'https://chat.qwen.ai@evil.example/', 'not a web address'],
    ['control characters', 'https://chat.qwen.ai/\u001b]8;;x\u0007', 'not a web address'],
    ['a line break', 'https://chat.qwen.ai/\nauthorize', 'not a web address'],
    ['no address at all', 'chat', 'not a web address'],
    ['a file', 'file:///etc/passwd', 'not a web address'],
    ['a page in itself', 'data:text/html,<h1>sign in</h1>', 'not a web address'],
    ['letters of another script', 'https://chаt.qwen.ai/authorize', 'not a web address'],
    ['their other spelling', 'https://xn--cht-7cd.qwen.ai.example/authorize', 'xn--cht-7cd.qwen.ai.example'],
    ['text that runs backwards', 'https://chat.qwen.ai/\u202Eeziroh', 'not a web address'],
    ['wide letters', 'https://chat.qwen.ai/ａｕｔｈ', 'not a web address'],
    ['a blank', 'https://chat.qwen.ai/a b', 'not a web address'],
    ['a backslash as a name in front', 'https://chat.qwen.ai\\@evil.example/', 'not a web address'],
    ['a name in front, encoded', 'https://chat.qwen.ai%2F@evil.example/', 'not a web address'],
    ['a dot behind the host', 'https://chat.qwen.ai./authorize', 'chat.qwen.ai.'],
    ['the host as a path', 'https://evil.example/chat.qwen.ai', 'evil.example'],
    ['an address of the network inside', 'https://192.168.0.1/authorize', '192.168.0.1'],
    ['a whole screen of it', `https://chat.qwen.ai/${'a'.repeat(2_000)}`, 'not a web address'],
  ])('G-02 is refused with %s in its address', async (_what, address, words) => {
    await deviceAnswer({ verification_uri_complete: address })
    const error = await failure(flow())
    expect(error).toMatchObject({ headline: 'OAuth authentication failed', message: expect.stringContaining(words) })
    expect(error.message).toMatch(/^[\x20-\x7e]+$/)
    expect(await portal.tokenRequests()).toBe(0)
  })

  it('G-02 is refused with the same in the short address, where there is no whole one', async () => {
    for (const address of ['https://evil.example/', 'javascript:alert(1)', 'https://chat.qwen.ai/\u0007']) {
      await deviceAnswer({ verification_uri: address })
      expect((await failure(flow())).headline).toBe('OAuth authentication failed')
    }
  })

  it('G-02 is taken from the hosts that the provider declares', async () => {
    await deviceAnswer({ verification_uri_complete: 'https://login.qwen.ai/authorize?user_code=ABCDEFGH' })
    expect((await oneEvent()).value).toMatchObject({ url: 'https://login.qwen.ai/authorize?user_code=ABCDEFGH' })
  })

  it('G-02 is refused when a terminal could not show it', async () => {
    for (const userCode of ['\u001b[31mABC', 'ＡＢＣ', 'A'.repeat(65)]) {
      await deviceAnswer({ user_code: userCode })
      expect((await failure(flow())).message).toContain('cannot be shown')
    }
  })

  async function oneEvent() {
    const abort = new AbortController()
    const http = openHttpClient({ proxyFromEnv: {} })
    onTestFinished(() => http.close())
    const login = loginAt(portal.url)
    const clock = fakeClock()
    const means = { http: () => Promise.resolve(http), clock, random: systemRandom, userAgent: 'openclaw/test' }
    return deviceFlow('qwen-portal', login, {
      client: oauthClient(login, means),
      clock,
      signal: abort.signal,
    }).next()
  }
})

describe('waiting for the approval', () => {
  it.each(['400', '200'])('goes on while the login is pending (told with %s)', async (pendingStyle) => {
    await portal.control('device', { pendingStyle })
    const { clock, ended } = flow({ onPoll: approveAt(3) })
    const { events, result } = await ended
    expect(result.credential.accessToken.reveal()).toMatch(/^emu-at-/)
    expect(clock.slept).toEqual([5_000, 5_000, 5_000])
    expect(problemsIn(events)).toEqual([])
    expect(events.at(-1)).toMatchObject({ kind: 'waiting', leftMs: 890_000 })
  })

  it.each([
    ['none', null, 5_000],
    ['1 s', 1, 2_000],
    ['0 s', 0, 2_000],
    ['7 s', 7, 7_000],
  ])('polls at its own pace, two seconds apart at least (told: %s)', async (_told, interval, expectedMs) => {
    await portal.control('device', { interval })
    const { clock, ended } = flow({ onPoll: approveAt(2) })
    await ended
    expect(clock.slept).toEqual([expectedMs, expectedMs])
    expect(await statuses()).toEqual({ 200: 1, 400: 1 })
  })

  it.each([400, 429])('slows down by five seconds, for good, when told so with %d', async (slowDownStatus) => {
    await portal.control('device', { slowDownStatus, interval: 2 })
    // A clock that runs ahead of the portal's: the second poll comes too early there.
    const { clock, ended } = flow({
      onPoll: async (poll, code) => {
        if (poll === 2) await portal.control('clock', { advanceMs: -1_500 })
        await approveAt(5)(poll, code)
      },
    })
    const { events } = await ended
    expect(clock.slept).toEqual([2_000, 2_000, 7_000, 7_000, 7_000])
    expect(problemsIn(events)).toEqual([])
    const { devices } = await portal.state()
    expect(devices[0]).toMatchObject({ state: 'used', demandedIntervalMs: 7_000 })
  })

  it('never polls too early, to the end of the code', async () => {
    await portal.control('device', { expiresIn: 33, interval: 5 })
    const run = flow()
    expect((await failure(run)).message).toBe('The code expired before it was approved.')
    expect(run.clock.slept).toEqual([5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 3_000])
    const { devices } = await portal.state()
    expect(devices[0]?.demandedIntervalMs).toBe(5_000)
    expect(await portal.tokenRequests()).toBe(6)
  })

  it('ends when the login is denied', async () => {
    const error = await failure(
      flow({ onPoll: (poll, code) => (poll === 2 ? portal.control('deny', { user_code: code }) : undefined) }),
    )
    expect(error).toMatchObject({
      headline: 'OAuth authentication failed',
      status: 400,
      message: 'The login was refused on the approval page.',
      run: 'openclaw models auth login --provider qwen-portal',
    })
    expect(await portal.tokenRequests()).toBe(2)
  })

  it('ends when the server says that the code expired', async () => {
    const error = await failure(
      flow({ onPoll: (poll, code) => (poll === 1 ? portal.control('expire', { user_code: code }) : undefined) }),
    )
    expect(error.message).toBe('The code expired before it was approved.')
    expect(await portal.tokenRequests()).toBe(1)
  })

  it('ends at its deadline though the wall clock was set back', async () => {
    await portal.control('device', { expiresIn: 20 })
    await faults({ kind: 'json', status: 400, body: { error: 'authorization_pending' }, times: 100 })
    const run = flow({
      onPoll: () => {
        run.clock.setWall(-86_400_000)
        return undefined
      },
    })
    expect((await failure(run)).message).toBe('The code expired before it was approved.')
    expect(await portal.tokenRequests()).toBe(3)
  })
})

describe('an answer that is none', () => {
  it.each([
    ['a page', { kind: 'html' }, /answered 200 with something that is not JSON/, 401],
    ['a page that refuses', { kind: 'html', status: 403 }, /answered 403/, 403],
    ['a redirect', { kind: 'status', status: 302 }, /answered 302/, 401],
    ['no token', { kind: 'no-token' }, /holds no access token/, 401],
    ['nothing', { kind: 'no-token', empty: true }, /holds no access token/, 401],
    [
      'an error inside a 200',
      { kind: 'json', body: { error: 'INVALID_GRANT' } },
      /^qwen-portal says: invalid_grant$/,
      400,
    ],
    ['a 401 of any kind', { kind: 'json', status: 401, body: { message: 'no' } }, /HTTP 401/, 401],
    ['an error nobody knows', { kind: 'json', status: 400, body: { error: 'server_busy' } }, /server_busy/, 400],
  ])('ends the login with its reason: %s', async (_what, fault, words, status) => {
    await faults(fault)
    expect(await failure(flow())).toMatchObject({
      headline: 'OAuth authentication failed',
      message: expect.stringMatching(words),
      status,
    })
    expect(await portal.tokenRequests()).toBe(1)
  })

  it('ends the login before it began, at the first endpoint', async () => {
    for (const fault of [{ kind: 'html' }, { kind: 'drop' }, { kind: 'status', status: 503 }]) {
      await portal.control('faults', { path: DEVICE_PATH, ...fault })
      expect((await failure(flow())).headline).toBe('OAuth authentication failed')
    }
    expect(await portal.tokenRequests()).toBe(0)
  })

  it.each([
    ['a 503', { kind: 'status', status: 503 }, 'HTTP 503'],
    ['a page with a 502', { kind: 'html', status: 502 }, 'HTTP 502'],
  ])('that may pass is told, and the waiting goes on: %s', async (_what, fault, words) => {
    await faults(fault)
    const { clock, ended } = flow({ onPoll: approveAt(2) })
    expect(problemsIn((await ended).events)).toEqual([expect.saying(words)])
    expect(clock.slept).toEqual([5_000, 5_000])
  })

  it('waits twice as long each time a connection breaks, and not after an answer', async () => {
    await faults({ kind: 'drop', times: 3 }) // at least two tries
    const { clock, ended } = flow({ onPoll: approveAt(5) })
    const { events } = await ended
    expect(problemsIn(events).length).toBeGreaterThanOrEqual(2)
    expect(clock.slept.slice(0, 3)).toEqual([5_000, 10_000, 20_000])
    expect(clock.slept.at(-1)).toBe(5_000)
  })

  it('with Retry-After is left alone as long as it says', async () => {
    await faults({ kind: 'status', status: 503, headers: { 'retry-after': '42' } })
    const { clock, ended } = flow({ onPoll: approveAt(2) })
    await ended
    expect(clock.slept).toEqual([5_000, 42_000])
  })

  it('at a server that has enough of us slows the polls down', async () => {
    await faults({ kind: 'status', status: 429, body: 'Rate limited' })
    const { clock, ended } = flow({ onPoll: approveAt(3) })
    expect(problemsIn((await ended).events)).toHaveLength(1)
    expect(clock.slept).toEqual([5_000, 10_000, 10_000])
  })

  it('is named when the code expires after it', async () => {
    await portal.control('device', { expiresIn: 20 })
    await faults({ kind: 'status', status: 503, times: 100 })
    expect((await failure(flow())).message).toMatch(
      /^The code expired before it was approved\. The last answer: HTTP 503/,
    )
  })
})

describe('a code that is not ours to redeem', () => {
  /** What the server was told in confidence must be in nothing that a person or a log may see. */
  async function refusal(tampered: (client: OAuthClient, secrets: Secret[]) => Partial<OAuthClient>) {
    const http = openHttpClient({ proxyFromEnv: {} })
    onTestFinished(() => http.close())
    const clock = fakeClock(undefined, (ms) => portal.control('clock', { advanceMs: ms }))
    const login = loginAt(portal.url)
    const means = { http: () => Promise.resolve(http), clock, random: systemRandom, userAgent: 'openclaw/test' }
    const client = oauthClient(login, means)
    const secrets: Secret[] = []
    const events: DeviceFlowEvent[] = []
    const ended = followed(
      deviceFlow('qwen-portal', login, {
        client: { ...client, ...tampered(client, secrets) },
        clock,
        signal: new AbortController().signal,
      }),
      (event) => {
        events.push(event)
        return event.kind === 'code' ? portal.control('approve', { user_code: event.userCode }) : undefined
      },
    )
    const error = await ended.then(
      () => undefined,
      (thrown: OpenClawError) => thrown,
    )
    const said = JSON.stringify([events, error, error?.message, error?.stack, error?.params])
    expect(secrets.length).toBeGreaterThan(0)
    for (const secret of secrets) expect(said).not.toContain(secret.reveal())
    return error
  }
  const told = {
    headline: 'OAuth authentication failed',
    status: 400,
    message: expect.stringContaining('invalid_grant'),
  }

  it('G-05 is told when the verifier is another’s (PKCE), and no code is in what is told', async () => {
    const error = await refusal((client, secrets) => ({
      redeemDeviceCode(authorization, signal) {
        const codeVerifier = new Secret('another-login-s-verifier-of-43-characters-xx')
        secrets.push(authorization.deviceCode, authorization.codeVerifier, codeVerifier)
        return client.redeemDeviceCode({ ...authorization, codeVerifier }, signal)
      },
    }))
    expect(error).toMatchObject(told)
    expect((await portal.state()).counters.logins).toBe(0)
  })

  it('G-05 is told when it was redeemed already, and no code is in what is told', async () => {
    const error = await refusal((client, secrets) => ({
      async redeemDeviceCode(authorization, signal) {
        secrets.push(authorization.deviceCode, authorization.codeVerifier)
        expect(await client.redeemDeviceCode(authorization, signal)).toMatchObject({ kind: 'ok' })
        return client.redeemDeviceCode(authorization, signal)
      },
    }))
    expect(error).toMatchObject(told)
    expect((await portal.state()).counters.logins).toBe(1)
  })
})

describe('Ctrl-C', () => {
  it('cancels before there is a code', async () => {
    const abort = new AbortController()
    await portal.control('faults', { path: DEVICE_PATH, kind: 'hang' })
    const run = flow({ abort })
    setTimeout(() => abort.abort(), 20)
    expect(await failure(run)).toMatchObject({ code: 'login-cancelled', status: 499 })
  })

  it('cancels while it waits', async () => {
    const abort = new AbortController()
    const run = flow({
      abort,
      onPoll: (poll) => {
        if (poll === 2) abort.abort()
        return undefined
      },
    })
    expect(await failure(run)).toMatchObject({ code: 'login-cancelled' })
    expect(await portal.tokenRequests()).toBe(1)
  })

  it('cancels in the middle of a poll', async () => {
    const abort = new AbortController()
    await faults({ kind: 'hang' })
    const run = flow({ abort })
    setTimeout(() => abort.abort(), 50)
    const start = performance.now()
    expect(await failure(run)).toMatchObject({ code: 'login-cancelled' })
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})
