/** What a provider tells beside answers: its models, and whose key it is. */
import { accountOf } from './ask.ts'
import { chatFormat } from './chat-format.ts'
import type { Emulator } from './emulator.ts'
import type { Exchange } from './exchange.ts'
import type { Provider } from './providers.ts'
import { sendJson } from './replies.ts'

export function answerModels(exchange: Exchange, emulator: Emulator, provider: Provider): void {
  accountOf(exchange, emulator, { provider, format: chatFormat })
  const created = Math.floor(emulator.clock.now() / 1_000)
  const data = provider.models.map(({ id }) => ({ id, object: 'model', created, owned_by: provider.owner }))
  sendJson(exchange, 200, { object: 'list', data })
}

/** What some services tell about the key itself. */
export function answerKey(exchange: Exchange, emulator: Emulator, provider: Provider): void {
  const label = accountOf(exchange, emulator, { provider, format: chatFormat })
  sendJson(exchange, 200, { data: { label } })
}
