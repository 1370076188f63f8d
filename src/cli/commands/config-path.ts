/** `config path`: where openclaw.json lies; with --json, where everything lies. */
import type { CommandInput } from '../command.ts'

export async function run({ app, output, options }: CommandInput): Promise<0> {
  if (options['json']) output.json(app.paths)
  else output.line(app.paths.openclawJson)
  return 0
}
