/** Messages, as a format of the emulator. */
import type { Format, Frame, StreamError } from '../format.ts'
import { messagesRefusals, newRequestId, typeAt } from './errors.ts'
import { frame, messageFrames, messageStop, wholeMessage } from './frames.ts'
import { readMessagesRequest } from './request.ts'
import type { MessagesRequest } from './request.ts'

export const messagesFormat: Format<MessagesRequest> = {
  tokenIn({ headers }) {
    const key = headers['x-api-key']
    return typeof key === 'string' ? key : /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  },
  read: readMessagesRequest,
  whole: wholeMessage,
  frames: messageFrames,
  headers: () => ({ 'request-id': newRequestId(), 'anthropic-organization-id': 'emulator' }),
  refusals: messagesRefusals,
  spoil: {
    errorFrame: (error) => frame('framing', errorOf(error)).text,
    errorBody: errorOf,
    finish,
    malformed:
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"brok\n\n' +
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
  },
}

/** The code of an order is the error's type where it is one of this format's. */
function errorOf({ status, code, message }: StreamError) {
  const type = code.endsWith('_error') ? code : typeAt(status)
  return { type: 'error', error: { type, message }, request_id: newRequestId() } as const
}

/** Reasons that other formats have other words for. */
const reasons: Readonly<Record<string, string>> = { length: 'max_tokens', stop: 'end_turn', content_filter: 'refusal' }

function finish(reason: string, sent: readonly Frame[], all: readonly Frame[]): readonly Frame[] {
  const opened = sent.filter(({ text }) => text.startsWith('event: content_block_start')).length
  const closed = sent.filter(({ text }) => text.startsWith('event: content_block_stop')).length
  const stop = opened > closed ? [frame('framing', { type: 'content_block_stop', index: closed })] : []
  const own = all.find(({ text }) => text.startsWith('event: message_delta'))?.text ?? ''
  const stopReason = JSON.stringify(reasons[reason] ?? reason)
  const delta = own.replace(/"stop_reason":"[^"]*"/, () => `"stop_reason":${stopReason}`)
  return [...stop, { kind: 'framing', text: delta }, messageStop]
}
