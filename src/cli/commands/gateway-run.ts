/** `gateway run`: in this terminal, until Ctrl-C; a second one ends it at once. */
import type { CommandInput } from '../command.ts'
import { portOption } from '../port.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, signal, force } = input
  const { gateway } = output.words.texts
  await app.gatewayRun(
    { ...portOption(input, 'gateway run'), stop: signal, force },
    {
      onListening({ url }) {
        output.line(gateway.listening(url, process.pid))
        output.note(gateway.tokenFor)
      },
      onDraining: (streams) => output.note(gateway.drainingHere(streams)),
      onPutBack: (profile) => output.note(gateway.putBack(profile)),
      onSettings: (problem) =>
        output.note(problem === undefined ? gateway.settingsTaken : gateway.settingsRefused(problem)),
    },
  )
  output.note(gateway.ended)
  return 0
}
