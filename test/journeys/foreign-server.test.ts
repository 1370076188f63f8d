/** A server of models that is not ours, behind `local`: found by its address, listed, asked whole and streamed, failing. */
import { spawn, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort, newHouse, type House } from './support/house.ts'

const require = createRequire(import.meta.url)
const ANSWER = '你好，我在这里。 A second sentence, so that it comes in several pieces.'
const program = join(dirname(require.resolve('@copilotkit/aimock')), 'cli.js')

let house: House
let server: ChildProcess
let client: OpenAI
beforeAll(async () => {
  house = newHouse()
  const port = await freePort()
  const fixtures = join(house.home, 'fixtures.json')
  writeFileSync(
    fixtures,
    JSON.stringify({
      fixtures: [
        { match: { userMessage: '你好' }, response: { content: ANSWER } },
        {
          match: { userMessage: 'too fast' },
          response: { error: { message: 'slow down', type: 'rate_limit_error' }, status: 429 },
        },
      ],
    }),
  )
  server = spawn(process.execPath, [program, '-p', String(port), '-f', fixtures], {
    stdio: 'ignore',
    env: house.environment,
  })
  const baseUrl = `http://127.0.0.1:${port}/v1`
  await answering(`${baseUrl}/models`)
  house.settings({ models: { providers: { local: { baseUrl } } } })
  const { url, token } = await house.gateway()
  client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 })
})
afterAll(async () => {
  await house.leave()
  server.kill('SIGKILL')
})

async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return
    await sleep(50)
  }
  throw new Error(`nobody answers at ${url}`)
}

const hello = { model: 'local/gpt-4o', messages: [{ role: 'user' as const, content: '你好' }] }

it('tells its models', async () => {
  expect((await house.run(['models', 'list'])).stdout).toMatch(/^local\/gpt-4o +- +- +yes/m)
})

it('answers whole, from the terminal too', async () => {
  const { choices, usage } = await client.chat.completions.create(hello)
  expect([choices[0]?.message.content, usage?.completion_tokens]).toEqual([ANSWER, expect.any(Number)])
  const answer = await house.run(['agent', '--message', '你好', '--model', 'local/gpt-4o'])
  expect(answer).toMatchObject({ code: 0, stdout: expect.stringContaining(ANSWER) })
})

it('answers in pieces, with its usage', async () => {
  const stream = await client.chat.completions.create({
    ...hello,
    stream: true,
    stream_options: { include_usage: true },
  })
  const pieces: string[] = []
  let tokens = 0
  for await (const { choices, usage } of stream) {
    pieces.push(choices[0]?.delta.content ?? '')
    tokens = usage?.completion_tokens ?? tokens
  }
  expect([pieces.join(''), tokens > 0, pieces.filter(Boolean).length > 1]).toEqual([ANSWER, true, true])
})

it('is told apart in its failures', async () => {
  const failed = client.chat.completions.create({ ...hello, messages: [{ role: 'user', content: 'too fast' }] })
  await expect(failed).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
})
