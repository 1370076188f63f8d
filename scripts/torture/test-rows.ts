/** Rows that are tests like any other: run by the test runner, and told by the row that their titles begin with. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isRow, LEVEL_VARIABLE, sizeOf, type Level } from '../../test/catalogue/sizes.ts'
import type { Subject } from './subjects.ts'

const root = resolve(import.meta.dirname, '../..')

interface Report {
  readonly testResults: readonly {
    readonly startTime: number
    readonly endTime: number
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: 'passed' | 'failed' | 'skipped' | 'pending'
      readonly duration?: number | null
      readonly failureMessages?: readonly string[] | null
    }[]
  }[]
}

interface Row {
  passed: number
  readonly failed: string[]
  skipped: number
  ms: number
}

/** How many failed; one, where there is no such row. */
export function runTestRows({ tests, apart }: Subject, level: Level, only: string | undefined): number {
  const files = ['src', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name}`)
      .filter(
        (name) =>
          name.endsWith('.test.ts') && !apart.includes(name) && titlesIn(readFileSync(join(root, name), 'utf8'), tests),
      ),
  )
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-torture-'))
  const report = join(folder, 'report.json')
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  // The runner's own patience is a pull request's.
  const words = [
    'run',
    '--reporter=json',
    `--outputFile=${report}`,
    '--testTimeout=1800000',
    ...(only === undefined ? [] : ['-t', `${only}\\b`]),
    ...files,
  ]
  spawnSync(process.execPath, [vitest, ...words], {
    cwd: root,
    env: { ...process.env, [LEVEL_VARIABLE]: level },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  rmSync(folder, { recursive: true })
  const rows = rowsIn(testResults, tests)
  if (only !== undefined && !rows.has(only)) {
    process.stdout.write(`  violation: no test is named ${only}\n`)
    return 1
  }
  for (const [id, { passed, failed, skipped, ms }] of [...rows].toSorted(([a], [b]) => a.localeCompare(b))) {
    if (only !== undefined && id !== only) continue
    const without = skipped > 0 ? `, ${skipped} skipped` : ''
    process.stdout.write(
      `${id}: ${passed} of ${passed + failed.length} tests${sized(id, level)}${without}, ${(ms / 1_000).toFixed(1)} s\n`,
    )
    for (const failure of failed) process.stdout.write(`  violation: ${failure}\n`)
  }
  return [...rows].reduce((sum, [id, { failed }]) => sum + (only === undefined || id === only ? failed.length : 0), 0)
}

/** Of a list all is run at each level. */
function sized(id: string, level: Level): string {
  return isRow(id) ? `, size ${sizeOf(id, level)}` : ''
}

function titlesIn(text: string, tests: RegExp): boolean {
  return new RegExp(`['\`]${tests.source} `).test(text)
}

function rowsIn(results: Report['testResults'], tests: RegExp): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>()
  for (const test of results.flatMap(({ assertionResults }) => assertionResults)) {
    const id = tests.exec(test.fullName)?.[0]
    if (id === undefined) continue
    const row = rows.get(id) ?? { passed: 0, failed: [], skipped: 0, ms: 0 }
    rows.set(id, row)
    row.ms += test.duration ?? 0
    if (test.status === 'passed') row.passed += 1
    else if (test.status === 'failed')
      row.failed.push(`${test.fullName}: ${test.failureMessages?.[0]?.split('\n')[0] ?? ''}`)
    else row.skipped += 1
  }
  return rows
}
