/** What `gateway start`, `stop` and `restart` say while they work. */
import type { GatewayEvent, GatewayStatus } from '../control/contract.ts'
import type { Output } from './output.ts'

export function tellGatewayEvent(output: Output): (event: GatewayEvent) => void {
  const { gateway, labelled, run } = output.words.texts
  return (event) => {
    switch (event.kind) {
      case 'last-good':
        output.note(gateway.lastGood(output.words.say(event.problem)))
        if (event.problem.run) output.note(labelled(run, event.problem.run))
        return undefined
      case 'starting':
        return output.note(gateway.starting(event.port))
      case 'stopping':
        return output.note(gateway.stopping(event.pid))
      case 'draining':
        return output.note(gateway.draining(event.streams, event.pid))
    }
  }
}

export function reportStarted(output: Output, status: GatewayStatus, asJson: boolean): void {
  const { gateway } = output.words.texts
  if (asJson) return output.json(status)
  output.line(gateway.started(status.url ?? '', status.pid ?? 0))
  output.line(gateway.tokenFor)
}
