/** POST /v1/chat/completions: read, resolve, serve; what nobody answers becomes an error in this dialect. */
import { OpenClawError } from '../core/errors.ts'
import { profilesInOrder } from '../accounts/profile-order.ts'
import type { Setup } from '../core/setup.ts'
import { readChatRequest, type ChatRequestOrRefusal } from '../dialects/chat-completions/request.ts'
import { answerHeaders } from '../serving/answer-headers.ts'
import type { ServeOrder } from '../serving/order.ts'
import { serve } from '../serving/serve.ts'
import { wanted } from '../serving/wanted.ts'
import { readBody } from './body.ts'
import { conversationOf } from './conversation.ts'
import { answerError } from './error-answer.ts'
import { httpReply } from './http-reply.ts'
import type { Visit } from './services.ts'

export async function chat(visit: Visit): Promise<void> {
  const { response, requestId, caller, services } = visit
  const reply = httpReply(response)
  const asked = await askedIn(visit)
  if (asked.kind === 'refused') {
    const error = new OpenClawError('bad-request', { detail: asked.message })
    const { param } = asked
    return answerError(response, { error, requestId, now: services.clock.now(), ...(param && { param }) })
  }
  const served = await serve(
    { requestId, ...asked.order, reply, ...(caller?.kind === 'issued' && { caller: caller.name }) },
    { ...services, setup: asked.setup },
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

type Asked =
  | {
      readonly kind: 'ok'
      /** As it stood when the request was there. */
      readonly setup: Setup
      readonly order: Pick<ServeOrder, 'agent' | 'refs' | 'request' | 'conversation' | 'filterFallback'>
    }
  | Extract<ChatRequestOrRefusal, { kind: 'refused' }>

/** Any other word leaves it to the settings. */
const FILTER_WORDS: ReadonlyMap<unknown, boolean> = new Map([
  ['on', true],
  ['off', false],
])

/** The body as it was parsed is many times larger than its bytes: it ends here, and not with the answer. */
async function askedIn({ request, caller, services }: Visit): Promise<Asked> {
  const read = readChatRequest(await readBody(request))
  if (read.kind === 'refused') return read
  const setup = services.setup()
  const { model, hasImage } = read.request
  const fallbacks = request.headers['x-openclaw-fallback'] === 'off' ? 'off' : read.request.fallbacks
  const { agent, refs } = wanted({ model, hasImage, ...(fallbacks && { fallbacks }) }, setup)
  // Only where there is a choice.
  const hasChoice = refs.some(({ provider }) => profilesInOrder(provider, setup.settings).length > 1)
  const conversation = hasChoice ? conversationOf(request.headers, caller, read.signs) : undefined
  const filterFallback = FILTER_WORDS.get(request.headers['x-openclaw-filter-fallback'])
  return {
    kind: 'ok',
    setup,
    order: {
      agent,
      refs,
      request: read.request,
      ...(conversation !== undefined && { conversation }),
      ...(filterFallback !== undefined && { filterFallback }),
    },
  }
}
