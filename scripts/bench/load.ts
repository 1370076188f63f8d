/** The load of a benchmark: JSON requests in a closed loop, and streams whose chunks are counted. */
import { Agent } from 'undici'

export interface Target {
  readonly url: string
  readonly token: string
  readonly model: string
}

const agent = new Agent({
  connections: null,
  pipelining: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
  // Below the five seconds after which Node's servers close what rests.
  keepAliveTimeout: 1_000,
  keepAliveMaxTimeout: 1_000,
})

function ask({ url, token }: Target, body: string, onChunk: (chunk: Buffer) => void): Promise<number> {
  return new Promise((done, fail) => {
    let status = 0
    agent.dispatch(
      {
        origin: url,
        path: '/v1/chat/completions',
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body,
      },
      {
        onRequestStart: () => undefined,
        onResponseStart(_controller, statusCode) {
          status = statusCode
        },
        onResponseData: (_controller, chunk) => onChunk(chunk),
        onResponseEnd: () => done(status),
        onResponseError: (_controller, error) => fail(error),
      },
    )
  })
}

/** `workers` requests at a time for `ms`; how many were answered. */
export async function closedLoop(target: Target, workers: number, ms: number): Promise<number> {
  const body = JSON.stringify({ model: target.model, messages: [{ role: 'user', content: 'x' }] })
  const end = performance.now() + ms
  let answered = 0
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (performance.now() < end) {
        const status = await ask(target, body, () => undefined)
        if (status !== 200) throw new Error(`HTTP ${status}`)
        answered += 1
      }
    }),
  )
  return answered
}

export interface Streams {
  readonly chunks: number
  /** Streams with fewer pieces than they should have, or without an end. */
  readonly broken: number
  readonly ms: number
}

/** `count` streams at once, each of `chunks` pieces `delayMs` apart. */
export async function slowStreams(
  target: Target,
  { count, chunks, delayMs }: { readonly count: number; readonly chunks: number; readonly delayMs: number },
): Promise<Streams> {
  const body = JSON.stringify({
    model: target.model,
    stream: true,
    messages: [{ role: 'user', content: 'x' }],
    x_emulator: { chunks, chunkDelayMs: delayMs },
  })
  const started = performance.now()
  const seen = await Promise.all(
    Array.from({ length: count }, async () => {
      let text = ''
      await ask(target, body, (chunk) => (text += chunk.toString('latin1')))
      const pieces = text.split('"content":"').length - 1
      return { pieces, whole: text.endsWith('data: [DONE]\n\n') }
    }),
  )
  return {
    chunks: seen.reduce((sum, { pieces }) => sum + pieces, 0),
    broken: seen.filter(({ pieces, whole }) => !whole || pieces < chunks).length,
    ms: performance.now() - started,
  }
}
