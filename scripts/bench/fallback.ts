/** What a failure adds: from a primary's failing answer to the fallback's request, as an upstream sees both. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort } from '../../src/service/free-port.ts'
import { median, say } from './figures.ts'
import { startProcess } from './processes.ts'

const ROUNDS = 300
const WARM_UP = 50
const MOST_MS = 5
const BUSY = '{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}'
const TOO_LONG = '{"error":{"message":"too long","code":"context_length_exceeded"}}'
const ANSWER = JSON.stringify({
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
})

/** `busy` makes the primary rest, so each round has another one; `long` leaves everything as it was. */
export async function addedByFailure({ launcher, folder }: { launcher: string; folder: string }): Promise<void> {
  const stateFolder = join(folder, 'fallback')
  mkdirSync(stateFolder)
  let failedAtMs = 0
  let addedMs: number[] = []
  const server = createServer((request, response) => {
    const isFallback = request.url?.startsWith('/b/')
    if (isFallback) addedMs.push(performance.now() - failedAtMs)
    request.resume().on('end', () => {
      if (isFallback) return response.writeHead(200, JSON_TYPE).end(ANSWER)
      const isLong = request.url?.startsWith('/long/')
      failedAtMs = performance.now()
      return response.writeHead(isLong ? 400 : 429, JSON_TYPE).end(isLong ? TOO_LONG : BUSY)
    })
  })
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const primary = (path: string): object => ({ baseUrl: `${url}/${path}`, models: [{ id: 'm', contextWindow: 1_000 }] })
  const busy = Array.from({ length: ROUNDS }, (_, round) => [`busy${round}`, primary('busy')] as const)
  const providers = {
    ...Object.fromEntries(busy),
    long: primary('long'),
    b: { baseUrl: `${url}/b`, models: [{ id: 'n', contextWindow: 200_000 }] },
  }
  writeFileSync(join(stateFolder, 'openclaw.json'), JSON.stringify({ models: { providers } }))
  const env = { ...process.env, OPENCLAW_STATE_DIR: stateFolder }
  const port = await freePort(0)
  const gateway = await startProcess([launcher, 'gateway', 'run', '--port', String(port)], env)
  const token = spawnSync(process.execPath, [launcher, 'gateway', 'token'], { env, encoding: 'utf8' }).stdout.trim()
  try {
    for (const kind of ['long', 'busy'] as const) {
      addedMs = []
      for (let round = 0; round < ROUNDS; round += 1) {
        const model = kind === 'long' ? 'long/m' : `busy${round}/m`
        const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model, fallbacks: ['b/n'], messages: [{ role: 'user', content: 'x' }] }),
        })
        if (!answer.ok) throw new Error(`HTTP ${answer.status}: ${await answer.text()}`)
        await answer.arrayBuffer()
      }
      const seen = addedMs.slice(WARM_UP)
      const middle = median(seen)
      const p99 = seen.toSorted((a, b) => a - b)[Math.floor(seen.length * 0.99)] ?? 0
      say(
        `${WORDS[kind]}, until the fallback's request`,
        `median ${middle.toFixed(2)} ms, p99 ${p99.toFixed(1)} ms`,
        `goal ${MOST_MS} ms`,
      )
      if (middle > MOST_MS) process.exitCode = 1
    }
  } finally {
    await gateway.stop()
    server.close()
    server.closeAllConnections()
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }
const WORDS = { long: 'context too long', busy: '429, and the model rests' }
