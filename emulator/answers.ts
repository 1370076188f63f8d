/** What the emulator answers: always the same to the same request, and marked as its own. */
import { createHash } from 'node:crypto'
import { answerTextsFor } from './answer-texts.ts'
import type { ChatMessage, ChatRequest, Tool } from './chat-request.ts'
import { isFields } from './fields.ts'
import type { Fields } from './fields.ts'

export type Answer =
  | { readonly kind: 'text'; readonly reasoning: string; readonly text: string }
  | { readonly kind: 'tool-call'; readonly reasoning: string; readonly call: ToolCall }

interface ToolCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
}

export function answerTo(request: ChatRequest): Answer {
  const last = request.messages.at(-1) ?? request.messages[0]
  const question = request.messages.findLast(({ role }) => role === 'user')
  const asked = question?.text ?? ''
  const texts = answerTextsFor(asked)
  const wantsThinking = request.thinkingWanted || /think|思考/i.test(asked)
  const reasoning = wantsThinking ? texts.reasoning(beginningOf(asked, 60)) : ''

  const tool = toolToCall(request, last)
  if (tool !== undefined) return { kind: 'tool-call', reasoning, call: callOf(tool, asked, request) }

  const sentences = [
    ...(last.role === 'tool' ? [texts.toolSaid(beginningOf(last.text, 200))] : []),
    ...(question !== undefined && question.pictures.length > 0 ? [texts.seen(question.pictures)] : []),
    asked.trim() === '' ? texts.askedNothing : texts.asked(beginningOf(asked, 60)),
    texts.standIn,
  ]
  return {
    kind: 'text',
    reasoning,
    text: stretched(`[emulator] ${request.model.id}: ${sentences.join(texts.gap)}`, request),
  }
}

/** On one line, and no longer than so many characters. */
function beginningOf(text: string, length: number): string {
  const characters = Array.from(
    text
      .slice(0, length * 4)
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )
  return characters.length > length ? `${characters.slice(0, length).join('')}…` : characters.join('')
}

/** As long as the request's `x_emulator` wants it: enough for its number of chunks, or exactly so many characters. */
function stretched(text: string, { pace }: ChatRequest): string {
  const length = Array.from(text).length
  const wanted = Math.max(pace.replyChars ?? length, pace.chunks ?? 0)
  if (wanted <= length) return Array.from(text).slice(0, wanted).join('')
  const filler = ' and so on'
  return text + filler.repeat(Math.ceil((wanted - length) / filler.length)).slice(0, wanted - length)
}

function toolToCall({ tools, toolChoice }: ChatRequest, last: ChatMessage): Tool | undefined {
  if (last.role !== 'user' || toolChoice.kind === 'none') return undefined
  if (toolChoice.kind === 'named') return tools.find(({ name }) => name === toolChoice.name)
  const text = last.text.toLowerCase()
  const named = tools.find(({ name }) => text.includes(name.toLowerCase()))
  if (named !== undefined) return named
  return toolChoice.kind === 'required' || /tool|工具/.test(text) ? tools[0] : undefined
}

function callOf({ name, parameters }: Tool, asked: string, { messages }: ChatRequest): ToolCall {
  const text = JSON.stringify(exampleOf(parameters, beginningOf(asked, 60)))
  const digest = createHash('sha256').update(`${messages.length} ${name} ${text}`).digest('hex')
  return { id: `call_${digest.slice(0, 24)}`, name, arguments: text }
}

/** A value that the schema would take, made of the question's words where it wants a string. */
function exampleOf(schema: unknown, words: string): unknown {
  if (!isFields(schema)) return words
  if (Array.isArray(schema['enum'])) return schema['enum'][0] as unknown
  switch (schema['type']) {
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return true
    case 'array':
      return [exampleOf(schema['items'], words)]
    case 'string':
      return words
    default:
      return exampleObject(schema, words)
  }
}

function exampleObject(schema: Fields, words: string): Fields {
  const properties = isFields(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required'])
    ? (schema['required'] as readonly unknown[])
    : Object.keys(properties)
  return Object.fromEntries(
    Object.keys(properties)
      .filter((name) => required.includes(name))
      .map((name) => [name, exampleOf(properties[name], words)]),
  )
}
