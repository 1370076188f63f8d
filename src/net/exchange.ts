/** One request on its way: sent, timed, its answer brought to the handler. */
import type { Dispatcher } from 'undici'
import { phrase, type Phrase } from '../core/phrase.ts'
import type { Call, HeaderMap, OutgoingRequest, ReplyHandler, TransportProblem } from '../core/ports.ts'
import type { Connection, Connections } from './connections.ts'
import { contentCodingOf, Decoder, withoutCoding } from './decode.ts'
import { Delivery } from './delivery.ts'
import type { Target } from './target.ts'
import { isTorn, problemFrom } from './problem.ts'

/** A server that closes an idle connection does so at once; one that dies later may have begun to work. */
const STALE_WITHIN_MS = 2_000
const MOST_INTERIM_ANSWERS = 32
/** Node's timers hold no more. */
const LONGEST_TIMER_MS = 2_147_483_647

type Phase = 'connect' | 'head' | 'idle'

export interface Errand {
  readonly target: Target
  readonly request: OutgoingRequest
  readonly handler: ReplyHandler
  readonly connections: Connections
}

/** Its public side is the port's `Call`; the `on...` acts are undici's, called while an answer is parsed. */
export class Exchange implements Call, Dispatcher.DispatchHandler {
  readonly #errand: Errand
  readonly #delivery: Delivery
  #connection: Connection | undefined
  #controller: Dispatcher.DispatchController | undefined
  #decoder: Decoder | undefined
  #decoderIsFull = false
  #phase: Phase = 'connect'
  /** When the present phase began, or showed its last sign of life. */
  #sinceMs = 0
  /** When it was first attempted. */
  #beganMs = 0
  #timer: NodeJS.Timeout | undefined
  #networkIsDone = false
  #everSent = false
  #retried = false
  #answerBegan = false
  #interimAnswers = 0

  constructor(errand: Errand) {
    this.#errand = errand
    this.#delivery = new Delivery(errand.handler, () => this.#cutShort('not-taken-in'))
  }

