/** One candidate asked over the relay lane: its answer goes to the caller, or its failure comes back and nothing was sent. */
import type { Credential } from '../core/credential.ts'
import type { Candidate } from '../core/decision.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import type { Call, Clock, HeaderMap, HttpClient } from '../core/ports.ts'
import { addressOf } from '../core/provider.ts'
import type { Reply } from '../core/reply.ts'
import type { Limits } from '../core/settings.ts'
import type { Usage, Verdict } from '../core/verdict.ts'
import { errorFrame } from '../dialects/chat-completions/error-reply.ts'
import { relayBody, type ChatRequest } from '../dialects/chat-completions/request.ts'
import { dialectFor } from '../dialects/dialect.ts'
import { failureFromProblem } from '../dialects/transport-failure.ts'
import { heldStream } from './held-stream.ts'

export interface AttemptMeans {
  readonly http: HttpClient
  readonly clock: Clock
  readonly limits: Limits
  readonly userAgent: string
}

export interface AttemptOrder {
  readonly request: ChatRequest
  readonly candidate: Candidate
  readonly credential: Credential
  readonly reply: Reply
  /** Headers of the answer, asked for at the commit point. */
  readonly answerHeaders: () => Readonly<Record<string, string>>
}

export type AttemptResult = {
  /** Milliseconds until the commit point, where it was reached. */
  readonly firstEventMs?: number
  readonly status?: number
  readonly usage?: Usage
} & (
  | { readonly kind: 'answered'; readonly verdict: Verdict }
  /** Nothing has been sent to the caller. */
  | { readonly kind: 'failed'; readonly failure: UpstreamFailure; readonly verdict?: Verdict }
  /** The caller left; what was seen until then counts. */
  | { readonly kind: 'gone' }
)

/** A longer JSON answer is malformed. */
const LONGEST_ANSWER_BYTES = 32 * 1_024 * 1_024
/** Of an error body so much is read. */
const LONGEST_ERROR_BYTES = 64 * 1_024

