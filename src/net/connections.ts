/** The connections of one client: as many as there are requests, reused while they rest. */
import type { Socket } from 'node:net'
import Client from 'undici/lib/dispatcher/client.js'
import type { Call } from '../core/ports.ts'
import type { Destination, Dial } from './dial.ts'
import type { Target } from './target.ts'

const DEFAULT_REST_MS = 4_000
/** For servers that promise to wait longer (`Keep-Alive: timeout=`). */
const LONGEST_REST_MS = 30_000

/**
 * One undici client a connection, one request a connection at a time. undici's own pool cannot tell a request
 * which connection it got, whether that one was used before, nor give up a single one that does not come about.
 */
export class Connection {
  /** Whole answers that the present socket has brought. */
  answers = 0
  /** Whose request is on it. */
  user: Pick<Call, 'abort'> | undefined
  readonly client: Client
  readonly #pool: Pool
  #resting = false
  #socket: Socket | undefined
  #giveUpDialing: (() => void) | undefined

  constructor(pool: Pool) {
    this.#pool = pool
    this.client = new Client(pool.destination.target, {
      // A client may dial again when its socket died before a request was written on it.
      connect: (_target, done) => {
        this.answers = 0
        this.#giveUpDialing = pool.dial(pool.destination, (error, socket) => {
          this.#giveUpDialing = undefined
          if (error || !socket) return done(error ?? new Error('no socket'), null)
          this.#socket = socket
          done(null, socket)
        })
      },
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: DEFAULT_REST_MS,
      keepAliveMaxTimeout: LONGEST_REST_MS,
      keepAliveTimeoutThreshold: 1_000,
      // The deadlines are the call's own: these timers have a resolution of half a second.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    this.client.on('disconnect', () => {
      if (this.#resting) this.discard()
    })
    pool.all.add(this)
  }

  /** Calls back once all that was written has gone to the kernel; at once, where it has already. */
  whenFlushed(flushed: () => void): void {
    if (this.#socket?.writableNeedDrain) this.#socket.once('drain', flushed)
    else flushed()
  }

  /** Its answer has come whole: the next request may have it. */
  rest(): void {
    this.user = undefined
    if (!this.#socket || this.#socket.destroyed || this.client.destroyed || this.#pool.isFormer) return this.discard()
    this.answers += 1
    this.#resting = true
    this.#pool.resting.push(this)
  }

  wake(): this {
    this.#resting = false
    return this
  }

  /** Ends it at once, whatever it is doing. */
  discard(): void {
    this.#pool.all.delete(this)
    const place = this.#resting ? this.#pool.resting.indexOf(this) : -1
    if (place >= 0) this.#pool.resting.splice(place, 1)
    this.#resting = false
    this.#giveUpDialing?.()
    this.#socket?.destroy()
    if (!this.client.destroyed) this.client.destroy(() => {})
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
}

export class Connections {
  #dial: Dial
  readonly #pools = new Map<string, Pool>()
  #former: Pool[] = []
  #closed = false

  constructor(dial: Dial) {
    this.#dial = dial
  }

  /** The one that rested last, which is the likeliest to live; else a new one. None once closed. */
  take(target: Target): Connection | undefined {
    const rested = this.#pools.get(target.way)?.resting.pop()
    return rested?.wake() ?? this.takeNew(target)
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
    const all = [...this.#former, ...this.#pools.values()].flatMap((pool) => [...pool.all])
    this.#pools.clear()
    for (const connection of all) {
      connection.user?.abort()
      connection.discard()
    }
    await Promise.all(all.map((connection) => connection.client.destroy()))
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
    }
    this.#pools.set(target.way, pool)
    return pool
  }
}
