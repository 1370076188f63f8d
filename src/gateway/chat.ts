/** POST /v1/chat/completions: read, resolve, serve; what nobody answers becomes an error in this dialect. */
import { OpenClawError } from '../core/errors.ts'
import { profilesInOrder } from '../accounts/profile-order.ts'
import { readChatRequest } from '../dialects/chat-completions/request.ts'
import { answerHeaders } from '../serving/answer-headers.ts'
import { serve } from '../serving/serve.ts'
import { wanted } from '../serving/wanted.ts'
import { readBody } from './body.ts'
import { conversationOf } from './conversation.ts'
import { answerError } from './error-answer.ts'
import { httpReply } from './http-reply.ts'
import type { Visit } from './services.ts'

export async function chat({ request, response, requestId, caller, services }: Visit): Promise<void> {
  const reply = httpReply(response)
  const read = readChatRequest(await readBody(request))
  if (read.kind === 'refused') {
    const error = new OpenClawError('bad-request', { detail: read.message })
    const { param } = read
    return answerError(response, { error, requestId, now: services.clock.now(), ...(param && { param }) })
  }
  const setup = services.setup()
  const { model, hasImage } = read.request
  const fallbacks = request.headers['x-openclaw-fallback'] === 'off' ? 'off' : read.request.fallbacks
  const { agent, refs } = wanted({ model, hasImage, ...(fallbacks && { fallbacks }) }, setup)
  // Only where there is a choice.
  const hasChoice = refs.some(({ provider }) => profilesInOrder(provider, setup.settings).length > 1)
  const conversation = hasChoice ? conversationOf(request.headers, caller, read.signs) : undefined
  const served = await serve(
    {
      requestId,
      agent,
      refs,
      request: read.request,
      reply,
      ...(conversation !== undefined && { conversation }),
      ...(caller?.kind === 'issued' && { caller: caller.name }),
    },
    { ...services, setup },
  )
  if (served.kind !== 'refused') return
  const { refused, attempts } = served
  answerError(response, {
    ...refused,
    requestId,
    now: services.clock.now(),
    headers: answerHeaders({ requestId, attempts }),
  })
}
