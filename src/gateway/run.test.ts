/** A gateway's life, from its place to its last answer. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Secret } from '../core/secret.ts'
import { currentInstance, type PlaceMeans } from '../service/instance.ts'
import { stream, text } from '../serving/fixtures/answers.ts'
import type { House } from '../serving/fixtures/house.ts'
import { closedPort, until, type ScriptedUpstream } from '../serving/fixtures/upstream.ts'
import { openLiveSetup } from '../setup/live.ts'
import { openBehind, openGateway, servicesOf, TOKEN } from './fixtures/gateway.ts'
import { runGateway } from './run.ts'

const SECRET = new Secret(TOKEN)

interface Run {
  readonly house: House
  readonly upstream: ScriptedUpstream
  readonly stop: AbortController
  readonly force: AbortController
  readonly told: string[]
  readonly ended: Promise<void>
  readonly url: string
}

async function run(port?: number): Promise<Run> {
  const { house, upstream } = await openBehind()
  const [stop, force] = [new AbortController(), new AbortController()]
  const told: string[] = []
  const live = await openLiveSetup(house.sources, () => undefined)
  const chosen = port ?? (await closedPort())
  const ended = runGateway(
    { port: chosen, stop: stop.signal, force: force.signal },
    {
      setup: live,
      token: { current: () => SECRET, onChange: () => undefined },
      services: servicesOf(house),
      log: join(house.folder, 'gateway.log'),
      onListening: ({ url }) => told.push(`listens at ${url}`),
      onDraining: (active) => told.push(`${active} left`),
      onSucceeded: () => undefined,
    },
  ).finally(() => live.close())
  ended.catch(() => undefined) // looked at by the test
  return { house, upstream, stop, force, told, ended, url: `http://127.0.0.1:${chosen}` }
}

const placeOf = ({ house }: Run): PlaceMeans => ({ leases: house.state.leases, clock: house.means.clock })

function ask({ url }: Run): Promise<string> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: '{"model":"a/m","messages":[{"role":"user","content":"hi"}],"stream":true}',
  }).then(
    (response) => response.text().catch(() => 'cut'),
    () => 'cut',
  )
}

it('says where it listens, holds its place, and frees it before the last answer has ended', async () => {
  const gateway = await run()
  const gate = Promise.withResolvers<void>()
  gateway.upstream.script(
    'a',
    stream([text('one'), gate.promise, text('two'), 'data: {"choices":[{"index":0,"finish_reason":"stop"}]}\n\n']),
  )
  await until(() => gateway.told.length === 1)
  expect(gateway.told).toEqual([`listens at ${gateway.url}`])
  expect(await currentInstance(placeOf(gateway))).toMatchObject({ pid: process.pid })
  const asked = ask(gateway)
  await until(() => gateway.upstream.hits('a').length === 1)
  gateway.stop.abort()
  await until(async () => (await currentInstance(placeOf(gateway))) === undefined)
  await until(() => gateway.told.length === 2)
  expect(gateway.told[1]).toBe('1 left')
  gate.resolve()
  await gateway.ended
  expect(await asked).toContain('two')
})

it('ends at once when it is told so twice', async () => {
  const gateway = await run()
  gateway.upstream.script('a', stream([text('one')], 'stall'))
  await until(() => gateway.told.length === 1)
  const asked = ask(gateway)
  await until(() => gateway.upstream.hits('a').length === 1)
  gateway.stop.abort()
  gateway.force.abort()
  await gateway.ended
  expect(await asked).toBe('cut')
  expect(await gateway.house.rows()).toMatchObject([{ outcome: 'aborted' }])
})

it('frees its place when its port is in use', async () => {
  const other = await openGateway()
  const gateway = await run(other.port)
  await expect(gateway.ended).rejects.toMatchObject({ code: 'port-in-use' })
  expect(await currentInstance(placeOf(gateway))).toBeUndefined()
})

it('does not begin beside another one on the same folder', async () => {
  const { house } = await openBehind()
  const startedAt = new Date().toISOString()
  const note = JSON.stringify({ pid: process.ppid, port: 18_789, startedAt })
  await house.state.leases.acquire('gateway', { holder: 'the other', ttlMs: 15_000, note })
  const live = await openLiveSetup(house.sources, () => undefined)
  const { signal } = new AbortController()
  const second = runGateway(
    { port: await closedPort(), stop: signal, force: signal },
    {
      setup: live,
      token: { current: () => SECRET, onChange: () => undefined },
      services: servicesOf(house),
      log: join(house.folder, 'gateway.log'),
      onListening: () => undefined,
      onDraining: () => undefined,
      onSucceeded: () => undefined,
    },
  ).finally(() => live.close())
  await expect(second).rejects.toMatchObject({
    code: 'gateway-running',
    params: { pid: process.ppid, url: 'http://127.0.0.1:18789' },
  })
})
