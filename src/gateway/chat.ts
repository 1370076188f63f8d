/** POST /v1/chat/completions: read, resolve, serve; what nobody answers becomes an error in this dialect. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { OpenClawError } from '../core/errors.ts'
import { readChatRequest } from '../dialects/chat-completions/request.ts'
import type { Served } from '../serving/order.ts'
import { serve } from '../serving/serve.ts'
import { wanted } from '../serving/wanted.ts'
import { readBody } from './body.ts'
import { answerError } from './error-answer.ts'
import { httpReply } from './http-reply.ts'
import type { GatewayServices } from './services.ts'

export async function chat(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  services: GatewayServices,
): Promise<void> {
  const reply = httpReply(response)
  const read = readChatRequest(await readBody(request))
  if (read.kind === 'refused') {
    const error = new OpenClawError('bad-request', { detail: read.message })
    return answerError(response, {
      error,
      requestId,
      now: services.clock.now(),
      ...(read.param && { param: read.param }),
    })
  }
  const setup = services.setup()
  const { model, hasImage } = read.request
  const fallbacks = request.headers['x-openclaw-fallback'] === 'off' ? 'off' : read.request.fallbacks
  const { agent, refs } = wanted({ model, hasImage, ...(fallbacks && { fallbacks }) }, setup)
  const served: Served = await serve({ requestId, agent, refs, request: read.request, reply }, { ...services, setup })
  if (served.kind !== 'refused') return
  answerError(response, {
    error: served.refused.error,
    requestId,
    now: services.clock.now(),
    headers: { 'x-openclaw-attempts': served.attempts.join(', ') },
  })
}
