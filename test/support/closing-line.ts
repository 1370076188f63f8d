/** The last lines of a test run: skipped rows and why, the catalogue's time, and then "N passed, N failed". */
import type { Reporter, TestModule } from 'vitest/node'

const CATALOGUE = '/test/catalogue/'
/** What the catalogue's rows may take together, at the size of a pull request: docs/reliability.md. */
const ROOM_S = 90

export default class ClosingLine implements Reporter {
  #startedMs = 0

  onTestRunStart(): void {
    this.#startedMs = performance.now()
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = 0
    let failed = unhandled.length
    const skipped: string[] = []
    for (const module of modules) {
      if (module.errors().length > 0) failed += 1
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed') passed += 1
        else if (result.state === 'failed') failed += 1
        else
          skipped.push(
            `skipped: ${test.fullName}: ${'note' in result && result.note ? result.note : 'no reason given'}`,
          )
      }
    }
    if (passed + failed === 0) failed = 1 // a run that found no test has shown nothing
    process.stdout.write(
      [
        ...skipped,
        ...catalogueTime(modules, performance.now() - this.#startedMs),
        `${passed} passed, ${failed} failed`,
      ].join('\n') + '\n',
    )
  }
}

/** Two files run at a time: the run's own time is shared out by what each file took, its imports included. */
function catalogueTime(modules: readonly TestModule[], runMs: number): readonly string[] {
  const files = modules.filter(({ moduleId }) => moduleId.includes(CATALOGUE))
  if (files.length === 0) return []
  const took = (some: readonly TestModule[]): number => some.reduce((sum, file) => sum + timeOf(file), 0)
  const seconds = took(files) / 1_000
  const ofRun = (took(files) / took(modules)) * (runMs / 1_000)
  return [
    `catalogue rows: ${ofRun.toFixed(0)} s of this run, ${ROOM_S} s are theirs (${seconds.toFixed(0)} s in ${files.length} files)`,
  ]
}

function timeOf(file: TestModule): number {
  const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } = file.diagnostic()
  return environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration
}
