/** The connections of one client: as many as there are requests, reused while they rest. */
import type { Socket } from 'node:net'
import type { Call } from '../core/ports.ts'
import { AnswerParser, type AnswerSink } from './answer-parser.ts'
import type { Destination, Dial } from './dial.ts'
import { TornError } from './problem.ts'
import { onBytes } from './read-in.ts'
import type { Target } from './target.ts'

const DEFAULT_REST_MS = 4_000
/** For servers that promise to wait longer (`Keep-Alive: timeout=`). */
const LONGEST_REST_MS = 30_000
/** A request that is on its way when the other side's time is over meets a closed connection. */
const SPARE_REST_MS = 1_000
const SWEEP_MS = 1_000

/** Whose request is on a connection. */
export interface ConnectionUser extends Pick<Call, 'abort'>, AnswerSink {
  /** It stands: the request is to be written. */
  connected(): void
  /** Nothing more will come: it did not come about, it broke, or what came on it is no answer. */
  broken(error: Error): void
}

/** One socket, one request at a time. */
export class Connection {
  /** Whole answers that it has brought. */
  answers = 0
  /** A byte of the answer to the present request has come. */
  answerBegan = false
  user: ConnectionUser | undefined
  readonly #pool: Pool
  #socket: Socket | undefined
  #parser: AnswerParser | undefined
  #giveUpDialing: (() => void) | undefined
  #restsUntilMs: number | undefined
  #isGone = false

  constructor(pool: Pool) {
    this.#pool = pool
    pool.all.add(this)
  }

  begin(user: ConnectionUser): void {
    this.user = user
    if (this.#socket) return user.connected()
    this.#giveUpDialing = this.#pool.dial(this.#pool.destination, (error, socket) => {
      this.#giveUpDialing = undefined
      if (this.#isGone) return void socket?.destroy()
      if (error || !socket) return this.#broke(error ?? new TornError('no socket'))
      this.#keep(socket)
      this.user?.connected()
    })
  }

  write(pieces: readonly Uint8Array[]): void {
    const socket = this.#socket
    if (!socket || !this.user) return
    this.answerBegan = false
    this.#parser = new AnswerParser(this.user)
    if (pieces.length > 1) socket.cork()
    for (const piece of pieces) socket.write(piece)
    if (pieces.length > 1) socket.uncork()
  }

  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    this.#socket?.resume()
  }

  /** Calls back once all that was written has gone to the kernel; at once, where it has already. */
  whenFlushed(flushed: () => void): void {
    if (this.#socket?.writableNeedDrain) this.#socket.once('drain', flushed)
    else flushed()
  }

  /** Still good for a request? Wakes it then. */
  wake(): boolean {
    if (this.#isGone || (this.#restsUntilMs ?? 0) <= performance.now()) return false
    this.#restsUntilMs = undefined
    this.#socket?.ref()
    return true
  }

  get hasRested(): boolean {
    return this.#restsUntilMs !== undefined && this.#restsUntilMs <= performance.now()
  }

  /** Ends it at once, whatever it is doing. Its user is told nothing. */
  discard(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.user = undefined
    this.#pool.all.delete(this)
    const place = this.#restsUntilMs === undefined ? -1 : this.#pool.resting.indexOf(this)
    if (place >= 0) this.#pool.resting.splice(place, 1)
    this.#giveUpDialing?.()
    this.#socket?.destroy()
  }

  /** As `discard`; resolves once the socket is gone. */
  async close(): Promise<void> {
    const socket = this.#socket
    const closed = !socket || socket.closed ? undefined : new Promise((resolve) => socket.once('close', resolve))
    this.discard()
    await closed
  }

  #keep(socket: Socket): void {
    this.#socket = socket
    onBytes(socket, (bytes) => this.#take(bytes))
    socket.on('end', () => this.#ended())
    socket.on('error', (error) => this.#broke(error))
    socket.on('close', () => this.#broke(new TornError('closed')))
  }

  #take(bytes: Buffer): void {
    const parser = this.#parser
    // Nobody asked for anything: it must not become the next answer.
    if (!parser || !this.user) return this.discard()
    this.answerBegan = true
    try {
      parser.feed(bytes)
    } catch (error) {
      return this.#broke(error instanceof Error ? error : new Error(String(error)))
    }
    if (parser.isOver) this.#answered(parser)
  }

  #ended(): void {
    const parser = this.#parser
    if (parser && this.user && parser.close()) return this.#answered(parser)
    this.#broke(new TornError('ended'))
  }

  #broke(error: Error): void {
    const { user } = this
    this.discard()
    user?.broken(error)
  }

  /** The whole answer was told: the next request may have the connection. */
  #answered(parser: AnswerParser): void {
    this.user = undefined
    this.#parser = undefined
    const head = parser.reusableAfter
    const restMs = Math.min(head?.restMs ?? DEFAULT_REST_MS + SPARE_REST_MS, LONGEST_REST_MS) - SPARE_REST_MS
    if (!head || restMs <= 0 || this.#isGone || !this.#isIdle() || this.#pool.isFormer) return this.discard()
    this.answers += 1
    this.#restsUntilMs = performance.now() + restMs
    this.#socket?.resume()
    this.#socket?.unref()
    this.#pool.resting.push(this)
    this.#pool.onRest()
  }

  /** Not so where the answer came early (a 413, say): the next request would queue behind the rest of this one, for ever if nobody reads it. */
  #isIdle(): boolean {
    return this.#socket !== undefined && !this.#socket.destroyed && this.#socket.writableLength === 0
  }
}

