/** `gateway restart`: a new process; the old one's running answers end by themselves. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { reportStarted, tellGatewayEvent } from '../gateway-events.ts'
import { portOption } from '../port.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options } = input
  const status = await resultOf(
    app.gatewayRestart({ ...portOption(input, 'gateway restart'), language: output.words.language }),
    tellGatewayEvent(output),
  )
  reportStarted(output, status, options['json'] === true)
  return 0
}
