/** A Messages request as it came: what routing must know of it, and the body to send on. */
import type { CallerRequest, ConversationSigns } from '../caller-request.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { splice } from '../json-splice.ts'
import { laterPrompt, leastTokens, readRequest, refusedField, type RequestOrRefusal } from '../request-reading.ts'
import type { Target } from '../upstream-dialect.ts'
import { lacksItsThought, ownMessages } from './own-seals.ts'
import { messagesPrompt } from './prompt.ts'

type Headers = Readonly<Record<string, unknown>>

export function readMessagesRequest(body: Uint8Array, headers: Headers): RequestOrRefusal {
  return reading(body, headers, ({ max_tokens: most }) =>
    // 0 fills a cache and answers nothing.
    Number.isSafeInteger(most) && Number(most) >= 0 ? undefined : refusedField('max_tokens', 'a whole number'),
  )
}

/** Tokens are counted of a request that may be without limits. */
export function readCountRequest(body: Uint8Array, headers: Headers): RequestOrRefusal {
  return reading(body, headers, () => undefined)
}

function reading(
  body: Uint8Array,
  headers: Headers,
  refused: (fields: Fields) => ReturnType<typeof refusedField> | undefined,
): RequestOrRefusal {
  return readRequest(
    body,
    (fields, common) => {
      const messages = listOf(fields.messages)
      if (messages.length === 0) return refusedField('messages', 'a non-empty list')
      const fault = refused(fields)
      if (fault) return fault
      const own = headersOf(headers)
      const request: CallerRequest = {
        dialect: 'messages',
        ...common,
        hasImage: messages.some((message) => holdsImage(fieldsOf(message)?.content)),
        hasTools: listOf(fields.tools).length > 0,
        ...leastTokens(body, () => textBytes(fields.system) + textBytes(messages)),
        ...(own && { headers: own }),
        prompt: laterPrompt(body, messagesPrompt),
      }
      return { kind: 'ok', request, signs: signsOf(fields, messages) }
    },
    'ours-or-its-own',
  )
}

/** The caller's bytes with another model in them, without what is ours and without what another model has sealed. */
export function relayBody(request: CallerRequest, target: Target): Buffer {
  const { body, members, fallbacks } = request
  const messages = ownMessages(request, target)
  const isThoughtless = messages !== undefined && lacksItsThought(request, messages)
  if (isThoughtless) target.leftOut?.('thinking')
  return splice(body, members, {
    set: {
      model: JSON.stringify(target.model.id),
      ...(messages !== undefined && { messages }),
      ...(isThoughtless && { thinking: '{"type":"disabled"}' }),
    },
    // A list of anything but names is the format's own.
    ...(fallbacks && { drop: ['fallbacks'] }),
  })
}

const OWN_HEADERS = ['anthropic-version', 'anthropic-beta'] as const

function headersOf(headers: Headers): Record<string, string> | undefined {
  const own = OWN_HEADERS.flatMap((name): [string, string][] => {
    const value = headers[name]
    return typeof value === 'string' && value !== '' ? [[name, value]] : []
  })
  return own.length === 0 ? undefined : Object.fromEntries(own)
}

/** In a message, in what a tool gave back, and in a document made of blocks. */
function holdsImage(content: unknown): boolean {
  return listOf(content).some((block) => {
    const { type, content: inner, source } = fieldsOf(block) ?? {}
    return type === 'image' || holdsImage(inner) || holdsImage(fieldsOf(source)?.content)
  })
}

/** Texts are read byte by byte here, and wherever they stand: in messages, blocks, tool results. */
function textBytes(value: unknown): number {
  if (typeof value === 'string') return value.length
  return listOf(value).reduce((sum: number, item) => {
    const { text, content, thinking } = fieldsOf(item) ?? {}
    const ownBytes = [text, thinking].reduce(
      (own: number, each) => own + (typeof each === 'string' ? each.length : 0),
      0,
    )
    return sum + ownBytes + textBytes(content)
  }, 0)
}

/** Some programs name the session beside the person; else the name is the person's alone. */
function signsOf({ metadata, system }: Fields, messages: readonly unknown[]): ConversationSigns {
  const user = fieldsOf(metadata)?.user_id
  return {
    ...(typeof user === 'string' && user.includes('session') && { promptCacheKey: user }),
    opening() {
      const firstUser = messages.findIndex((message) => fieldsOf(message)?.role === 'user')
      const opening = messages.filter((message, at) => at === firstUser || fieldsOf(message)?.role === 'system')
      return JSON.stringify([user, system, ...opening.map((message) => fieldsOf(message)?.content)])
    },
  }
}
