/** `gateway stop`: no longer listening when the command ends. */
import { resultOf } from '../../control/contract.ts'
import type { CommandInput } from '../command.ts'
import { tellGatewayEvent } from '../gateway-events.ts'

export async function run({ app, output, options }: CommandInput): Promise<0> {
  const stopped = await resultOf(app.gatewayStop(), tellGatewayEvent(output))
  if (options['json']) output.json(stopped)
  else {
    const { gateway } = output.words.texts
    output.line(stopped.draining > 0 ? gateway.noLonger(stopped.pid) : gateway.stopped(stopped.pid))
  }
  return 0
}
