/** Answers in no format's events, and the writer's options they are written with, for tests. */
import { OpenAI } from 'openai'
import type { AnswerEvent } from '../../core/answer.ts'
import type { WriterOptions } from '../caller-dialect.ts'
import { NO_SEALS, targetOf } from '../target.fixture.ts'
import { readResponsesRequest } from './request.ts'

export const ISSUER = targetOf('m').issuer
export const REQUEST_ID = '0b6a7c2e-1111-4222-8333-444455556666'

export function optionsFor(body: object = {}, more: Partial<WriterOptions> = {}): WriterOptions {
  const read = readResponsesRequest(Buffer.from(JSON.stringify({ model: 'a/m', input: 'hi', ...body })))
  if (read.kind === 'refused') throw new Error(read.message)
  return {
    requestId: REQUEST_ID,
    request: read.request,
    issuer: ISSUER,
    now: new Date('2026-03-14T12:00:00Z'),
    seals: NO_SEALS,
    ...more,
  }
}

export const START: AnswerEvent = { kind: 'start', id: 'x1', model: 'its-name' }
export const STOP: AnswerEvent = { kind: 'finish', reason: 'stop' }
export const USAGE: AnswerEvent = {
  kind: 'usage',
  usage: { inputTokens: 70, outputTokens: 30, cachedInputTokens: 20, reasoningTokens: 10 },
}
export const text = (said: string): AnswerEvent => ({ kind: 'text', text: said })
export const thought = (said: string): AnswerEvent => ({ kind: 'reasoning', text: said })
export const call = (index: number, name: string, id = `call_${index}`): AnswerEvent => ({
  kind: 'tool-call',
  index,
  id,
  name,
})
export const args = (index: number, json: string): AnswerEvent => ({ kind: 'tool-arguments', index, json })

/** The official client, which gets this stream, or this answer, whatever it asks. */
export function clientGetting(body: string, type = 'text/event-stream'): OpenAI {
  const response = new Response(body, { headers: { 'content-type': type } })
  return new OpenAI({ apiKey: 'x', maxRetries: 0, fetch: () => Promise.resolve(response.clone()) })
}
