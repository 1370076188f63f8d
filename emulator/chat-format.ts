/** Chat completions, as a format of the emulator. */
import { randomUUID } from 'node:crypto'
import { badToken, contextExceeded, notBought, serviceFailed, tooLong, unfit } from './chat-errors.ts'
import { done, jsonBody, streamFrames } from './chat-frames.ts'
import { readChatRequest } from './chat-request.ts'
import type { ChatRequest } from './chat-request.ts'
import type { Format, Frame, Spoil, StreamError } from './format.ts'
import { portal } from './providers.ts'

export const chatFormat: Format<ChatRequest> = {
  tokenIn: ({ headers }) => /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1],
  read: (body, { provider }) => readChatRequest(body, provider),
  whole: jsonBody,
  frames: streamFrames,
  headers: () => ({}),
  refusals: {
    badToken: ({ badTokenMessage }) => badToken(badTokenMessage),
    unfit: (what, provider) => unfit(what, provider === portal ? 'portal' : 'standard'),
    tooLong: (most, tokens, { strictAsQwen }) => (strictAsQwen ? tooLong(most) : contextExceeded(most, tokens)),
    notBought,
    inTrouble: serviceFailed,
  },
  spoil: {
    errorFrame,
    errorBody: ({ code, message, shape }) =>
      shape === 'event'
        ? { request_id: randomUUID(), code, message }
        : { error: { code, message, param: null, type: code } },
    finish: (reason, _sent, all) => [finishOf(all, reason, ''), done],
    malformed: 'data: {"choices":[{"delta":{"content":"brok\n\ndata: [DONE]\n\n',
  } satisfies Spoil,
}

/** The status stands in a comment line, and the error has no wrapper: that is how the real server does it. */
function errorFrame(
  { code, message, shape, status }: StreamError,
  sent: readonly Frame[],
  all: readonly Frame[],
): string {
  if (shape === 'finish') return finishOf(all, 'error_finish', message).text
  if (shape === 'wrapped') return `data: ${JSON.stringify({ error: { code, message, param: null, type: code } })}\n\n`
  const data = JSON.stringify({ request_id: randomUUID(), code, message })
  return `id:${sent.length + 1}\nevent:error\n:HTTP_STATUS/${status}\ndata:${data}\n\n`
}

/** The stream's own finish, with another reason and text. */
function finishOf(frames: readonly Frame[], reason: string, text: string): Frame {
  const own = frames.find((frame) => /"finish_reason":"/.test(frame.text))?.text ?? 'data: {"choices":[]}\n\n'
  const content = JSON.stringify(text)
  return {
    kind: 'framing',
    text: own
      .replace(/"finish_reason":"[^"]*"/, () => `"finish_reason":${JSON.stringify(reason)}`)
      .replace('"content":""', () => `"content":${content}`),
  }
}