  begin(): void {
    if (!this.#networkIsDone) this.#attempt(this.#errand.connections.take(this.#errand.target))
  }

  abort(): void {
    this.#cutShort('given-up')
  }

  pause(): void {
    this.#delivery.pause()
    this.#controller?.pause()
    this.#decoder?.pause()
  }

  resume(): void {
    if (!this.#delivery.paused) return
    this.#delivery.resume()
    this.#decoder?.resume()
    this.#letFlow()
  }

  /** Ends it before anything was sent. */
  refuse(problem: TransportProblem): void {
    this.#networkIsDone = true
    this.#delivery.finish({ kind: 'problem', problem })
  }

  #attempt(connection: Connection | undefined): void {
    if (!connection) return this.#cutShort('client-closed')
    const { target, request } = this.#errand
    this.#connection = connection
    connection.user = this
    this.#controller = undefined
    this.#enter('connect')
    if (!this.#retried) this.#beganMs = this.#sinceMs
    clearTimeout(this.#timer)
    this.#lookLater()
    connection.client.dispatch(
      {
        path: target.path,
        method: request.method,
        headers: [...request.headers],
        body: request.body ?? null,
      },
      this,
    )
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#networkIsDone) return controller.abort(new Error('given up'))
    this.#controller = controller
    this.#everSent = true
    if (this.#delivery.paused) controller.pause()
    this.#enter('head')
  }

  onRequestSent(): void {
    const connection = this.#connection
    connection?.whenFlushed(() => {
      if (this.#phase === 'head' && this.#connection === connection) this.#sinceMs = performance.now()
    })
  }

  onResponseStarted(): void {
    this.#answerBegan = true
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HeaderMap): void {
    if (this.#networkIsDone) return
    if (status < 200) {
      // They carry nothing for us, nor do they put the deadline off.
      this.#interimAnswers += 1
      if (this.#interimAnswers > MOST_INTERIM_ANSWERS) this.#fail(this.#malformed(phrase('interim-only')))
      return
    }
    const coding = contentCodingOf(headers)
    if (coding.kind === 'unreadable') {
      return this.#fail(this.#malformed(phrase('coding-unknown', { coding: coding.written })))
    }
    if (coding.kind === 'none') return this.#delivery.head(status, headers)
    this.#decoder = this.#decoderFor(coding.coding)
    this.#delivery.head(status, withoutCoding(headers))
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#networkIsDone) return
    // Some servers send the head at once, then think: what counts is the first piece.
    this.#enter('idle')
    if (!this.#decoder) return this.#delivery.data(chunk)
    if (this.#decoder.write(chunk)) return
    this.#decoderIsFull = true
    controller.pause()
  }

  onResponseEnd(): void {
    if (this.#networkIsDone) return
    this.#endNetwork()
    const connection = this.#connection
    // No longer ours to discard, even if decoding should fail yet.
    this.#connection = undefined
    // Whether it lives on is known once the present bytes are parsed; before that, nobody may have it.
    queueMicrotask(() => connection?.rest())
    if (this.#decoder) this.#decoder.end()
    else this.#delivery.finish({ kind: 'end' })
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#networkIsDone) return
    if (this.#foundStale(error)) return this.#tryOnceMore()
    this.#fail(
      problemFrom(error, {
        host: this.#errand.target.host,
        connecting: this.#phase === 'connect',
        neverSent: !this.#everSent,
      }),
    )
  }

  /** It had rested, and the other side had closed it meanwhile: with no byte answered, one more try is safe. */
  #foundStale(error: Error): boolean {
    if (
      this.#errand.request.once ||
      this.#retried ||
      this.#answerBegan ||
      !this.#connection ||
      this.#connection.answers === 0
    )
      return false
    return isTorn(error) && (this.#phase === 'connect' || performance.now() - this.#sinceMs < STALE_WITHIN_MS)
  }

  #tryOnceMore(): void {
    this.#retried = true
    this.#connection?.discard()
    queueMicrotask(() => {
      if (!this.#networkIsDone) this.#attempt(this.#errand.connections.takeNew(this.#errand.target))
    })
  }

  #decoderFor(coding: string): Decoder {
    const decoder = new Decoder(coding, {
      data: (chunk) => this.#delivery.data(chunk),
      drained: () => {
        this.#decoderIsFull = false
        this.#letFlow()
      },
      end: () => this.#delivery.finish({ kind: 'end' }),
      failed: (reason) => this.#fail(this.#malformed(reason)),
    })
    if (this.#delivery.paused) decoder.pause()
    return decoder
  }

  /** undici's parsers must not be entered from inside one another: hence after the present turn. */
  #letFlow(): void {
    if (this.#phase !== 'connect') this.#sinceMs = performance.now()
    queueMicrotask(() => {
      if (!this.#networkIsDone && !this.#delivery.paused && !this.#decoderIsFull) this.#controller?.resume()
    })
  }

  #enter(phase: Phase): void {
    this.#phase = phase
    this.#sinceMs = performance.now()
  }

  #limitMs(): number {
    const { connectMs, headMs, idleMs } = this.#errand.request
    return { connect: connectMs, head: headMs, idle: idleMs }[this.#phase]
  }

  /**
   * One timer a call, set for the earliest moment at which a deadline of this or a later phase can have passed. Then
   * it looks. So putting a deadline off costs only the reading of a clock.
   */
  #lookLater(): void {
    const { headMs, idleMs } = this.#errand.request
    const soonest = { connect: Math.min(headMs, idleMs), head: idleMs, idle: LONGEST_TIMER_MS }[this.#phase]
    this.#timer = setTimeout(look, Math.min(Math.ceil(this.#leftMs()), soonest, LONGEST_TIMER_MS), this)
  }

  look(): void {
    if (this.#leftMs() > 0) return this.#lookLater()
    // After a stall of our own, what has arrived meanwhile is read first.
    setImmediate(() => {
      if (this.#networkIsDone) return
      if (this.#leftMs() > 0) this.#lookLater()
      else this.#fail(this.#tooLate())
    })
  }

  #leftMs(): number {
    return Math.min(this.#totalLeftMs(), this.#phaseLeftMs())
  }

  #totalLeftMs(): number {
    return this.#beganMs + this.#errand.request.totalMs - performance.now()
  }

  #phaseLeftMs(): number {
    const waitsForUs = this.#phase !== 'connect' && (this.#delivery.paused || this.#decoderIsFull)
    return waitsForUs ? this.#limitMs() : this.#sinceMs + this.#limitMs() - performance.now()
  }

  #tooLate(): TransportProblem {
    const { host } = this.#errand.target
    const phase = this.#phaseLeftMs() > 0 ? 'total' : this.#phase
    const ms = phase === 'total' ? this.#errand.request.totalMs : this.#limitMs()
    return { kind: `${phase}-timeout`, message: phrase(TOO_LATE[phase], { host, ms }), neverSent: !this.#everSent }
  }

  #malformed(reason: Phrase): TransportProblem {
    const message = phrase('answer-unreadable', { host: this.#errand.target.host, reason })
    return { kind: 'protocol', message, neverSent: false }
  }

  #fail(problem: TransportProblem): void {
    this.#endNetwork()
    this.#decoder?.destroy()
    this.#connection?.discard()
    this.#delivery.finish({ kind: 'problem', problem })
  }

  #cutShort(why: 'not-taken-in' | 'given-up' | 'client-closed'): void {
    if (this.#delivery.over) return
    this.#endNetwork()
    this.#decoder?.destroy()
    this.#connection?.discard()
    this.#delivery.cutShort({ kind: 'aborted', message: phrase(why), neverSent: !this.#everSent })
  }

  #endNetwork(): void {
    this.#networkIsDone = true
    clearTimeout(this.#timer)
  }
}

const TOO_LATE = {
  connect: 'connect-too-late',
  head: 'head-too-late',
  idle: 'silent-too-long',
  total: 'whole-too-late',
} as const

function look(exchange: Exchange): void {
  exchange.look()
}
