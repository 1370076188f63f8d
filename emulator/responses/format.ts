/** Responses, as a format of the emulator. */
import type { Format, Frame, StreamError } from '../format.ts'
import { newRequestId, responsesRefusals } from './errors.ts'
import { frameOf, responseFrames, wholeResponse } from './frames.ts'
import { readResponsesRequest } from './request.ts'
import type { ResponsesRequest } from './request.ts'

export const responsesFormat: Format<ResponsesRequest> = {
  tokenIn: ({ headers }) => /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1],
  read: readResponsesRequest,
  whole: wholeResponse,
  frames: responseFrames,
  headers: () => ({ 'x-request-id': newRequestId(), 'openai-version': '2020-10-01', 'openai-processing-ms': '1' }),
  refusals: responsesRefusals,
  spoil: {
    errorFrame,
    errorBody: ({ code, message }) => ({ error: { code, message, param: null, type: code } }),
    finish,
    malformed: 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"brok\n\n',
  },
}

/** `finish`: the answer itself says that it failed; else an event that is no part of it. */
function errorFrame({ code, message, shape }: StreamError, sent: readonly Frame[], all: readonly Frame[]): string {
  if (shape === 'finish') return ended(all, { status: 'failed', error: { code, message } }, sent.length).text
  if (shape === 'wrapped')
    return `event: error\ndata: ${JSON.stringify({ error: { code, message, param: null, type: code } })}\n\n`
  return frameOf({ type: 'error', code, message, param: null }, sent.length).text
}

function finish(reason: string, sent: readonly Frame[], all: readonly Frame[]): readonly Frame[] {
  if (reason === 'stop') return [ended(all, { status: 'completed' }, sent.length)]
  const why = reason === 'length' ? 'max_output_tokens' : reason
  return [ended(all, { status: 'incomplete', incomplete_details: { reason: why } }, sent.length)]
}

interface Change {
  readonly status: string
  readonly [name: string]: unknown
}

/** The stream's own last event, with another end. */
function ended(all: readonly Frame[], change: Change, sequence: number): Frame {
  const own = all.at(-1)?.text ?? ''
  const event = JSON.parse(own.slice(own.indexOf('data: ') + 'data: '.length)) as { readonly response: object }
  const response = { ...event.response, output: [], completed_at: null, ...change }
  return frameOf({ type: `response.${change.status}`, response }, sequence)
}
