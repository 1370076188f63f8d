/** What a writer of this format is told of its answer, and the official SDK that reads what it wrote. */
import Anthropic from '@anthropic-ai/sdk'
import type { AnswerEvent } from '../../core/answer.ts'
import type { Issuer, ReasoningPart } from '../../core/prompt.ts'
import type { WriterOptions } from '../caller-dialect.ts'
import type { CallerRequest } from '../caller-request.ts'
import { NO_SEALS } from '../target.fixture.ts'
import { messagesAnswerWriter, wholeMessagesAnswer } from './answer-writer.ts'
import { readMessagesRequest } from './request.ts'

export const ISSUER: Issuer = { provider: 'p', profile: 'p:default', model: 'the-model' }
export const MESSAGES = [{ role: 'user' as const, content: 'hi' }]

export function requestOf(body: object = {}, headers: Record<string, unknown> = {}): CallerRequest {
  const text = JSON.stringify({ model: 'm', max_tokens: 100, messages: MESSAGES, ...body })
  const read = readMessagesRequest(Buffer.from(text), headers)
  if (read.kind === 'refused') throw new Error(read.message)
  return read.request
}

export interface Noted {
  readonly callIds: readonly string[]
  readonly reasoning: readonly ReasoningPart[]
}

export function optionsOf(body: object = {}, noted: Noted[] = []): WriterOptions {
  return {
    requestId: 'r1',
    request: requestOf(body),
    issuer: ISSUER,
    now: new Date(0),
    seals: { ...NO_SEALS, noteBefore: (callIds, reasoning) => void noted.push({ callIds, reasoning }) },
  }
}

export function streamOf(events: readonly AnswerEvent[], options = optionsOf()): string {
  const writer = messagesAnswerWriter(options)
  return events.map((event) => writer.write(event)).join('') + writer.end()
}

export function clientGetting(body: string, status = 200): Anthropic {
  const type = body.startsWith('event:') ? 'text/event-stream' : 'application/json'
  const answer = (): Response => new Response(body, { status, headers: { 'content-type': type, 'request-id': 'r1' } })
  return new Anthropic({ apiKey: 'x', maxRetries: 0, fetch: () => Promise.resolve(answer()) })
}

/** As the official SDK puts it together. */
export function streamed(text: string): Promise<Anthropic.Message> {
  return clientGetting(text).messages.stream({ model: 'm', max_tokens: 1, messages: MESSAGES }).finalMessage()
}

export function whole(events: readonly AnswerEvent[], options = optionsOf()): Promise<Anthropic.Message> {
  const body = wholeMessagesAnswer(events, options)
  return clientGetting(body).messages.create({ model: 'm', max_tokens: 1, messages: MESSAGES })
}
