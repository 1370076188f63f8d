/** The way of a question to a model, in whichever format: login, validation, quota and limits, answer. */
import { setTimeout as pause } from 'node:timers/promises'
import { answerTo } from './answers.ts'
import type { Answer } from './answers.ts'
import { readJsonObject } from './bodies.ts'
import { badToken, daySpentBy, foreignClient } from './chat-errors.ts'
import { naturalDay } from './clock.ts'
import type { Emulator } from './emulator.ts'
import type { Exchange } from './exchange.ts'
import type { SpoilingFault } from './faults.ts'
import type { Format, Frame, Refusals } from './format.ts'
import { limitsAt } from './limits.ts'
import type { Limits } from './limits.ts'
import { answeredBefore, refuseInTrouble } from './outage.ts'
import type { Provider } from './providers.ts'
import type { Question } from './question.ts'
import { sendJson } from './replies.ts'
import { sendStream } from './send-stream.ts'
import { answerTokens, questionTokens } from './tokens.ts'
import type { Use } from './usage.ts'

/** Words that the content filter stops, in a question and in an answer (which says the question again). */
const unfitQuestion = 'emulator-unfit-question'
const unfitAnswer = 'emulator-unfit-answer'

export function answerQuestion<Asked extends Question>(format: Format<Asked>, provider: Provider) {
  return async (exchange: Exchange, emulator: Emulator): Promise<void> => {
    const { settings, clock, faults, counters } = emulator
    const body = await readJsonObject(exchange)
    if (answeredBefore(exchange, settings.outage)) return
    const account = accountOf(exchange, emulator, { provider, format })
    refuseClosed(exchange, emulator, provider)
    const request = format.read(body, {
      provider,
      account,
      request: exchange.request,
      known: () => counters.add('seals'),
    })
    refuseInTrouble(exchange, settings.outage, format.refusals)
    const limits = limitsAt(settings.limits, exchange.path)
    refuseContent(request, emulator, { provider, limits, refusals: format.refusals })
    if (provider.metered) countRequest(emulator, account)
    const use = limits && usedBy({ account, request, limits }, emulator, provider)
    // A request runs as long as its connection is kept for it, stalled or not.
    if (use && exchange.gone.aborted) use.end()
    else if (use) exchange.response.once('close', () => use.end())
    exchange.fault = faults.takeSpoiling(exchange.path)
    if (exchange.fault !== undefined) counters.fault(exchange.fault.kind)

    const { quirks } = settings
    const reply = { request, answer: answerTo(request), account, createdAtMs: clock.now(), quirks }
    const delayMs = request.pace.chunkDelayMs ?? settings.chunkDelayMs
    if (request.stream) {
      const frames = format.frames(reply)
      exchange.fault ??= stoppedBy({ request, answer: reply.answer, frames, use, limits }, emulator)
      return sendStream(exchange, { frames, delayMs, headers: format.headers(), spoil: format.spoil })
    }
    use?.add(answerTokens(reply.answer))
    if (isUnfitAnswer(request)) throw format.refusals.unfit('Output', provider)
    const waitMs = exchange.fault?.kind === 'delay' ? exchange.fault.delayMs : delayMs * (request.pace.chunks ?? 1)
    if (waitMs > 0) await pause(waitMs, undefined, { signal: exchange.gone })
    const reason = exchange.fault?.kind === 'finish' ? exchange.fault.reason : undefined
    sendJson(exchange, 200, format.whole(reply, reason), format.headers(), format.spoil.errorBody)
  }
}

/** Whoever knocks with a bad token, or none, hears it in the format. */
export function accountOf(
  { request }: Exchange,
  emulator: Emulator,
  { provider, format }: { readonly provider: Provider; readonly format: Pick<Format<never>, 'tokenIn' | 'refusals'> },
): string {
  if (provider.open) return provider.owner
  const token = format.tokenIn(request)
  const account = token === undefined ? undefined : provider.accountOf(token, emulator)
  if (account === undefined) throw format.refusals.badToken(provider)
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
  readonly refusals: Refusals
}

function refuseContent(request: Question, { settings }: Emulator, { provider, limits, refusals }: Place): void {
  const { model, messages } = request
  if (settings.unbought.includes(model.id)) throw refusals.notBought()
  const mostTokens = limits?.inputTokens ?? model.inputTokens
  if (mostTokens !== undefined) {
    const tokens = questionTokens(request)
    if (tokens > mostTokens) throw refusals.tooLong(mostTokens, tokens, provider)
  }
  if (messages.some(({ text }) => text.includes(unfitQuestion))) throw refusals.unfit('Input', provider)
}

/** A request that passed so far counts, whatever becomes of its answer. */
function countRequest({ quota, clock, settings, counters }: Emulator, account: string): void {
  const nowMs = clock.now()
  if (quota.take(account, nowMs, settings.perDay) === 'spent') throw daySpentBy(settings.words.daySpent)
  counters.completed(account, naturalDay(nowMs))
}

interface Limited {
  readonly account: string
  readonly request: Question
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
  readonly request: Question
  readonly answer: Answer
  readonly frames: readonly Frame[]
  readonly use: Use | undefined
  readonly limits: Limits | undefined
}

/** What stops a stream on its way: the content filter, or the end of the minute's tokens. */
function stoppedBy(
  { request, answer, frames, use, limits }: Written,
  { settings }: Emulator,
): SpoilingFault | undefined {
  const shape = settings.words.inStream
  if (isUnfitAnswer(request)) {
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
  const tokens = answerTokens(answer)
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

function isUnfitAnswer({ messages }: Question): boolean {
  return messages.some(({ role, text }) => role === 'user' && text.includes(unfitAnswer))
}