/** The connections that lead one way to one origin. */
interface Pool {
  readonly destination: Destination
  readonly dial: Dial
  /** Dialed as nobody is dialed any more: what it has ends with its answers. */
  isFormer: boolean
  readonly all: Set<Connection>
  readonly resting: Connection[]
  readonly onRest: () => void
}

export class Connections {
  #dial: Dial
  readonly #pools = new Map<string, Pool>()
  #former: Pool[] = []
  #closed = false
  #sweeper: NodeJS.Timeout | undefined

  constructor(dial: Dial) {
    this.#dial = dial
  }

  /** The one that rested last, which is the likeliest to live; else a new one. None once closed. */
  take(target: Target): Connection | undefined {
    const resting = this.#pools.get(target.way)?.resting
    for (let rested = resting?.pop(); rested; rested = resting?.pop()) {
      if (rested.wake()) return rested
      rested.discard()
    }
    return this.takeNew(target)
  }

  takeNew(target: Target): Connection | undefined {
    return this.#closed ? undefined : new Connection(this.#pool(target))
  }

  /** From now on connections come by this dial alone: those that rest are given up, those in use finish their answers. */
  dialAnew(dial: Dial): void {
    this.#dial = dial
    this.#former = [...this.#former, ...this.#pools.values()].filter((pool) => pool.all.size > 0)
    this.#pools.clear()
    for (const pool of this.#former) {
      pool.isFormer = true
      for (const connection of pool.resting.splice(0)) connection.discard()
    }
  }

  /** Gives up what is going on; resolves once the sockets are gone. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#sweeper)
    const all = [...this.#former, ...this.#pools.values()].flatMap((pool) => [...pool.all])
    this.#pools.clear()
    await Promise.all(
      all.map((connection) => {
        connection.user?.abort()
        return connection.close()
      }),
    )
  }

  #pool(target: Target): Pool {
    const known = this.#pools.get(target.way)
    if (known) return known
    for (const [way, pool] of this.#pools) {
      if (pool.all.size === 0) this.#pools.delete(way)
    }
    const pool: Pool = {
      destination: { target: new URL(target.origin), proxy: target.proxy },
      dial: this.#dial,
      isFormer: false,
      all: new Set(),
      resting: [],
      onRest: () => {
        this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref()
      },
    }
    this.#pools.set(target.way, pool)
    return pool
  }

  /** Ends those that have rested long enough. */
  #sweep(): void {
    let left = 0
    for (const { resting } of this.#pools.values()) {
      for (const connection of resting.filter(({ hasRested }) => hasRested)) connection.discard()
      left += resting.length
    }
    if (left > 0) return
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }
}
