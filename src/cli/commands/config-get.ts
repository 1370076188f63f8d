/** `config get`: the merged settings, or one of them, without secrets. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'

export async function run({ app, output, options, arguments: [path] }: CommandInput): Promise<0> {
  const value = await resultOf(app.configGet(path))
  if (!options['json'] && typeof value === 'string') output.line(value)
  else output.json(value)
  return 0
}
