/**
 * `npm run torture -- logins [pr|nightly|release] [--seed N] [--minutes N] [--only ROW]`: rows of the reliability catalogue
 * at their size. One line a row; exit 1 when anything was met that must not be. `pr` is what `npm test` runs.
 */
import { parseArgs } from 'node:util'
import { removeChildren } from '../../test/torture/child-files.ts'
import { LOGIN_ROWS } from '../../test/torture/rows.ts'
import { isLevel, sizeOf } from '../../test/catalogue/sizes.ts'
import { runRow } from './process-row.ts'
import { runTestRows } from './test-rows.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, minutes: { type: 'string' }, only: { type: 'string' } },
})
const [subject, level = 'pr'] = positionals
const { only } = values
if (subject !== 'logins' || !isLevel(level)) {
  process.stderr.write('npm run torture -- logins [pr|nightly|release] [--seed N] [--minutes N] [--only ROW]\n')
  process.exit(2)
}

const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9))
const began = performance.now()
const rows = LOGIN_ROWS.filter(({ id }) => values.only === undefined || values.only === id)
const budgetMs = Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000
process.stdout.write(`logins, ${level}, seed ${seed}\n`)
let violations = 0
try {
  for (const [index, row] of rows.entries()) {
    // What one row leaves of its time, the others have.
    const shareMs = (budgetMs - (performance.now() - began)) / (rows.length - index)
    violations += await runRow(row, { cases: sizeOf(row.id, level), seed, shareMs })
  }
  if (only === undefined || rows.length === 0) violations += runTestRows(level, only)
} finally {
  await removeChildren()
}
process.stdout.write(`${violations} violations, ${((performance.now() - began) / 1_000).toFixed(0)} s\n`)
process.exitCode = violations > 0 ? 1 : 0
