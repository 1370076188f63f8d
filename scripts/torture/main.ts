/**
 * `npm run torture -- logins|live|routing [pr|nightly|release] [--seed N] [--minutes N] [--only ROW]`: rows of the reliability catalogue
 * at their size. One line a row; exit 1 when anything was met that must not be. `pr` is what `npm test` runs.
 */
import { parseArgs } from 'node:util'
import { endAuthorizationServer } from '../../test/torture/authorization.ts'
import { removeChildren } from '../../test/torture/child-files.ts'
import { isLevel, sizeOf } from '../../test/catalogue/sizes.ts'
import { runRow } from './process-row.ts'
import { SUBJECTS } from './subjects.ts'
import { runTestRows } from './test-rows.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, minutes: { type: 'string' }, only: { type: 'string' } },
})
const [name = '', level = 'pr'] = positionals
const { only } = values
const subject = Object.hasOwn(SUBJECTS, name) ? SUBJECTS[name] : undefined
if (!subject || !isLevel(level)) {
  const names = Object.keys(SUBJECTS).join('|')
  process.stderr.write(`npm run torture -- ${names} [pr|nightly|release] [--seed N] [--minutes N] [--only ROW]\n`)
  process.exit(2)
}

const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9))
const began = performance.now()
const rows = subject.rows.filter(({ id }) => values.only === undefined || values.only === id)
const budgetMs = Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000
process.stdout.write(`${name}, ${level}, seed ${seed}\n`)
let violations = 0
try {
  for (const [index, row] of rows.entries()) {
    // What one row leaves of its time, the others have.
    const shareMs = (budgetMs - (performance.now() - began)) / (rows.length - index)
    violations += await runRow(row, { cases: sizeOf(row.id, level), seed, shareMs })
  }
  if (only === undefined || rows.length === 0) violations += runTestRows(subject, level, only)
} finally {
  await endAuthorizationServer()
  await removeChildren()
}
process.stdout.write(`${violations} violations, ${((performance.now() - began) / 1_000).toFixed(0)} s\n`)
process.exitCode = violations > 0 ? 1 : 0
