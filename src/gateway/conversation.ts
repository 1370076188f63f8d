/** Which conversation a request belongs to: by the name its program gives it, else by how it began. */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from '../core/scope.ts'
import type { ConversationSigns } from '../dialects/caller-request.ts'

/** The first that is there counts. */
const NAMING_HEADERS = ['x-openclaw-conversation', 'x-session-id'] as const

/** Names of one program mean nothing to another, so that they are told apart by the token as well. */
export function conversationOf(
  headers: IncomingHttpHeaders,
  caller: Caller | undefined,
  signs: ConversationSigns,
): string {
  const named = NAMING_HEADERS.map((name) => headers[name]).find((value) => typeof value === 'string' && value !== '')
  const hash = createHash('sha256').update(caller?.kind === 'issued' ? caller.id : 'owner')
  const name = named?.toString() ?? signs.promptCacheKey
  if (name !== undefined) return hash.update(`\0named\0${name}`).digest('base64url')
  return hash.update(`\0begun\0${signs.opening()}`).digest('base64url')
}
