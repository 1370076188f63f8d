/** The command line: what was typed, done, told, with a truthful exit code. */
import { packageVersion } from '../system/built.ts'

// A reader that goes away (`| head`) ends us quietly: there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  // A terminal that was closed: what was begun is still to be ended well.
  if (error.code !== 'EIO') throw error
})

process.stderr.on('error', () => undefined) // nobody is left to tell

const typed = process.argv.slice(2)
if (typed.length === 1 && ['--version', '-v', '-V'].includes(typed[0] ?? '')) {
  process.stdout.write(`openclaw ${packageVersion()}\n`)
} else {
  const { runTyped } = await import('./run.ts')
  process.exitCode = await runTyped(typed)
}
