/** What programs hear when something fails. */
import { equal, fail, match, ok } from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { ask, errorOf } from './feature.ts'
import type { Feature, Found, Place } from './feature.ts'
import type { ErrorKind, SdkError } from './sdk.ts'
import { modelOf, NEXT, PATHS } from './world.ts'
import type { Upstream } from './world.ts'

interface Expected {
  readonly kind: ErrorKind
  readonly status: number
}

/** In one piece and before the first event of a stream; each time another model, as one of them may rest then. */
async function refusedAs(place: Place, model: () => string, expected: Expected): Promise<readonly SdkError[]> {
  const errors: SdkError[] = []
  for (const stream of [false, true]) {
    const error = await errorOf(place, { model: model(), stream })
    equal(error.kind, expected.kind, error.message)
    equal(error.status, expected.status)
    ok(error.requestId, 'it has no request id')
    errors.push(error)
  }
  return errors
}

/** Orders it, does something, and takes it back whatever came of it. */
async function withTrouble(
  { world, upstream }: Place,
  act: string,
  order: object,
  during: () => Promise<unknown>,
): Promise<Found> {
  await world.emulator.order(act, { path: PATHS[upstream], ...order })
  try {
    await during()
  } finally {
    await world.emulator.order('reset')
  }
  return 'yes'
}

const SAYS_NO: Readonly<Record<Upstream, object>> = {
  chat: { error: { message: 'no such tone', type: 'invalid_request_error', param: 'tone', code: null } },
  responses: { error: { message: 'no such tone', type: 'invalid_request_error', param: 'tone', code: null } },
  messages: { type: 'error', error: { type: 'invalid_request_error', message: 'no such tone' }, request_id: 'req_1' },
}

export const TROUBLES: readonly Feature[] = [
  {
    id: '400',
    title: { en: '400, as the SDK’s own class', zh: '400，SDK 自己的错误类' },
    run: (place) =>
      withTrouble(
        place,
        'faults',
        { kind: 'status', status: 400, body: SAYS_NO[place.upstream], times: 2 },
        async () => {
          const errors = await refusedAs(place, () => modelOf(place.upstream), { kind: 'bad-request', status: 400 })
          for (const { message } of errors) match(message, /no such tone/)
        },
      ),
  },
  {
    id: '401',
    title: { en: '401, for the upstream’s key and for ours', zh: '401，上游密钥和网关令牌' },
    async run(place) {
      await refusedAs(place, () => place.world.fresh(place.upstream, 'wrong key'), {
        kind: 'authentication',
        status: 401,
      })
      return 'yes'
    },
  },
  {
    id: '404',
    title: { en: '404', zh: '404' },
    async run(place) {
      await refusedAs(place, () => `${place.upstream}/no-such-model`, { kind: 'not-found', status: 404 })
      return 'yes'
    },
  },
  {
    id: '429',
    title: { en: '429, with `retry-after`', zh: '429，带 `retry-after`' },
    run: (place) =>
      withTrouble(place, 'limits', { requestsPerMinute: 0 }, async () => {
        const errors = await refusedAs(place, () => place.world.fresh(place.upstream), {
          kind: 'rate-limit',
          status: 429,
        })
        for (const { retryAfter } of errors) ok(Number(retryAfter) > 0, `retry-after: ${retryAfter}`)
      }),
  },
  {
    id: '5xx',
    title: { en: '5xx', zh: '5xx' },
    run: (place) =>
      withTrouble(place, 'outage', { kind: 'model' }, async () => {
        await refusedAs(place, () => place.world.fresh(place.upstream), { kind: 'server', status: 502 })
      }),
  },
  {
    id: 'broken',
    title: { en: 'an error after the first words', zh: '开始回答之后出错' },
    run: (place) =>
      withTrouble(
        place,
        'faults',
        { kind: 'error-in-stream', afterEvents: 3, status: 500, code: 'server_error' },
        async () => {
          let pieces = 0
          const onPiece = (): void => void (pieces += 1)
          const error = await errorOf(place, { model: place.world.fresh(place.upstream), stream: true, onPiece })
          ok(pieces > 2, `${pieces} pieces`)
          ok(error.message !== '', 'it says nothing')
        },
      ),
  },
  {
    id: 'leaves',
    title: { en: 'a caller that leaves ends the upstream’s work', zh: '调用方离开，上游随即停止' },
    run: (place) =>
      withTrouble(place, 'faults', { kind: 'stall', afterEvents: 3 }, async () => {
        const leaving = new AbortController()
        const model = place.world.fresh(place.upstream)
        let pieces = 0
        const onPiece = (): void => {
          pieces += 1
          if (pieces === 2) leaving.abort()
        }
        await ask(place, { model, stream: true, signal: leaving.signal, onPiece }).then(
          () => fail('it was answered'),
          () => undefined,
        )
        for (let tries = 0; tries < 100; tries += 1) {
          if ((await place.world.emulator.state()).counters.aborted > 0) return
          await pause(10)
        }
        fail('the upstream was not left')
      }),
  },
  {
    id: 'fallback',
    title: { en: 'fallback to another format before the first word', zh: '在第一个字之前改用另一种格式的模型' },
    run: (place) =>
      withTrouble(
        place,
        'faults',
        { kind: 'error-in-stream', status: 500, code: 'server_error', times: 4 },
        async () => {
          const heard = await ask(place, { model: place.world.fresh(place.upstream, 'followed'), stream: true })
          match(heard.text, /You asked: "Say hello"/)
          equal(heard.headers.get('x-openclaw-model'), modelOf(NEXT[place.upstream]))
          match(heard.headers.get('x-openclaw-attempts') ?? '', new RegExp(`^${place.upstream}-\\d+/`))
        },
      ),
  },
]
