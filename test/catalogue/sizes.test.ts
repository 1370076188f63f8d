/** The table of sizes speaks of tests that there are. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { ROWS, sizeOf, type RowId, type RowOf } from './sizes.ts'

const root = resolve(import.meta.dirname, '../..')
const texts = ['src', 'test', 'emulator', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.ts$|routing\/scenarios\.ts$/.test(name) && !name.endsWith('sizes.test.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
)

for (const [id, row] of Object.entries<RowOf>(ROWS)) {
  it(`${id} is named by a test, or skipped with its reason: ${row.what}`, (context) => {
    if (row.skipped !== undefined) return context.skip(row.skipped)
    expect(texts.some((text) => new RegExp(`['\`]${id}[ '\`]`).test(text))).toBe(true)
  })
}

it('runs a hundredth of a row’s figure, ten at least, and never more than there is', () => {
  expect([sizeOf('A-07'), sizeOf('L-10'), sizeOf('D-01')]).toEqual([10_000, 10, 1_000])
  for (const [id, row] of Object.entries(ROWS)) expect(sizeOf(id as RowId), id).toBeLessThanOrEqual(row.figure)
})

it('says of each row that runs less than that why it does', () => {
  const few = Object.entries<RowOf>(ROWS).filter(
    ([, { figure, runs = figure }]) => runs < Math.min(figure, Math.max(10, Math.ceil(figure / 100))),
  )
  expect(few.filter(([, { because }]) => because === undefined).map(([id]) => id)).toEqual([])
})
