/** Processes of ours that ask for tokens, from the test's side. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { children } from './child-files.ts'

export interface ActorStart {
  readonly folder: string
  /** Of the authorization server. */
  readonly url: string
  readonly as: 'gateway' | 'command'
  /** How much more time has passed than the system's clock knows of. */
  readonly offsetMs: number
  /** The program of the writer thread. */
  readonly writer: string
}

export type ActorOrder =
  /** The token for a request. */
  | { readonly do: 'access' }
  /** That for many requests at the same moment. */
  | { readonly do: 'many'; readonly times: number }
  /** The one at hand was refused. */
  | { readonly do: 'renewed' }
  /** The settings are read anew. */
  | { readonly do: 'look'; readonly profile?: string }
  | { readonly do: 'clock'; readonly offsetMs: number }
  /** What stands against the login, as status tells it. */
  | { readonly do: 'told' }

export type Got =
  | { readonly kind: 'token'; readonly accessToken: string }
  | { readonly kind: 'failed'; readonly evidence: string }
  | { readonly kind: 'many'; readonly tokens: readonly string[] }
  | { readonly kind: 'told'; readonly lines: readonly string[] }
  | { readonly kind: 'done' }
  /** It was killed before it answered. */
  | { readonly kind: 'gone' }

export interface Actor {
  ask(order: ActorOrder): Promise<Got>
  kill(): Promise<void>
  /** Its input ends, and so does it, in peace. */
  end(): Promise<void>
}

export async function startActor(wish: Omit<ActorStart, 'writer'>): Promise<Actor> {
  const { file, environment: env } = await children()
  const start: ActorStart = { ...wish, writer: file('writer') }
  const child = spawn(process.execPath, ['--no-warnings', file('actor'), JSON.stringify(start)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  })
  const exited = once(child, 'exit')
  const waiting = new Map<number, (got: Got) => void>()
  let asked = 0
  child.stdin.on('error', () => undefined) // whoever was killed takes no orders
  const ready = Promise.withResolvers<void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, answer } = JSON.parse(line) as { readonly id?: number; readonly answer: Got }
    if (id === undefined) return ready.resolve()
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  child.on('exit', () => {
    ready.reject(new Error('an actor ended before it was ready'))
    for (const answer of waiting.values()) answer({ kind: 'gone' })
    waiting.clear()
  })
  await ready.promise
  return {
    ask(order) {
      asked += 1
      const id = asked
      if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve({ kind: 'gone' })
      return new Promise((done) => {
        waiting.set(id, done)
        child.stdin.write(`${JSON.stringify({ id, ...order })}\n`)
      })
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async end() {
      child.stdin.end()
      await exited
    },
  }
}
