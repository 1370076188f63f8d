/** The last line of a test run: "N passed, N failed", with every skipped row and its reason above it. */
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
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
    process.stdout.write([...skipped, `${passed} passed, ${failed} failed`].join('\n') + '\n')
  }
}
