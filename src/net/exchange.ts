/** One request on its way: sent, timed, its answer brought to the handler. */
import { phrase, type Phrase } from '../core/phrase.ts'
import type { Call, OutgoingRequest, ReplyHandler, TransportProblem } from '../core/ports.ts'
import type { AnswerHead } from './answer-head.ts'
import type { Connection, Connections, ConnectionUser } from './connections.ts'
import { contentCodingOf, Decoder, withoutCoding } from './decode.ts'
import { Delivery } from './delivery.ts'
import { isTorn, problemFrom } from './problem.ts'
import { requestPieces } from './request-text.ts'
import type { Target } from './target.ts'

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

/** Its public side is the port's `Call`; the rest is the connection's to call, while it reads an answer. */
export class Exchange implements Call, ConnectionUser {
  readonly #errand: Errand
  readonly #delivery: Delivery
  #connection: Connection | undefined
  #decoder: Decoder | undefined
  #decoderIsFull = false
  #phase: Phase = 'connect'
  /** When the present phase began, or showed its last sign of life. */
  #sinceMs = 0
  /** When it was first attempted. */
  #beganMs = 0
  #timer: NodeJS.Timeout | undefined
  /** In the place of the request's, where it is shorter. */
  #hurriedMs = Number.POSITIVE_INFINITY
  #networkIsDone = false
  #everSent = false
  #retried = false
  #interimAnswers = 0

  constructor(errand: Errand) {
    this.#errand = errand
    this.#delivery = new Delivery(errand.handler, () => this.#cutShort('not-taken-in'))
  }

  begin(): void {
    if (this.#networkIsDone) return
    const { connections, target, request } = this.#errand
    this.#attempt(request.newConnection ? connections.takeNew(target) : connections.take(target))
  }

  abort(): void {
    this.#cutShort('given-up')
  }

  pause(): void {
    this.#delivery.pause()
    this.#connection?.pause()
    this.#decoder?.pause()
  }

  resume(): void {
    if (!this.#delivery.paused) return
    this.#delivery.resume()
    this.#decoder?.resume()
    this.#letFlow()
  }

  hurry(idleMs: number): void {
    this.#hurriedMs = idleMs
    if (this.#networkIsDone || idleMs >= this.#errand.request.idleMs) return
    // The timer is set for later than this.
    clearTimeout(this.#timer)
    this.#lookLater()
  }

  /** Ends it before anything was sent. */
  refuse(problem: TransportProblem): void {
    this.#networkIsDone = true
    this.#delivery.finish({ kind: 'problem', problem })
  }

  #attempt(connection: Connection | undefined): void {
    if (!connection) return this.#cutShort('client-closed')
    this.#connection = connection
    this.#enter('connect')
    if (!this.#retried) this.#beganMs = this.#sinceMs
    clearTimeout(this.#timer)
    this.#lookLater()
    connection.begin(this)
  }

  connected(): void {
    const connection = this.#connection
    if (this.#networkIsDone || !connection) return
    let pieces: readonly Uint8Array[]
    try {
      pieces = requestPieces(this.#errand.request, this.#errand.target)
    } catch (error) {
      return this.broken(error instanceof Error ? error : new Error(String(error)))
    }
    this.#everSent = true
    if (this.#delivery.paused) connection.pause()
    this.#enter('head')
    connection.write(pieces)
    connection.whenFlushed(() => {
      if (this.#phase === 'head' && this.#connection === connection) this.#sinceMs = performance.now()
    })
  }

  head({ status, headers }: AnswerHead): void {
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

  data(piece: Uint8Array): void {
    if (this.#networkIsDone) return
    // Some servers send the head at once, then think: what counts is the first piece.
    this.#enter('idle')
    if (!this.#decoder) return this.#delivery.data(piece)
    if (this.#decoder.write(piece)) return
    this.#decoderIsFull = true
    this.#connection?.pause()
  }

  end(): void {
    if (this.#networkIsDone) return
    this.#endNetwork()
    // No longer ours to discard, even if decoding should fail yet.
    this.#connection = undefined
    if (this.#decoder) this.#decoder.end()
    else this.#delivery.finish({ kind: 'end' })
  }

  broken(error: Error): void {
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
      !this.#connection ||
      this.#connection.answerBegan ||
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

  /** After the present turn: nothing is told from inside a call of the reader's own. */
  #letFlow(): void {
    if (this.#phase !== 'connect') this.#sinceMs = performance.now()
    queueMicrotask(() => {
      if (!this.#networkIsDone && !this.#delivery.paused && !this.#decoderIsFull) this.#connection?.resume()
    })
  }

  #enter(phase: Phase): void {
    this.#phase = phase
    this.#sinceMs = performance.now()
  }

  #limitMs(): number {
    const { connectMs, headMs, idleMs } = this.#errand.request
    return { connect: connectMs, head: headMs, idle: Math.min(idleMs, this.#hurriedMs) }[this.#phase]
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
