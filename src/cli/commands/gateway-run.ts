/** `gateway run`: in this terminal, until Ctrl-C; a second one ends it at once. */
import { bindOption } from '../bind.ts'
import { predecessorOf } from '../../service/handed-sockets.ts'
import type { CommandInput } from '../command.ts'
import { portOption } from '../port.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, signal, force } = input
  const { gateway } = output.words.texts
  const wish = { ...portOption(input, 'gateway run'), ...bindOption(input, 'gateway run'), force }
  const orphaned = new AbortController()
  if (input.options['exit-with-stdin']) {
    process.stdin.on('close', () => orphaned.abort())
    process.stdin.on('error', () => orphaned.abort())
    process.stdin.resume()
  }
  const predecessor = input.options['successor'] ? predecessorOf(process) : undefined
  const running = app.gatewayRun(
    { ...wish, ...(predecessor && { predecessor }), stop: AbortSignal.any([signal, orphaned.signal]) },
    {
      onListening({ url, outside }) {
        output.line(gateway.listening(url, process.pid))
        if (outside !== undefined) output.line(gateway.outside(outside))
        output.note(gateway.tokenFor)
      },
      onSucceeded: ({ pid, log }) => output.note(gateway.succeeded(pid, log)),
      onDraining: (streams) => output.note(gateway.drainingHere(streams)),
      onProblem: (problem) => output.note(gateway.problem(output.words.say(problem))),
      onNarrowed: ({ file, mode }) => output.note(gateway.narrowed(file, mode)),
      onPutBack: (profile) => output.note(gateway.putBack(profile)),
      onSettings: (problem) =>
        output.note(problem === undefined ? gateway.settingsTaken : gateway.settingsRefused(output.words.say(problem))),
    },
  )
  // Read for its end only, it would keep the process alive, also one that failed: its parent waits for its last words.
  await running.finally(() => process.stdin.destroy())
  output.note(gateway.ended)
  return 0
}
