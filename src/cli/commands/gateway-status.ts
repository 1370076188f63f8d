/** `gateway status`: runs or not; exit 1 when not. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { proseLines } from '../layout.ts'
import { isOfSettings } from '../../control/told-problem.ts'
import { stripControls } from '../../system/table.ts'
import { findingLine } from '../finding-lines.ts'
import { networkRows } from '../network-lines.ts'

export async function run({ app, output, options }: CommandInput): Promise<0 | 1> {
  const status = await resultOf(app.gatewayStatus(options['json'] ? 'en' : output.words.language))
  const { gateway, time, next, labelled, run: runWord } = output.words.texts
  if (options['json']) output.json(status)
  else if (!status.running) {
    output.line(gateway.notRunning)
    output.line(gateway.stateFolder(status.stateFolder))
    output.line(labelled(next, 'openclaw gateway start'))
  } else {
    const uptimeS = Math.max(0, Math.round((app.clock.now().getTime() - Date.parse(status.startedAt ?? '')) / 1_000))
    output.line(gateway.listening(status.url ?? '', status.pid ?? 0))
    // One that cannot prove to be ours was not asked.
    if (status.streams !== undefined) output.line(gateway.since(time.span(uptimeS), status.streams))
    output.line(gateway.stateFolder(status.stateFolder))
    const rows = status.network ? networkRows(status.network, output.words) : []
    for (const [label, value] of rows) {
      for (const line of proseLines(labelled(label, value), output)) output.line(line)
    }
    for (const { code, message, run: command } of status.problems ?? []) {
      for (const line of proseLines(gateway.problem(message), output)) output.line(output.styles.yellow(line))
      if (isOfSettings(code)) for (const line of await otherErrors(message, app, output)) output.line(line)
      if (command !== undefined) output.line(stripControls(labelled(runWord, command)))
    }
  }
  if (!options['json']) {
    for (const { pid, streams } of status.leaving) if (streams > 0) output.line(gateway.leaving(pid, streams))
  }
  return status.running ? 0 : 1
}

/** A gateway stops at the first thing that is wrong; a person mends all of it at once. */
async function otherErrors(
  told: string,
  app: CommandInput['app'],
  output: CommandInput['output'],
): Promise<readonly string[]> {
  const { findings } = await resultOf(app.configValidate())
  return findings
    .filter(({ level }) => level === 'error')
    .map((finding) => findingLine(finding, output))
    .filter(({ place }) => !told.includes(place))
    .flatMap(({ line }) => proseLines(line, output))
}
