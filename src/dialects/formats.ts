/** The wire formats by id. */
import type { DialectId } from '../core/provider.ts'
import type { CallerDialect } from './caller-dialect.ts'
import type { CallerDialectId, CallerRequest } from './caller-request.ts'
import { CHAT_CALLER } from './chat-completions/caller.ts'
import { CHAT_UPSTREAM } from './chat-completions/upstream.ts'
import { EMBEDDINGS_CALLER } from './embeddings/caller.ts'
import { embeddingsUpstream } from './embeddings/upstream.ts'
import { MESSAGES_CALLER } from './messages/caller.ts'
import { MESSAGES_UPSTREAM } from './messages/upstream.ts'
import { RESPONSES_CALLER } from './responses/caller.ts'
import { RESPONSES_UPSTREAM } from './responses/upstream.ts'
import type { UpstreamDialect } from './upstream-dialect.ts'

const UPSTREAMS: Readonly<Record<DialectId, UpstreamDialect>> = {
  'chat-completions': CHAT_UPSTREAM,
  messages: MESSAGES_UPSTREAM,
  responses: RESPONSES_UPSTREAM,
}

const CALLERS: Readonly<Partial<Record<CallerDialectId, CallerDialect>>> = {
  'chat-completions': CHAT_CALLER,
  embeddings: EMBEDDINGS_CALLER,
  messages: MESSAGES_CALLER,
  responses: RESPONSES_CALLER,
}

export function callerDialect(id: CallerDialectId): CallerDialect {
  const dialect = CALLERS[id]
  if (!dialect) throw new Error(`no such dialect: ${id}`)
  return dialect
}

export function upstreamDialect(id: DialectId): UpstreamDialect {
  return UPSTREAMS[id]
}

/** Undefined = what the caller asks for is nothing that an upstream of this format can do. */
export function upstreamFor(request: CallerRequest, spoken: DialectId): UpstreamDialect | undefined {
  if (request.dialect !== 'embeddings') return upstreamDialect(spoken)
  return spoken === 'messages' ? undefined : embeddingsUpstream(request)
}
