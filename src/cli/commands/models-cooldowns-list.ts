/** `models cooldowns list`: what rests, why, until when, and when that is looked at again. */
import { resultOf } from '../../control/contract.ts'
import { commandLine } from '../../core/command-line.ts'
import { localTime } from '../../core/local-time.ts'
import type { CommandInput } from '../command.ts'
import { tableLines } from '../layout.ts'

export async function run({ app, output, options }: CommandInput): Promise<0> {
  const list = await resultOf(app.modelsCooldownsList())
  const { texts, say } = output.words
  const words = texts.cooldowns
  if (options['json']) output.json(list)
  else if (list.cooldowns.length === 0) output.line(words.none)
  else {
    const rows = list.cooldowns.map(({ what, cause, since, until, probeAt, told, evidence }) => [
      what,
      texts.failures[cause],
      localTime(since),
      told ? words.told(localTime(until)) : localTime(until),
      localTime(probeAt),
      say(evidence),
    ])
    for (const line of tableLines([words.columns, ...rows], 'titled', output)) output.line(line)
    const command = 'openclaw models cooldowns clear'
    const [first, ...others] = list.cooldowns
    const next = (others.length === 0 && commandLine(command, first?.what ?? '')) || `${command} --all`
    output.line(texts.labelled(texts.next, next))
  }
  return 0
}
