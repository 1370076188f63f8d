/** The way of a chat request: login, validation, quota, answer. */
import { setTimeout as pause } from 'node:timers/promises'
import { answerTo } from './answers.ts'
import { readJsonObject } from './bodies.ts'
import { badToken, daySpent } from './chat-errors.ts'
import { jsonBody, streamFrames } from './chat-frames.ts'
import { readChatRequest } from './chat-request.ts'
import { sendStream } from './chat-stream.ts'
import { naturalDay } from './clock.ts'
import type { Emulator } from './emulator.ts'
import type { Exchange } from './exchange.ts'
import type { Provider } from './providers.ts'
import { sendJson } from './replies.ts'

export async function answerChat(exchange: Exchange, emulator: Emulator, provider: Provider): Promise<void> {
  const { settings, clock, faults } = emulator
  const body = await readJsonObject(exchange)
  const account = accountOf(exchange, emulator, provider)
  if (provider.metered && settings.retired) throw badToken(provider.badTokenMessage)
  const request = readChatRequest(body, provider)
  if (provider.metered) countRequest(emulator, account)
  exchange.fault = faults.takeSpoiling(exchange.path)
  if (exchange.fault !== undefined) emulator.counters.fault(exchange.fault.kind)

  const reply = { request, answer: answerTo(request), createdAtMs: clock.now() }
  const delayMs = request.pace.chunkDelayMs ?? settings.chunkDelayMs
  if (request.stream) return sendStream(exchange, streamFrames(reply), delayMs)
  if (delayMs > 0) await pause(delayMs * (request.pace.chunks ?? 1), undefined, { signal: exchange.gone })
  sendJson(exchange, 200, jsonBody(reply))
}

export function answerModels(exchange: Exchange, emulator: Emulator, provider: Provider): void {
  accountOf(exchange, emulator, provider)
  const created = Math.floor(emulator.clock.now() / 1_000)
  const data = provider.models.map(({ id }) => ({ id, object: 'model', created, owned_by: provider.owner }))
  sendJson(exchange, 200, { object: 'list', data })
}

/** What some services tell about the key itself. */
export function answerKey(exchange: Exchange, emulator: Emulator, provider: Provider): void {
  sendJson(exchange, 200, { data: { label: accountOf(exchange, emulator, provider) } })
}

function accountOf({ request }: Exchange, emulator: Emulator, provider: Provider): string {
  if (provider.open) return provider.owner
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const account = token === undefined ? undefined : provider.accountOf(token, emulator)
  if (account === undefined) throw badToken(provider.badTokenMessage)
  return account
}

/** A request that passed so far counts, whatever becomes of its answer. */
function countRequest({ quota, clock, settings, counters }: Emulator, account: string): void {
  const nowMs = clock.now()
  if (quota.take(account, nowMs, settings.perDay) === 'spent') throw daySpent()
  counters.completed(account, naturalDay(nowMs))
}
