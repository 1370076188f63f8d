/** `gateway status`: runs or not; exit 1 when not. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { proseLines } from '../layout.ts'
import { networkRows } from '../network-lines.ts'

export async function run({ app, output, options }: CommandInput): Promise<0 | 1> {
  const status = await resultOf(app.gatewayStatus(options['json'] ? 'en' : output.words.language))
  const { gateway, time, next, labelled } = output.words.texts
  if (options['json']) output.json(status)
  else if (!status.running) {
    output.line(gateway.notRunning)
    output.line(gateway.stateFolder(status.stateFolder))
    output.line(labelled(next, 'openclaw gateway start'))
  } else {
    const uptimeS = Math.max(0, Math.round((app.clock.now().getTime() - Date.parse(status.startedAt ?? '')) / 1_000))
    output.line(gateway.listening(status.url ?? '', status.pid ?? 0))
    output.line(gateway.since(time.span(uptimeS), status.streams ?? 0))
    output.line(gateway.stateFolder(status.stateFolder))
    const rows = status.network ? networkRows(status.network, output.words) : []
    for (const [label, value] of rows) {
      for (const line of proseLines(labelled(label, value), output)) output.line(line)
    }
    for (const problem of status.problems ?? []) {
      for (const line of proseLines(gateway.problem(problem), output)) output.line(output.styles.yellow(line))
    }
  }
  if (!options['json']) {
    for (const { pid, streams } of status.leaving) if (streams > 0) output.line(gateway.leaving(pid, streams))
  }
  return status.running ? 0 : 1
}
