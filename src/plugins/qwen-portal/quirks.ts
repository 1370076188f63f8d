/** Where Qwen's servers depart from OpenAI's chat format, at the portal and at Model Studio alike. */
import type { QuirkFields, Quirks, RequestChange } from '../../sdk/index.ts'
import { mendedCalls } from './tool-calls.ts'
import { thinkingChange } from './thinking.ts'

export const quirks: Quirks = {
  request: {
    patterns: ['"developer"', '"tools":[]', '"tools": []', '"reasoning_effort"'],
    inOnePiece: true,
    change(body, { model }) {
      const thinking = thinkingChange(body, model.id)
      const set = { ...systemForDeveloper(body), ...thinking.set }
      const drop = [...emptyFields(body), ...(thinking.drop ?? [])]
      return Object.keys(set).length + drop.length === 0 ? undefined : { ...thinking, set, drop }
    },
  },
  answer: mendedCalls,
}

/** 400: "developer is not one of ['system', 'assistant', 'user', 'tool', 'function']". */
function systemForDeveloper({ messages }: QuirkFields): RequestChange['set'] {
  if (!Array.isArray(messages) || !messages.some(isDeveloper)) return {}
  return {
    messages: messages.map((message: unknown) =>
      isDeveloper(message) ? { ...(message as QuirkFields), role: 'system' } : message,
    ),
  }
}

function isDeveloper(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'role' in message && message.role === 'developer'
}

/** Refused, though they say nothing. */
function emptyFields({ tools, stream, stream_options: options }: QuirkFields): readonly string[] {
  return [
    ...(Array.isArray(tools) && tools.length === 0 ? ['tools'] : []),
    ...(stream !== true && options !== undefined ? ['stream_options'] : []),
  ]
}
