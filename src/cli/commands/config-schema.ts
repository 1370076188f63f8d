/** `config schema`: the JSON Schema of both settings files. */
import type { CommandInput } from '../command.ts'

export async function run({ app, output }: CommandInput): Promise<0> {
  output.json(await app.configSchema())
  return 0
}