export function attempt(order: AttemptOrder, means: AttemptMeans): Promise<AttemptResult> {
  const { request, candidate, reply } = order
  const { clock, limits } = means
  const dialect = dialectFor(candidate.provider.dialect)
  const readFailure = dialect.failureReader(candidate.provider.definition?.readFailure)
  const startedMs = clock.monotonicMs()

  return new Promise((resolve) => {
    let status = 0
    let headers: HeaderMap = {}
    let firstEventMs: number | undefined
    let over = false
    const pieces: Uint8Array[] = []
    let size = 0

    const options = { readFailure, now: () => clock.now() }
    let watcher: ReturnType<typeof dialect.watchStream> | undefined
    const stream = heldStream(reply, () => {
      firstEventMs = clock.monotonicMs() - startedMs
      reply.head(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        ...order.answerHeaders(),
      })
    })

    const settle = (result: AttemptResult): void => {
      if (over) return
      over = true
      reply.gone.removeEventListener('abort', onGone)
      call.abort()
      const usage = result.usage ?? watcher?.usage()
      resolve({
        ...(firstEventMs !== undefined && { firstEventMs }),
        ...(status > 0 && { status }),
        ...result,
        ...(usage && { usage }),
      })
    }
    const onGone = (): void => settle({ kind: 'gone' })
    const fail = (failure: UpstreamFailure, verdict?: Verdict): void =>
      settle({ kind: 'failed', failure, ...(verdict && { verdict }) })

    /** A broken stream that the caller has seen the beginning of ends with one error event and without `[DONE]`. */
    const breakOff = (verdict: Exclude<Verdict, { kind: 'complete' }>): void => {
      if (!stream.committed) return fail(verdict.failure, verdict)
      const { evidence, kind } = verdict.failure
      stream.end(
        Buffer.from(
          errorFrame({
            message: `The answer broke off (${verdict.kind}): ${evidence}`,
            type: 'upstream_error',
            code: kind,
          }),
        ),
      )
      settle({ kind: 'answered', verdict })
    }

    const watching = (): ReturnType<typeof dialect.watchStream> =>
      (watcher ??= dialect.watchStream({ ...options, contentType: header(headers, 'content-type') ?? '' }))

    const onStreamData = (chunk: Uint8Array): void => {
      const state = watching().feed(chunk)
      stream.hold(chunk)
      if (state.failed) {
        stream.pass(state.passableBytes)
        return breakOff(state.failed)
      }
      if (state.good) stream.commit()
      if (!stream.pass(state.passableBytes)) {
        call.pause()
        reply.onDrain(() => call.resume())
      }
    }

    const onStreamEnd = (cut?: UpstreamFailure): void => {
      const verdict = watching().end(cut)
      if (verdict.kind !== 'complete') return breakOff(verdict)
      stream.commit()
      stream.end()
      settle({ kind: 'answered', verdict })
    }

    const onWholeAnswer = (): void => {
      const body = Buffer.concat(pieces)
      const { verdict, usage } = dialect.readAnswer(body, {
        ...options,
        contentType: header(headers, 'content-type') ?? '',
      })
      if (verdict.kind !== 'complete') return fail(verdict.failure, verdict)
      firstEventMs = clock.monotonicMs() - startedMs
      reply.head(200, {
        'content-type': 'application/json',
        'content-length': String(body.byteLength),
        ...order.answerHeaders(),
      })
      reply.end(body)
      settle({ kind: 'answered', verdict, ...(usage && { usage }) })
    }

    const collectPiece = (chunk: Uint8Array, limit: number): void => {
      size += chunk.byteLength
      if (size <= limit) pieces.push(chunk)
      else if (isSuccess(status))
        fail({ kind: 'malformed', scope: 'model', evidence: `the answer is larger than ${limit / 1_048_576} MiB` })
      else onErrorAnswer()
    }

    const onErrorAnswer = (): void => {
      const text = Buffer.concat(pieces).toString('utf8')
      const retryAfter = header(headers, 'retry-after')
      fail(
        readFailure({
          status,
          contentType: header(headers, 'content-type') ?? '',
          text,
          json: parsed(text),
          ...(retryAfter && { retryAfter }),
          now: clock.now(),
        }),
      )
    }

    const call: Call = means.http.send(
      {
        method: 'POST',
        url: `${addressOf(candidate.provider, candidate.profile)}${dialect.path}`,
        headers: requestHeaders(order, means.userAgent),
        body: relayBody(request, { model: candidate.model.id }),
        connectMs: limits.connectMs,
        headMs: request.stream ? limits.firstEventMs : limits.answerMs,
        idleMs: limits.idleMs,
      },
      {
        head(answered, answeredHeaders) {
          status = answered
          headers = answeredHeaders
        },
        data(chunk) {
          if (over) return
          if (!isSuccess(status)) collectPiece(chunk, LONGEST_ERROR_BYTES)
          else if (request.stream) onStreamData(chunk)
          else collectPiece(chunk, LONGEST_ANSWER_BYTES)
        },
        end() {
          if (over) return
          if (!isSuccess(status)) onErrorAnswer()
          else if (request.stream) onStreamEnd()
          else onWholeAnswer()
        },
        problem(problem) {
          if (over) return
          const failure = failureFromProblem(problem)
          if (isSuccess(status) && request.stream) onStreamEnd(failure)
          else fail(failure)
        },
      },
    )

    if (reply.gone.aborted) onGone()
    else reply.gone.addEventListener('abort', onGone)
  })
}

function requestHeaders({ request, candidate, credential }: AttemptOrder, userAgent: string): readonly string[] {
  const secret =
    credential.kind === 'api-key' ? credential.apiKey : credential.kind === 'oauth' ? credential.accessToken : undefined
  return [
    ...(secret === undefined ? [] : ['authorization', `Bearer ${secret}`]),
    'content-type',
    'application/json',
    'accept',
    request.stream ? 'text/event-stream' : 'application/json',
    'accept-encoding',
    'identity',
    'user-agent',
    userAgent,
    ...Object.entries(candidate.provider.definition?.headers ?? {}).flat(),
  ]
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function header(headers: HeaderMap, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // Not JSON: the reader goes by the text.
    return undefined
  }
}
