/** G-01: a thousand servers of every temper, and no poll that comes too early or a login that waits too long. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { OpenClawError } from '../core/errors.ts'
import type { Call, HttpClient, OutgoingRequest, ReplyHandler } from '../core/ports.ts'
import { systemRandom } from '../system/random.ts'
import { deviceFlow } from './device-flow.ts'
import { DEVICE_PATH, loginAt } from './emulator.fixture.ts'
import { fakeClock, type FakeClock } from './fake-clock.fixture.ts'
import { followed } from './house.fixture.ts'
import { oauthClient } from './oauth-client.ts'

const ORIGIN = 'https://chat.qwen.ai'

/** What one poll meets, how long its answer took, and by how much somebody sets the wall clock meanwhile. */
const turns = fc.record({
  answer: fc.oneof(
    { weight: 6, arbitrary: fc.constant({ kind: 'pending' } as const) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('slow-down'), status: fc.constantFrom(400, 429) } as const) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('busy'), after: fc.option(fc.integer({ min: 0, max: 90 })) } as const),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('broken'), status: fc.constantFrom(500, 502, 503, 408) } as const),
    },
    { weight: 3, arbitrary: fc.constant({ kind: 'lost' } as const) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('approved', 'denied', 'expired') } as const) },
  ),
  tookMs: fc.integer({ min: 0, max: 8_000 }),
  jumpMs: fc.constantFrom(0, 0, 0, -86_400_000, -3_600_000, 3_600_000, 86_400_000 * 400),
})
const servers = fc.record({
  interval: fc.option(fc.constantFrom(0, 1, 2, 5, 7, 30), { nil: undefined }),
  expiresIn: fc.integer({ min: 1, max: 1_800 }),
  tookMs: fc.integer({ min: 0, max: 8_000 }),
  turns: fc.array(turns, { maxLength: 40 }),
})
type Server = typeof servers extends fc.Arbitrary<infer Value> ? Value : never

/** A network behind which such a server plays; when each poll came, by a clock that nobody sets. */
function networkTo(server: Server, clock: FakeClock) {
  const polls: number[] = []
  const early: string[] = []
  const left = [...server.turns]
  let demandedMs = (server.interval ?? 5) * 1_000
  /** When the next poll may come at the earliest. */
  let openMs = Infinity
  let endedBy: string | undefined

  const answerTo = (request: OutgoingRequest, handler: ReplyHandler): void => {
    const reply = (status: number, body: unknown, headers = {}): void => {
      handler.head(status, { 'content-type': 'application/json', ...headers })
      handler.data(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))
      handler.end()
    }
    if (request.url.endsWith(DEVICE_PATH)) {
      clock.advance(server.tookMs)
      openMs = clock.monotonicMs() + demandedMs
      const { interval } = server
      return reply(200, {
        device_code: 'the-device-code',
        user_code: 'ABCDEFGH',
        verification_uri: `${ORIGIN}/authorize`,
        expires_in: server.expiresIn,
        ...(interval !== undefined && { interval }),
      })
    }
    const nowMs = clock.monotonicMs()
    polls.push(nowMs)
    if (nowMs < openMs) early.push(`poll ${polls.length} came ${openMs - nowMs} ms early`)
    const { answer, tookMs, jumpMs } = left.shift() ?? { answer: { kind: 'pending' } as const, tookMs: 0, jumpMs: 0 }
    clock.advance(tookMs)
    clock.setWall(jumpMs)
    if (answer.kind === 'slow-down') demandedMs += 5_000
    openMs = nowMs + demandedMs
    switch (answer.kind) {
      case 'pending':
        return reply(400, { error: 'authorization_pending' })
      case 'slow-down':
        return reply(answer.status, { error: 'slow_down' })
      case 'busy':
        openMs = Math.max(openMs, clock.monotonicMs() + (answer.after ?? 0) * 1_000)
        return reply(429, 'Rate limited', answer.after === null ? {} : { 'retry-after': String(answer.after) })
      case 'broken':
        return reply(answer.status, '<html>')
      case 'lost':
        return handler.problem({ kind: 'reset', message: 'the connection broke', neverSent: false })
      case 'approved':
        endedBy = 'approved'
        return reply(200, { access_token: 'at', refresh_token: 'rt', expires_in: 3_600 })
      case 'denied':
        endedBy = 'login-refused'
        return reply(400, { error: 'access_denied' })
      case 'expired':
        endedBy = 'login-expired'
        return reply(400, { error: 'expired_token' })
    }
  }

  const http: HttpClient = {
    send(request, handler): Call {
      queueMicrotask(() => answerTo(request, handler))
      return { abort: () => undefined, pause: () => undefined, resume: () => undefined, hurry: () => undefined }
    },
    close: () => Promise.resolve(),
  }
  return { http, polls, early, endedBy: () => endedBy }
}

it(
  'no poll in 1,000 logins is early, slow_down holds for good, and each ends when its code does',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(servers, async (server) => {
        const clock = fakeClock()
        const { http, polls, early, endedBy } = networkTo(server, clock)
        const login = loginAt(ORIGIN)
        const means = { http: () => Promise.resolve(http), clock, random: systemRandom, userAgent: 'openclaw/test' }
        const startMs = clock.monotonicMs()

        const flow = deviceFlow('p', login, {
          client: oauthClient(login, means),
          clock,
          signal: new AbortController().signal,
        })
        const outcome = await followed(flow).then(
          () => 'approved',
          (error: unknown) => (error instanceof OpenClawError ? error.code : String(error)),
        )

        const deadlineMs = startMs + server.expiresIn * 1_000
        expect(early).toEqual([])
        expect(outcome).toBe(endedBy() ?? 'login-expired')
        expect(polls.filter((pollMs) => pollMs >= deadlineMs)).toEqual([])
        if (endedBy() === undefined) {
          // A poll that was under way at the deadline is not cut off; the device answer may have come after it.
          expect(clock.monotonicMs()).toBeGreaterThanOrEqual(deadlineMs)
          expect(clock.monotonicMs()).toBeLessThanOrEqual(Math.max(deadlineMs, startMs + server.tookMs) + 8_000)
        }
        // Nor is the person kept waiting: two minutes apart at most, where the server does not ask for more.
        const gaps = polls.slice(1).map((pollMs, at) => pollMs - (polls[at] ?? 0))
        const slowest = 8_000 + Math.max(120_000, ((server.interval ?? 5) + server.turns.length * 5) * 1_000)
        expect(Math.max(0, ...gaps)).toBeLessThanOrEqual(slowest)
      }),
      { numRuns: 1_000 },
    )
  },
)
