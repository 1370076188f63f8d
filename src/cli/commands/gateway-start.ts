/** `gateway start`: in the background, answering when the command ends. */
import { resultOf } from '../../control/contract.ts'
import { bindOption } from '../bind.ts'
import type { CommandInput } from '../command.ts'
import { reportStarted, tellGatewayEvent } from '../gateway-events.ts'
import { portOption } from '../port.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options } = input
  const wish = {
    ...portOption(input, 'gateway start'),
    ...bindOption(input, 'gateway start'),
    language: output.words.language,
  }
  const status = await resultOf(app.gatewayStart(wish), tellGatewayEvent(output))
  reportStarted(output, status, options['json'] === true)
  return 0
}
