/** Callers that leave at each stage of their request: rows S-08 to S-10 of the catalogue. */
import { createServer, type ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { servicesOf, TOKEN } from '../../src/gateway/fixtures/gateway.ts'
import { bindPort } from '../../src/gateway/server.ts'
import type { Rest } from '../../src/core/failure.ts'
import type { AttemptRow } from '../../src/core/ports.ts'
import { Secret } from '../../src/core/secret.ts'
import { open, type Connection } from '../../src/gateway/fixtures/connection.ts'
import { ROLE, text, USAGE } from '../../src/serving/fixtures/answers.ts'
import { openHouse } from '../../src/serving/fixtures/house.ts'
import { until } from '../../src/serving/fixtures/upstream.ts'
import { percentile } from '../torture/figures.ts'
import { ended, listening } from './support/real-gateway.ts'
import { sizeOf } from './sizes.ts'

/** What the upstream has done by the time the caller leaves; it does nothing after. */
const STAGES: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'before the head': () => undefined,
  'before the first word': (response) => void response.writeHead(200, SSE).write(ROLE),
  'in the middle of a stream': (response) => void response.writeHead(200, SSE).write(`${text('Well')}${USAGE}`),
  'before the end of a whole answer': (response) => void response.writeHead(200, JSON_TYPE).write('{"choices":['),
  'while the fallback is waited for': () => undefined,
}
const SSE = { 'content-type': 'text/event-stream' }
const JSON_TYPE = { 'content-type': 'application/json' }

interface Left {
  /** Of those who left; what failed before is not theirs. */
  readonly rows: readonly AttemptRow[]
  readonly rests: readonly Rest[]
  /** From the caller's leaving to the upstream's hearing of it. */
  readonly tookMs: readonly number[]
}

/** So many callers of one stage, all waiting when the first leaves; one after the other. */
async function leaving(stage: string, callers: number): Promise<Left> {
  const waiting = new Map<string, Connection>()
  const leftAtMs = new Map<string, number>()
  const tookMs: number[] = []
  let arrived = 0
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const who = /"user":"(\d+)"/.exec(Buffer.concat(pieces).toString())?.[1] ?? ''
      if (stage === 'while the fallback is waited for' && request.url?.startsWith('/a/'))
        return response.writeHead(404, JSON_TYPE).end('{"error":{"message":"no such model","code":"model_not_found"}}')
      arrived += 1
      response.on('close', () => tookMs.push(performance.now() - (leftAtMs.get(who) ?? 0)))
      STAGES[stage]?.(response)
    })
  })
  const url = await listening(server)
  onTestFinished(() => ended(server))
  const house = await openHouse({
    settings: {
      models: {
        providers: {
          a: { baseUrl: `${url}/a`, models: ['m'] },
          b: { baseUrl: `${url}/b`, models: ['n'] },
        },
      },
      gateway: { hedge: 'off' },
      agents: { defaults: { model: { primary: 'a/m', fallbacks: ['b/n'] } } },
    },
  })
  const secret = new Secret(TOKEN)
  const gateway = (await bindPort({ port: 0 })).serve(servicesOf(house), () => secret)
  onTestFinished(() => gateway.end())
  const isStream = stage !== 'before the end of a whole answer'
  for (let who = 0; who < callers; who += 1) {
    const body = `{"model":"openclaw","stream":${isStream},"user":"${who}","messages":[{"role":"user","content":"hi"}]}`
    const lines = ['POST /v1/chat/completions HTTP/1.1', `Host: 127.0.0.1:${gateway.port}`]
    const head = [...lines, `Authorization: Bearer ${TOKEN}`, `Content-Length: ${body.length}`, '', body].join('\r\n')
    waiting.set(String(who), open(gateway, head))
  }
  await until(() => arrived === callers)
  if (stage === 'in the middle of a stream')
    await until(() => [...waiting.values()].every((caller) => caller.text().includes('Well')))
  for (const [who, { socket }] of waiting) {
    leftAtMs.set(who, performance.now())
    socket.destroy()
    // The next one leaves when this has been heard of.
    await until(() => tookMs.length === leftAtMs.size)
  }
  const rows = async (): Promise<readonly AttemptRow[]> =>
    (await house.rows(10_000)).filter(({ outcome }) => outcome !== 'failed')
  await until(async () => (await rows()).filter(({ endedAt }) => endedAt).length >= callers)
  return { tookMs, rows: await rows(), rests: await house.rests() }
}

const each = Math.ceil(sizeOf('S-08') / Object.keys(STAGES).length)
const runs = new Map<string, Promise<Left>>()

/** Once for all that must hold of it. */
function left(stage: string): Promise<Left> {
  const run = runs.get(stage) ?? leaving(stage, each)
  runs.set(stage, run)
  return run
}

describe.each(Object.keys(STAGES))('a caller that leaves %s', (stage) => {
  it('S-08 takes the upstream along within 50 ms', async () => {
    expect(percentile((await left(stage)).tookMs, 0.9)).toBeLessThanOrEqual(50)
  })

  it('S-09 has one row, with the tokens seen', async () => {
    const { rows } = await left(stage)
    expect(rows).toHaveLength(each)
    const seen = stage === 'in the middle of a stream' ? { usage: { inputTokens: 7, outputTokens: 3 } } : {}
    for (const row of rows) expect(row).toMatchObject({ outcome: 'aborted', ...seen })
  })

  it('S-10 makes nobody rest', async () => {
    // The model that was missing, before the fallback was asked, is another matter.
    expect((await left(stage)).rests.filter(({ kind }) => kind !== 'model-missing')).toEqual([])
  })
})
