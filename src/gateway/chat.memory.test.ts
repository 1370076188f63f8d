/** What a running request keeps of its prompt. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { ROLE, stream, text } from '../serving/fixtures/answers.ts'
import { until } from '../serving/fixtures/upstream.ts'
import { openGateway } from './fixtures/gateway.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const heapMiB = (): number => {
  collect()
  return process.memoryUsage().heapUsed / 1_048_576
}

it('is its bytes, not the prompt as it was parsed', async () => {
  const gateway = await openGateway()
  const never = Promise.withResolvers<void>()
  const count = 8
  gateway.upstream.script('a', ...Array.from({ length: count }, () => stream([ROLE, text('one'), never.promise])))
  // Parsed it takes six times its bytes.
  const messages = Array.from({ length: 30_000 }, () => ({ role: 'user' as const, content: 'hi' }))
  const before = heapMiB()
  const controller = new AbortController()
  const answers = Array.from({ length: count }, () =>
    gateway.openai.chat.completions.create({ model: 'a/m', messages, stream: true }, { signal: controller.signal }),
  )
  await Promise.all(answers)
  await until(() => gateway.active() === count)
  // The scripted upstream keeps the text that it was sent, 1.1 MiB.
  expect((heapMiB() - before) / count).toBeLessThan(1.6)
  controller.abort()
  never.resolve()
})
