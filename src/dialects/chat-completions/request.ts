/** A chat request as it came: what routing must know of it, and the body to send on. */
import type { CallerRequest, ConversationSigns } from '../caller-request.ts'
import { fieldsOf, listOf } from '../fields.ts'
import { leastTokens, readRequest, refusedField, laterPrompt, type RequestOrRefusal } from '../request-reading.ts'
import { chatPrompt } from './prompt.ts'

export function readChatRequest(body: Uint8Array): RequestOrRefusal {
  return readRequest(body, (fields, common) => {
    const messages = listOf(fields.messages)
    if (messages.length === 0) return refusedField('messages', 'a non-empty list')
    const request: CallerRequest = {
      dialect: 'chat-completions',
      ...common,
      hasImage: messages.some(holdsImage),
      hasTools: listOf(fields.tools).length > 0 || listOf(fields.functions).length > 0,
      ...leastTokens(body, () =>
        messages.reduce((sum: number, message) => sum + textBytes(fieldsOf(message)?.content), 0),
      ),
      ...(fieldsOf(fields.stream_options)?.include_usage === true && { wantsUsage: true }),
      prompt: laterPrompt(body, chatPrompt),
    }
    return { kind: 'ok', request, signs: signsOf(fields.prompt_cache_key, messages) }
  })
}

/** Texts are read byte by byte here. */
function textBytes(content: unknown): number {
  if (typeof content === 'string') return content.length
  return listOf(content).reduce((sum: number, part) => {
    const text = fieldsOf(part)?.text
    return sum + (typeof text === 'string' ? text.length : 0)
  }, 0)
}

function signsOf(promptCacheKey: unknown, messages: readonly unknown[]): ConversationSigns {
  return {
    ...(typeof promptCacheKey === 'string' && promptCacheKey !== '' && { promptCacheKey }),
    opening() {
      const firstUser = messages.findIndex((message) => fieldsOf(message)?.role === 'user')
      const opening = messages.filter((message, at) => at === firstUser || isSystem(fieldsOf(message)?.role))
      return JSON.stringify(opening.map((message) => fieldsOf(message)?.content))
    },
  }
}

function isSystem(role: unknown): boolean {
  return role === 'system' || role === 'developer'
}

function holdsImage(message: unknown): boolean {
  return listOf(fieldsOf(message)?.content).some((part) => {
    const type = fieldsOf(part)?.type
    return type === 'image_url' || type === 'image' || type === 'input_image'
  })
}
