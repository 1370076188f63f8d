/** What it costs to say a stream in another format: CPU of a stream of 50 events, relayed and translated, in one run. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort } from '../../src/service/free-port.ts'
import { median, say } from './figures.ts'
import { cpuMs, startProcess } from './processes.ts'

const EVENTS = 50
const ROUNDS = 5
const AT_A_TIME = 16
const STREAMS = 1_500

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_775_822_001, model: 'm' }
const pieces = [
  ...Array.from({ length: EVENTS }, (_, at) => ({
    ...head,
    choices: [
      {
        index: 0,
        delta: at === 0 ? { role: 'assistant', content: '' } : { content: `word ${at} ` },
        finish_reason: null,
      },
    ],
  })),
  { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  { ...head, choices: [], usage: { prompt_tokens: 9, completion_tokens: EVENTS, total_tokens: 9 + EVENTS } },
].map((event) => `data: ${JSON.stringify(event)}\n\n`)

const messages = [{ role: 'user', content: 'x' }]
const WAYS = [
  ['relayed', '/v1/chat/completions', { messages, stream_options: { include_usage: true } }, '[DONE]'],
  ['said as Messages', '/v1/messages', { messages, max_tokens: 1_000 }, '"message_stop"'],
  ['said as Responses', '/v1/responses', { input: 'x', store: false }, '"response.completed"'],
] as const

export async function translatedStreams({ launcher, folder }: { launcher: string; folder: string }): Promise<void> {
  const stateFolder = join(folder, 'translated')
  mkdirSync(stateFolder)
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      // Each by itself, as models speak, and none waited for.
      const next = (at: number): void => {
        const piece = pieces[at]
        if (piece === undefined) return void response.end('data: [DONE]\n\n')
        response.write(piece)
        setImmediate(next, at + 1)
      }
      next(0)
    })
  })
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  writeFileSync(
    join(stateFolder, 'openclaw.json'),
    JSON.stringify({ models: { providers: { a: { baseUrl, models: ['m'] } } } }),
  )
  const env = { ...process.env, OPENCLAW_STATE_DIR: stateFolder }
  const port = await freePort(0)
  const gateway = await startProcess([launcher, 'gateway', 'run', '--port', String(port)], env)
  const token = spawnSync(process.execPath, [launcher, 'gateway', 'token'], { env, encoding: 'utf8' }).stdout.trim()
  const ask = async ([, path, body, end]: (typeof WAYS)[number]): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'a/m', stream: true, ...body }),
    })
    const text = await answer.text()
    if (!answer.ok || !text.includes(end)) throw new Error(`HTTP ${answer.status}: ${text.slice(-300)}`)
  }
  const measured = async (way: (typeof WAYS)[number], streams: number): Promise<number> => {
    const before = cpuMs(gateway.pid)
    let left = streams
    await Promise.all(
      Array.from({ length: AT_A_TIME }, async () => {
        while (left-- > 0) await ask(way)
      }),
    )
    return ((cpuMs(gateway.pid) - before) * 1_000) / streams
  }
  try {
    for (const way of WAYS) await measured(way, STREAMS)
    const costs = new Map(WAYS.map(([name]): [string, number[]] => [name, []]))
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const way of WAYS) costs.get(way[0])?.push(await measured(way, STREAMS / 3))
    }
    const relayed = median(costs.get('relayed') ?? [])
    for (const [name, all] of costs) {
      say(
        `a stream of ${EVENTS} events, ${name}`,
        `${median(all).toFixed(0)} us CPU a stream`,
        `${(median(all) / relayed).toFixed(2)} x relayed`,
      )
    }
  } finally {
    await gateway.stop()
    server.close()
    server.closeAllConnections()
  }
}
