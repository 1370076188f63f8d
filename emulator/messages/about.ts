/** What Messages has beside answers: the tokens of a question, and the models. */
import { accountOf } from '../ask.ts'
import { readJsonObject } from '../bodies.ts'
import type { Emulator } from '../emulator.ts'
import type { Exchange } from '../exchange.ts'
import type { Provider } from '../providers.ts'
import { sendJson } from '../replies.ts'
import { messagesFormat } from './format.ts'
import { countedTokens } from './frames.ts'
import { checkVersion, readCounted } from './request.ts'

export async function answerCount(exchange: Exchange, emulator: Emulator, provider: Provider): Promise<void> {
  const body = await readJsonObject(exchange)
  const account = accountOf(exchange, emulator, { provider, format: messagesFormat })
  const counted = readCounted(body, { provider, account, request: exchange.request, known: () => undefined }, [])
  sendJson(exchange, 200, { input_tokens: countedTokens(counted) }, messagesFormat.headers())
}

/** `@anthropic-ai/sdk` 1.13.0, ModelInfo. */
export function answerMessagesModels(exchange: Exchange, emulator: Emulator, provider: Provider): void {
  accountOf(exchange, emulator, { provider, format: messagesFormat })
  checkVersion(exchange.request)
  const data = provider.models.map(({ id, inputTokens, outputTokens }) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2026-01-01T00:00:00Z',
    capabilities: null,
    deprecated_at: null,
    lifecycle: 'active',
    line: null,
    max_input_tokens: inputTokens ?? null,
    max_tokens: outputTokens ?? null,
    retires_at: null,
  }))
  const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }
  sendJson(exchange, 200, { data, has_more: false, ...ends }, messagesFormat.headers())
}
