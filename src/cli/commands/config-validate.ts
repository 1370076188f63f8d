/** `config validate`: a line for everything wrong or doubtful; exit 1 when something is wrong. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { findingLine } from '../finding-lines.ts'

export async function run({ app, output, options }: CommandInput): Promise<0 | 1> {
  const report = await resultOf(app.configValidate())
  const { config } = output.words.texts
  if (options['json']) output.json(report)
  else {
    for (const finding of report.findings) output.line(findingLine(finding, output).line)
    const errors = report.findings.filter(({ level }) => level === 'error').length
    const warnings = report.findings.length - errors
    output.line(report.findings.length === 0 ? config.fine : config.found(errors, warnings))
  }
  return report.ok ? 0 : 1
}
