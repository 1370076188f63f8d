/** Tokens given, named and taken back. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeStore } from '../stores/sqlite/fixtures/store.ts'
import { openInlineState } from '../stores/sqlite/inline.ts'
import { resultOf } from './contract.ts'
import { createToken, listTokens, revokeToken, type TokenMeans } from './tokens.ts'

let store: ReturnType<typeof makeStore>
let means: TokenMeans
beforeEach(async () => {
  store = makeStore()
  const state = await openInlineState(store)
  store.opened.push(state)
  means = { tokens: state.tokens, clock: store.clock }
})
afterEach(() => store.remove())

const create = (name?: string) => resultOf(createToken({ scope: 'invoke', ...(name !== undefined && { name }) }, means))

it('shows a token once and keeps its hash alone', async () => {
  const { token, ...row } = await create('my editor'.replace(' ', '-'))
  expect(token.reveal()).toMatch(/^openclaw_[\w-]{43}$/)
  expect(row).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}$/),
    name: 'my-editor',
    scope: 'invoke',
    createdAt: '2026-03-14T12:00:00.000Z',
  })
  expect(await resultOf(listTokens(means))).toEqual([row])
  const [kept] = await means.tokens.list()
  expect(kept?.hash).toBe(createHash('sha256').update(token.reveal()).digest('hex'))
  for (const file of [store.path, `${store.path}-wal`]) {
    expect(readFileSync(file).includes(token.reveal().slice('openclaw_'.length))).toBe(false)
  }
})

it('makes no two tokens alike, and calls one by its id that has no name', async () => {
  const made = [await create(), await create()]
  expect(new Set(made.map(({ token }) => token)).size).toBe(2)
  expect(made.map(({ name }) => name)).toEqual(made.map(({ id }) => id))
})

it('gives no name twice, nor another’s id as a name', async () => {
  const { id } = await create('laptop')
  await expect(create('laptop')).rejects.toMatchObject({ code: 'token-exists', params: { name: 'laptop' } })
  await expect(create(id)).rejects.toMatchObject({ code: 'token-exists' })
  expect(await resultOf(listTokens(means))).toHaveLength(1)
})

it.each(['手机', 'Ünal', 'a', 'build.server_2@home', 'x'.repeat(64)])('takes the name %s', async (name) => {
  expect((await create(name)).name).toBe(name)
})

it.each(['', ' ', '-x', 'two words', 'a\nb', '\u001b[31m', 'a/b', 'x'.repeat(65), '$(id)'])(
  'does not take the name %j',
  async (name) => {
    await expect(create(name)).rejects.toMatchObject({ code: 'option-value', params: { option: 'name' } })
  },
)

it('takes one back by name or by id, and names the nearest for a mistyped one', async () => {
  const one = await create('laptop')
  const other = await create('phone')
  await expect(resultOf(revokeToken('laptpo', means))).rejects.toMatchObject({
    code: 'token-not-found',
    params: { name: 'laptpo', nearest: 'laptop' },
    run: 'openclaw gateway token list',
  })
  expect(await resultOf(revokeToken('laptop', means))).toMatchObject({ id: one.id })
  expect(await resultOf(revokeToken(other.id, means))).toMatchObject({ name: 'phone' })
  expect(await resultOf(listTokens(means))).toEqual([])
})
