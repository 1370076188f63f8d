/** A request goes to a model that can take it: with its tools, and as long as it is. */
import { expect, it } from 'vitest'
import { says } from './fixtures/answers.ts'
import { refusedOf } from './fixtures/rests.ts'
import { twoModels } from './fixtures/two-models.ts'

const worldOf = (m: object, n: object) => twoModels({ a: [says('from a')], b: says('from b') }, { m, n })

const TOOLS = { tools: [{ type: 'function', function: { name: 'f' } }] }
const LONG = [{ role: 'user', content: 'x'.repeat(2_000_000) }]

it('sends no tools to a model that is known to call none', async () => {
  const { house, upstream } = await worldOf({ tools: false }, {})
  const { caller } = await house.ask(TOOLS)
  expect(caller.headers).toMatchObject({ 'x-openclaw-model': 'b/n', 'x-openclaw-attempts': 'a/m=no-tools' })
  expect((await house.ask()).caller.text).toContain('from a')
  expect(upstream.hits('a')).toHaveLength(1)
})

it('says so where none of them calls any', async () => {
  const { house } = await worldOf({ tools: false }, { tools: false })
  expect(refusedOf(house, await house.ask(TOOLS as object))).toMatchObject({
    status: 400,
    message: 'a/m does not call tools.',
  })
})

it('sends nothing to a model whose window is surely too small, and does not guess', async () => {
  const { house } = await worldOf({ contextWindow: 7_000 }, { contextWindow: 8_000 })
  const { caller } = await house.ask({ messages: LONG })
  expect(caller.headers).toMatchObject({ 'x-openclaw-model': 'b/n', 'x-openclaw-attempts': 'a/m=window-too-small' })
  expect((await house.ask({ messages: [{ role: 'user', content: 'x'.repeat(100_000) }] })).caller.text).toContain(
    'from a',
  )
})

it('says so where none of them has room', async () => {
  const { house } = await worldOf({ contextWindow: 7_000 }, { contextWindow: 7_000 })
  expect(refusedOf(house, await house.ask({ messages: LONG }))).toMatchObject({
    status: 400,
    message: 'The request has at least 7812 tokens; a/m takes 7000.',
  })
})
