/** One row run to its size, or as far as its time allows, and told in a line. */
import { added, type ProcessRow } from '../../test/torture/rows.ts'
import type { Figures } from '../../test/torture/figures.ts'

export interface RowRun {
  readonly cases: number
  readonly seed: number
  /** Nothing new is begun after it. */
  readonly shareMs: number
}

/** How many violations there were. */
export async function runRow(row: ProcessRow, { cases, seed, shareMs }: RowRun): Promise<number> {
  const name = row.part === undefined ? row.id : `${row.id} (${row.part})`
  const began = performance.now()
  let sum: Figures = { cases: 0, lost: 0, told: 0, violations: [] }
  let runs = 0
  while (sum.cases < cases && (runs === 0 || performance.now() - began < shareMs)) {
    const figures = await row
      .run(Math.min(row.chunk, cases - sum.cases), seed + runs)
      .catch((error: unknown): Figures => ({
        cases: 0,
        lost: 0,
        violations: [`seed ${seed + runs}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`],
      }))
    if (typeof figures === 'string') {
      process.stdout.write(`${name}: skipped: ${figures}\n`)
      return 0
    }
    runs += 1
    sum = added(sum, figures)
    // A row that has no more cases than it ran, or that does not hold, is at its end.
    if (figures.cases === 0 || figures.violations.length > 0 || figures.cases < Math.min(row.chunk, cases)) break
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  const seeds = runs === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + runs - 1}`
  const told = sum.told ? `, ${sum.told} told` : ''
  const note = sum.note ? `; ${sum.note}` : ''
  process.stdout.write(`${name}: ${sum.cases} of ${cases}, ${sum.lost} lost${told}, ${seconds} s, ${seeds}${note}\n`)
  for (const violation of sum.violations) process.stdout.write(`  violation: ${violation}\n`)
  return sum.violations.length
}
