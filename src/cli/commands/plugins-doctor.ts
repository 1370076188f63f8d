/** `plugins doctor`: one line a finding with the command that mends it; exit 1 when there is one. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { toldInJson } from '../report.ts'

export async function run({ app, output, options }: CommandInput): Promise<0 | 1> {
  const { checked, findings } = await resultOf(app.pluginsDoctor())
  const { texts, say } = output.words
  if (options['json']) output.json({ ok: findings.length === 0, checked, findings: findings.map(toldInJson) })
  else if (findings.length === 0) output.line(texts.plugins.allWell(checked))
  else {
    for (const { subject, problem, run: next } of findings) {
      output.line(texts.plugins.finding(subject, say(problem)))
      if (next) output.line(`  ${texts.labelled(texts.run, next)}`)
    }
  }
  return findings.length === 0 ? 0 : 1
}
