/** What a person reads of a streamed chat answer: text and reasoning as they come, the usage, an error at the end. */
import { createParser } from 'eventsource-parser'
import { fieldsOf, listOf, parsedJson } from '../fields.ts'
import type { Usage } from '../../core/verdict.ts'
import { readUsage } from './usage.ts'

export interface ChatTextReader {
  feed(chunk: Uint8Array): void
  /** The last `finish_reason`; undefined where none came. */
  finishReason(): string | undefined
  usage(): Usage | undefined
  /** What an error event at the end of the stream said. */
  error(): string | undefined
}

export function chatTextReader(onText: (kind: 'text' | 'reasoning', text: string) => void): ChatTextReader {
  const decoder = new TextDecoder()
  let finishReason: string | undefined
  let usage: Usage | undefined
  let failed: string | undefined

  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') return
      const event = fieldsOf(parsedJson(data))
      if (!event) return
      const problem = fieldsOf(event.error)
      if (typeof problem?.message === 'string') failed = problem.message
      if (event.usage) usage = readUsage(event.usage)
      const choice = fieldsOf(listOf(event.choices)[0])
      const delta = fieldsOf(choice?.delta)
      if (typeof delta?.reasoning_content === 'string' && delta.reasoning_content)
        onText('reasoning', delta.reasoning_content)
      if (typeof delta?.content === 'string' && delta.content) onText('text', delta.content)
      if (typeof choice?.finish_reason === 'string') finishReason = choice.finish_reason
    },
  })

  return {
    feed: (chunk) => parser.feed(decoder.decode(chunk, { stream: true })),
    finishReason: () => finishReason,
    usage: () => usage,
    error: () => failed,
  }
}
