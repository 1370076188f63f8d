/** One candidate asked: its answer goes to the caller, or its failure comes back and nothing was sent. */
import type { UpstreamFailure } from '../core/failure.ts'
import type { Limits } from '../core/network.ts'
import { phrase } from '../core/phrase.ts'
import type { Call, Clock, HttpClient } from '../core/ports.ts'
import type { Reply } from '../core/reply.ts'
import type { FailedVerdict, Usage } from '../core/verdict.ts'
import type { WholeAnswer } from '../dialects/caller-dialect.ts'
import { callerDialect } from '../dialects/formats.ts'
import { malformed } from '../dialects/malformed.ts'
import { rateLimitHeaders } from '../dialects/rate-limit-headers.ts'
import { failureFromProblem } from '../dialects/transport-failure.ts'
import type { Speaker } from './floor.ts'
import { failedAnswer } from './failed-answer.ts'
import { brokenOff, streamAnswer } from './stream-answer.ts'
import { strikeOut } from './struck-out.ts'
import type { Conclusion, Taking } from './taking.ts'
import { translatedStream } from './translated-stream.ts'
import { translatedWhole } from './translated-whole.ts'
import { upstreamRequest, type UpstreamOrder } from './upstream-request.ts'
import { wholeAnswer } from './whole-answer.ts'

export interface AttemptMeans {
  readonly http: HttpClient
  readonly clock: Clock
  readonly limits: Limits
  readonly userAgent: string
}

export interface AttemptOrder extends UpstreamOrder {
  readonly requestId: string
  readonly reply: Reply
  readonly speaker: Speaker
  readonly keep?: (answer: WholeAnswer) => void
  /** Headers of the answer, asked for at the commit point. */
  readonly answerHeaders: () => Readonly<Record<string, string>>
}

/** The caller left, or somebody else has answered it; what was seen until then counts. */
interface Gone {
  readonly kind: 'gone'
  /** True when not one byte of the request had left us. */
  readonly neverSent: boolean
}

export type AttemptResult = (Conclusion | Gone) & {
  /** Milliseconds until the commit point, where it was reached. */
  readonly firstEventMs?: number
  /** The upstream's, where it answered. */
  readonly status?: number
  readonly usage?: Usage
}

/** Where the programs of the caller's format look for it. */
function requestIdIn({ request, requestId }: AttemptOrder): Readonly<Record<string, string>> {
  const { requestIdHeader } = callerDialect(request.dialect)
  return requestIdHeader === undefined ? {} : { [requestIdHeader]: requestId }
}

export function attempt(order: AttemptOrder, means: AttemptMeans): Promise<AttemptResult> {
  const { request, candidate, credential, lane, reply, speaker } = order
  const { clock } = means
  const { upstream, isRelay } = lane
  const { answer: cleanAnswer, failure: cleaned, text: strike, bytes: struckBytes } = strikeOut(credential)
  const read = upstream.failureReader(candidate.provider.definition?.readFailure)
  const startedMs = clock.monotonicMs()
  const { connectMs, firstEventMs: headMs, answerMs } = means.limits
  const evidence = phrase('signs-of-life-only', { ms: answerMs })
  const signsOfLifeOnly: UpstreamFailure = { kind: 'timeout', scope: 'model', evidence }

  return new Promise((resolve) => {
    let status: number | undefined
    let taking: Taking | undefined
    let firstEventMs: number | undefined
    let over = false
    let spoke = false
    /** Until when something must have come of it. */
    let untilMs = startedMs + connectMs + answerMs

    const conclude = (conclusion: Conclusion | Gone): void => {
      if (over) return
      over = true
      reply.gone.removeEventListener('abort', onGone)
      call.abort()
      const usage = taking?.usage()
      resolve({
        ...conclusion,
        ...(firstEventMs !== undefined && { firstEventMs }),
        ...(status !== undefined && { status }),
        ...(usage && { usage }),
      })
    }
    /** The call's last word tells whether anything had been sent. */
    const onGone = (): void => call.abort()

    const takingOf = (answered: number): ((means: Parameters<typeof streamAnswer>[0]) => Taking) => {
      if (answered < 200 || answered >= 300) return failedAnswer
      if (isRelay) return request.stream ? streamAnswer : wholeAnswer
      return request.stream ? translatedStream : translatedWhole
    }

    /** Whatever an answer holds, the caller of it hears an end. The fault itself is for the connection to tell. */
    const take = (part: () => void): void => {
      try {
        part()
      } catch (error) {
        const name = error instanceof Error ? error.name : 'Error'
        const verdict: FailedVerdict = malformed(phrase('answer-not-understood', { error: name }))
        if (!spoke) conclude({ kind: 'failed', failure: verdict.failure, verdict })
        else if (!over) {
          reply.end(Buffer.from(callerDialect(request.dialect).errorFrame(brokenOff(verdict, order.requestId))))
          conclude({ kind: 'answered', verdict })
        }
        throw error
      }
    }

    /** What nobody was answered with is not kept. */
    let unkept: WholeAnswer | undefined
    const keepSpoken = (): void => {
      if (unkept) order.keep?.({ ...unkept, text: Buffer.from(struckBytes(Buffer.from(unkept.text))).toString() })
      unkept = undefined
    }
    const keep = (answer: WholeAnswer): void => {
      unkept = answer
      if (spoke) keepSpoken()
    }

    const call: Call = means.http.send(upstreamRequest(order, means), {
      head(answered, headers) {
        status = answered
        // What is wrong is told; a few words more are not waited for as long as an answer.
        if (answered < 200 || answered >= 300) untilMs = Math.min(untilMs, clock.monotonicMs() + headMs)
        taking = takingOf(answered)({
          reply,
          upstream,
          caller: callerDialect(request.dialect),
          writing: {
            requestId: order.requestId,
            request,
            issuer: lane.issuer,
            now: clock.now(),
            seals: lane.seals,
            ...(order.keep && { keep }),
          },
          watching: lane.watching,
          status: answered,
          headers,
          cleaned,
          strike,
          struckBytes,
          readFailure: (answer) => cleaned(read(cleanAnswer(answer))),
          now: () => clock.now(),
          begin(answerHeaders) {
            firstEventMs = clock.monotonicMs() - startedMs
            if (!speaker.speak()) {
              conclude({ kind: 'gone', neverSent: false })
              return false
            }
            const limits = rateLimitHeaders(headers, request.dialect, clock.now())
            reply.head(200, { ...answerHeaders, ...limits, ...requestIdIn(order), ...order.answerHeaders() })
            spoke = true
            keepSpoken()
            return true
          },
          conclude,
          pause: () => call.pause(),
          resume: () => call.resume(),
          hurry: (idleMs) => call.hurry(idleMs),
        })
      },
      data(chunk) {
        if (over) return
        take(() => taking?.data(chunk))
        // Comments, and an error body that drips, put the other deadlines off: none of them may do so for ever.
        if (firstEventMs === undefined && clock.monotonicMs() > untilMs) taking?.cut(signsOfLifeOnly)
      },
      end() {
        if (!over) take(() => taking?.end())
      },
      problem(problem) {
        if (over) return
        if (reply.gone.aborted || speaker.isOutrun) return conclude({ kind: 'gone', neverSent: problem.neverSent })
        const failure: UpstreamFailure = failureFromProblem(problem)
        if (taking) take(() => taking?.cut(failure))
        else conclude({ kind: 'failed', failure: cleaned(failure) })
      },
    })

    speaker.whenOutrun(onGone)
    if (reply.gone.aborted || speaker.isOutrun) onGone()
    else reply.gone.addEventListener('abort', onGone)
  })
}
