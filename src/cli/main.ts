/** The command line: what was typed, done, told, with a truthful exit code. */
import { packageVersion } from '../system/built.ts'
import { stdout } from '../system/outlets.ts'

const typed = process.argv.slice(2)
if (typed.length === 1 && ['--version', '-v', '-V'].includes(typed[0] ?? '')) {
  stdout.write(`openclaw ${packageVersion()}\n`)
} else {
  // No `await` at the top: this becomes CommonJS (docs/decisions/0018).
  void import('./run.ts').then(async ({ runTyped }) => {
    process.exitCode = await runTyped(typed)
  })
}
