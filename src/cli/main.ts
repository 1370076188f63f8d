/** The command line: what was typed, done, told, with a truthful exit code. */
import { packageVersion } from '../system/built.ts'
import { parseCommandLine, type Parsed } from './parse.ts'

// A reader that goes away (`| head`) ends us quietly: there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const typed = process.argv.slice(2)
let parsed: Parsed | undefined
let problem: unknown
try {
  parsed = parseCommandLine(typed)
} catch (error) {
  problem = error
}

if (parsed?.kind === 'version') process.stdout.write(`openclaw ${packageVersion()}\n`)
else {
  const { runTyped } = await import('./run.ts')
  process.exitCode = await runTyped(typed, parsed, problem)
}
