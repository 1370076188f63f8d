/** The way of a chat request: login, validation, quota and limits, answer. */
import { setTimeout as pause } from 'node:timers/promises'
import { answerTo } from './answers.ts'
import { readJsonObject } from './bodies.ts'
import { badToken, contextExceeded, daySpentBy, foreignClient, notBought, tooLong, unfit } from './chat-errors.ts'
import { answerTokens, jsonBody, questionTokens, streamFrames } from './chat-frames.ts'
import type { Frame, Reply } from './chat-frames.ts'
import { readChatRequest } from './chat-request.ts'
import type { ChatRequest } from './chat-request.ts'
import { sendStream } from './chat-stream.ts'
import { naturalDay } from './clock.ts'
import type { Emulator } from './emulator.ts'
import type { Exchange } from './exchange.ts'
import type { SpoilingFault } from './faults.ts'
import { limitsAt } from './limits.ts'
import type { Limits } from './limits.ts'
import { answeredBefore, refuseInTrouble } from './outage.ts'
import { portal } from './providers.ts'
import type { Provider } from './providers.ts'
import { sendJson } from './replies.ts'
import type { Use } from './usage.ts'

/** Words that the content filter stops, in a question and in an answer (which says the question again). */
const unfitQuestion = 'emulator-unfit-question'
const unfitAnswer = 'emulator-unfit-answer'

export async function answerChat(exchange: Exchange, emulator: Emulator, provider: Provider): Promise<void> {
  const { settings, clock, faults } = emulator
  const body = await readJsonObject(exchange)
  if (answeredBefore(exchange, settings.outage)) return
  const account = accountOf(exchange, emulator, provider)
  refuseClosed(exchange, emulator, provider)
  const request = readChatRequest(body, provider)
  refuseInTrouble(exchange, settings.outage)
  const limits = limitsAt(settings.limits, exchange.path)
  refuseContent(request, emulator, { provider, limits })
  if (provider.metered) countRequest(emulator, account)
  const use = limits && usedBy({ account, request, limits }, emulator, provider)
  // A request runs as long as its connection is kept for it, stalled or not.
  if (use && exchange.gone.aborted) use.end()
  else if (use) exchange.response.once('close', () => use.end())
  exchange.fault = faults.takeSpoiling(exchange.path)
  if (exchange.fault !== undefined) emulator.counters.fault(exchange.fault.kind)

  const reply = { request, answer: answerTo(request), createdAtMs: clock.now(), quirks: settings.quirks }
  const delayMs = request.pace.chunkDelayMs ?? settings.chunkDelayMs
  if (request.stream) {
    const frames = streamFrames(reply)
    exchange.fault ??= stoppedBy({ reply, frames, use, limits }, emulator)
    return sendStream(exchange, frames, delayMs)
  }
  use?.add(answerTokens(reply.answer))
  if (isUnfitAnswer(request)) throw unfit('Output', provider === portal ? 'portal' : 'standard')
  const waitMs = exchange.fault?.kind === 'delay' ? exchange.fault.delayMs : delayMs * (request.pace.chunks ?? 1)
  if (waitMs > 0) await pause(waitMs, undefined, { signal: exchange.gone })
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

/** The plan is over, or never was for programs like this one. */
function refuseClosed({ request }: Exchange, { settings, clock }: Emulator, provider: Provider): void {
  if (!provider.metered) return
  const isRetired = settings.retired || clock.now() >= (settings.retiredFromMs ?? Number.POSITIVE_INFINITY)
  if (isRetired) throw badToken(provider.badTokenMessage)
  const isOwn = request.headers['user-agent']?.startsWith('QwenCode/') === true
  if (settings.ownClientsOnly && !isOwn) throw foreignClient()
}

interface Place {
  readonly provider: Provider
  readonly limits: Limits | undefined
}

function refuseContent(request: ChatRequest, { settings }: Emulator, { provider, limits }: Place): void {
  const { model, messages } = request
  if (settings.unbought.includes(model.id)) throw notBought()
  const mostTokens = limits?.inputTokens ?? model.inputTokens
  if (mostTokens !== undefined) {
    const tokens = questionTokens(request)
    if (tokens > mostTokens) throw provider.strictAsQwen ? tooLong(mostTokens) : contextExceeded(mostTokens, tokens)
  }
  if (messages.some(({ text }) => text.includes(unfitQuestion)))
    throw unfit('Input', provider === portal ? 'portal' : 'standard')
}

/** A request that passed so far counts, whatever becomes of its answer. */
function countRequest({ quota, clock, settings, counters }: Emulator, account: string): void {
  const nowMs = clock.now()
  if (quota.take(account, nowMs, settings.perDay) === 'spent') throw daySpentBy(settings.words.daySpent)
  counters.completed(account, naturalDay(nowMs))
}

interface Limited {
  readonly account: string
  readonly request: ChatRequest
  readonly limits: Limits
}

/** Throws what the provider says when something is used up. */
function usedBy({ account, request, limits }: Limited, { usage, clock, settings }: Emulator, provider: Provider): Use {
  const nowMs = clock.now()
  const tokens = questionTokens(request)
  const taken = usage.take({ account, model: request.model.id, tokens, limits }, nowMs)
  if ('limit' in taken) throw provider.limitWords({ ...taken, nowMs, words: settings.words })
  return taken
}

interface Written {
  readonly reply: Reply
  readonly frames: readonly Frame[]
  readonly use: Use | undefined
  readonly limits: Limits | undefined
}

/** What stops a stream on its way: the content filter, or the end of the minute's tokens. */
function stoppedBy({ reply, frames, use, limits }: Written, { settings }: Emulator): SpoilingFault | undefined {
  const shape = settings.words.inStream
  if (isUnfitAnswer(reply.request)) {
    const message = 'Output data may contain inappropriate content.'
    return {
      kind: 'error-in-stream',
      afterEvents: 0,
      status: 400,
      code: 'DataInspectionFailed',
      message,
      shape: 'event',
    }
  }
  if (use === undefined) return undefined
  const tokens = answerTokens(reply.answer)
  const left = use.tokensLeft()
  use.add(tokens)
  if (tokens <= left) return undefined
  const contents = frames.filter(({ kind }) => kind === 'content').length
  const most = limits?.tokensPerMinute ?? 0
  const code = 'Throttling.AllocationQuota'
  const message =
    shape === 'finish'
      ? `Throttling: TPM(${most + tokens - left}/${most})`
      : 'Allocated quota exceeded, please increase your quota limit.'
  const afterEvents = Math.floor((contents * left) / tokens)
  return { kind: 'error-in-stream', afterEvents, status: 429, code, message, shape }
}

function isUnfitAnswer({ messages }: ChatRequest): boolean {
  return messages.some(({ role, text }) => role === 'user' && text.includes(unfitAnswer))
}
