/** A question to a model, in whichever format it comes: read, resolve, serve; what nobody answers becomes an error in that format. */
import { OpenClawError } from '../core/errors.ts'
import { profilesInOrder } from '../accounts/profile-order.ts'
import type { Setup } from '../core/setup.ts'
import type { CallerDialect } from '../dialects/caller-dialect.ts'
import type { CallerDialectId, CallerRequest } from '../dialects/caller-request.ts'
import { callerDialect } from '../dialects/formats.ts'
import type { RequestRefusal } from '../dialects/request-reading.ts'
import { answerHeaders } from '../serving/answer-headers.ts'
import type { ServeOrder } from '../serving/order.ts'
import { serve } from '../serving/serve.ts'
import { wanted } from '../serving/wanted.ts'
import { readBody } from './body.ts'
import { conversationOf } from './conversation.ts'
import { answerError } from './error-answer.ts'
import { filterWord } from './filter-word.ts'
import { httpReply } from './http-reply.ts'
import { keeping, recalled } from './recall.ts'
import type { Visit } from './services.ts'

export function askModel(dialect: CallerDialectId): (visit: Visit) => Promise<void> {
  return async (visit) => {
    const { response, requestId, caller, services } = visit
    const reply = httpReply(response)
    const asked = await askedIn(visit, callerDialect(dialect))
    if (asked.kind === 'refused') return answerRefusal(visit, asked, dialect)
    const served = await serve(
      {
        requestId,
        ...asked.order,
        ...keepingOf(visit, asked.order.request),
        reply,
        ...(caller?.kind === 'issued' && { caller: caller.name }),
      },
      { ...services, setup: asked.setup },
    )
    if (served.kind !== 'refused') return
    const { refused, attempts } = served
    answerError(response, {
      ...refused,
      dialect,
      requestId,
      now: services.clock.now(),
      headers: answerHeaders({ requestId, attempts }),
    })
  }
}

export function answerRefusal(
  { response, requestId, services }: Visit,
  { message, param }: RequestRefusal,
  dialect: CallerDialectId,
): void {
  const error = new OpenClawError('bad-request', { detail: message })
  answerError(response, { error, dialect, requestId, now: services.clock.now(), ...(param && { param }) })
}

type Asked =
  | {
      readonly kind: 'ok'
      /** As it stood when the request was there. */
      readonly setup: Setup
      readonly order: Pick<ServeOrder, 'agent' | 'refs' | 'request' | 'conversation' | 'filterFallback'>
    }
  | RequestRefusal

function keepingOf(visit: Visit, request: CallerRequest): Pick<ServeOrder, 'keep'> {
  const keep = keeping(request, callerDialect(request.dialect).remembering, visit)
  return keep ? { keep } : {}
}

/** The body as it was parsed is many times larger than its bytes: it ends here, and not with the answer. */
export async function askedIn(visit: Visit, dialect: Pick<CallerDialect, 'read' | 'remembering'>): Promise<Asked> {
  const { request, caller, services } = visit
  let read = dialect.read(await readBody(request), request.headers)
  if (read.kind === 'refused') return read
  const whole = await recalled(read.request, dialect.remembering, visit)
  if (whole) read = dialect.read(whole, request.headers)
  if (read.kind === 'refused') return read
  const setup = services.setup()
  const { model, hasImage } = read.request
  // Vectors of another model could not be compared with those that the caller keeps.
  const isAlone = read.request.dialect === 'embeddings' || request.headers['x-openclaw-fallback'] === 'off'
  const fallbacks = isAlone ? 'off' : read.request.fallbacks
  const { agent, refs } = wanted({ model, hasImage, ...(fallbacks && { fallbacks }) }, setup)
  // Only where there is a choice.
  const hasChoice = refs.some(({ provider }) => profilesInOrder(provider, setup.settings).length > 1)
  const conversation = hasChoice ? conversationOf(request.headers, caller, read.signs) : undefined
  const filterFallback = filterWord(request.headers)
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
