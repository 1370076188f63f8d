/** A caller that takes its translated answer slowly: the upstream waits for it, and nothing is lost. */
import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { DONE, FINISH, ROLE, stream, text } from '../serving/fixtures/answers.ts'
import { until } from '../serving/fixtures/upstream.ts'
import { openGateway, TOKEN } from './fixtures/gateway.ts'

const EVENTS = 10_000
const WORDS = 'x'.repeat(2_000)

function* answer(): Iterable<string> {
  yield ROLE
  for (let at = 0; at < EVENTS; at += 1) yield text(`${at} ${WORDS}`)
  yield FINISH
  yield DONE
}

it('is sent 10,000 events as fast as it takes them, all of them in order', async () => {
  const gateway = await openGateway()
  gateway.upstream.script('a', stream(answer()))
  const asked = request(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  asked.end(JSON.stringify({ model: 'a/m', max_tokens: 5, stream: true, messages: [{ role: 'user', content: 'hi' }] }))
  const { promise, resolve } = Promise.withResolvers<import('node:http').IncomingMessage>()
  asked.on('response', resolve)
  const response = await promise
  response.pause()
  const sent = (): number => gateway.upstream.hits('a')[0]?.sentBytes ?? 0
  let before = -1
  await until(async () => {
    await pause(100)
    const stands = sent() === before
    before = sent()
    return stands && before > 0
  })
  // What the kernel's buffers hold on both ways, and little more.
  expect(before).toBeLessThan(EVENTS * WORDS.length * 0.8)
  let all = ''
  for await (const piece of response) all += String(piece)
  const told = [...all.matchAll(/"text":"(\d+) x+"/g)].map(([, at]) => Number(at))
  expect(told).toEqual(Array.from({ length: EVENTS }, (_, at) => at))
  expect(all.endsWith('data: {"type":"message_stop"}\n\n')).toBe(true)
})
