/** The act `agent`: a call by hand, served in this process by the same way that the gateway's requests go. */
import { OpenClawError } from '../core/errors.ts'
import type { Reply } from '../core/reply.ts'
import { nameOf } from '../core/decision.ts'
import { readChatRequest } from '../dialects/chat-completions/request.ts'
import { chatTextReader } from '../dialects/chat-completions/text-reader.ts'
import type { ServeMeans } from '../serving/order.ts'
import { serve } from '../serving/serve.ts'
import { wanted } from '../serving/wanted.ts'
import { chatBody } from './chat-body.ts'
import type { AgentAnswer, AgentEvent } from './contract.ts'
import { eventQueue } from './event-queue.ts'
import { pictureUrl } from './picture.ts'

export interface AgentWish {
  readonly message: string
  readonly agent?: string
  readonly model?: string
  /** A file's path. */
  readonly image?: string
  readonly signal: AbortSignal
}

export async function* askAgent(wish: AgentWish, means: ServeMeans): AsyncGenerator<AgentEvent, AgentAnswer> {
  const picture = wish.image === undefined ? undefined : await pictureUrl(wish.image)
  const { agent, refs } = wanted({ ...wish, hasImage: picture !== undefined }, means.setup)
  const read = readChatRequest(
    chatBody({ model: wish.model ?? 'openclaw', message: wish.message, ...(picture && { picture }) }),
  )
  if (read.kind === 'refused') throw new OpenClawError('bad-request', { detail: read.message })

  const events = eventQueue<AgentEvent>()
  let text = ''
  const reader = chatTextReader((kind, piece) => {
    if (kind === 'text') text += piece
    events.push({ kind, text: piece })
  })
  const reply: Reply = {
    head: () => undefined,
    write(chunk) {
      reader.feed(chunk)
      return true
    },
    onDrain: () => undefined,
    end(chunk) {
      if (chunk) reader.feed(chunk)
    },
    gone: wish.signal,
  }
  const requestId = means.random.uuid()
  const serving = serve({ requestId, agent, refs, request: read.request, reply }, means).finally(() => events.end())
  serving.catch(() => undefined) // thrown again by the await below, once the events are out
  yield* events.all()
  const served = await serving
  if (served.kind === 'refused') throw served.refused.error
  if (served.kind === 'gone') throw new OpenClawError('cancelled', {})
  const { verdict } = served.result
  if (verdict.kind !== 'complete') throw new OpenClawError('stream-broken', { detail: verdict.failure.evidence })
  return {
    text,
    model: nameOf(served.candidate),
    profile: served.candidate.profile.id,
    requestId,
    attempts: served.attempts,
    finishReason: reader.finishReason(),
    usage: reader.usage(),
  }
}
