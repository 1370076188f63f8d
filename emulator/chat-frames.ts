/** An answer in the shape of the wire: one JSON body, or the events of a stream (field order as the real server's). */
import { randomUUID } from 'node:crypto'
import type { Answer } from './answers.ts'
import type { ChatMessage, ChatRequest } from './chat-request.ts'

export interface Frame {
  readonly text: string
  /** A frame that carries text, reasoning or a tool call; the others only frame those. */
  readonly kind: 'content' | 'framing'
}

export interface Reply {
  readonly request: ChatRequest
  readonly answer: Answer
  readonly createdAtMs: number
}

interface Delta {
  readonly role?: 'assistant'
  readonly content: string | null
  readonly reasoning_content?: string | null
  readonly tool_calls?: readonly unknown[]
}

export function jsonBody(reply: Reply): unknown {
  const { request, answer } = reply
  const message = {
    role: 'assistant',
    content: answer.kind === 'text' ? answer.text : '',
    ...(answer.reasoning === '' ? {} : { reasoning_content: answer.reasoning }),
    ...(answer.kind === 'text' ? {} : { tool_calls: [toolCall(answer.call.arguments, answer.call)] }),
  }
  return {
    choices: [{ message, finish_reason: finishReason(answer), index: 0, logprobs: null }],
    object: 'chat.completion',
    usage: usageOf(request, answer),
    ...identity(reply),
  }
}

export function streamFrames(reply: Reply): readonly Frame[] {
  const { request, answer } = reply
  const shared = identity(reply)
  const frame = (kind: Frame['kind'], delta: Delta, finish: string | null = null): Frame => ({
    kind,
    text: event({
      choices: [{ delta, finish_reason: finish, index: 0, logprobs: null }],
      object: 'chat.completion.chunk',
      usage: null,
      ...shared,
    }),
  })
  return [
    frame('framing', { role: 'assistant', content: '' }),
    ...piecesOf(answer.reasoning).map((piece) => frame('content', { content: null, reasoning_content: piece })),
    ...answerDeltas(request, answer).map((delta) => frame('content', delta)),
    frame('framing', { content: '' }, finishReason(answer)),
    ...(request.includeUsage ? [usageFrame(reply, shared)] : []),
    { kind: 'framing', text: 'data: [DONE]\n\n' },
  ]
}

function answerDeltas({ pace }: ChatRequest, answer: Answer): readonly Delta[] {
  if (answer.kind === 'text') {
    const pieces = pace.chunks === undefined ? piecesOf(answer.text) : equalParts(answer.text, pace.chunks)
    return pieces.map((content) => (answer.reasoning === '' ? { content } : { content, reasoning_content: null }))
  }
  const { call } = answer
  const [first = '', ...rest] = equalParts(call.arguments, Math.min(4, call.arguments.length))
  return [
    { content: null, tool_calls: [toolCall(first, call)] },
    // As the real server does: the id comes again, but empty.
    ...rest.map((piece) => ({ content: null, tool_calls: [toolCall(piece, { id: '', name: null })] })),
  ]
}

function toolCall(args: string, { id, name }: { readonly id: string; readonly name: string | null }): unknown {
  return { index: 0, id, type: 'function', function: { name, arguments: args } }
}

function usageFrame({ request, answer }: Reply, shared: object): Frame {
  const usage = usageOf(request, answer)
  return { kind: 'framing', text: event({ choices: [], object: 'chat.completion.chunk', usage, ...shared }) }
}

function identity({ request, createdAtMs }: Reply): object {
  return {
    created: Math.floor(createdAtMs / 1_000),
    system_fingerprint: null,
    model: request.model.realName,
    id: `chatcmpl-${randomUUID()}`,
  }
}

function finishReason(answer: Answer): string {
  return answer.kind === 'text' ? 'stop' : 'tool_calls'
}

function event(body: unknown): string {
  return `data: ${JSON.stringify(body)}\n\n`
}

/** Word by word; Chinese goes by a few characters. Nothing is lost between the pieces. */
function piecesOf(text: string): readonly string[] {
  return text.match(/\s*(?:\p{Script=Han}{1,4}|[^\s\p{Script=Han}]+)|\s+/gu) ?? []
}

/** So many parts that differ in length by one character at most; the text must have as many characters. */
function equalParts(text: string, count: number): readonly string[] {
  const characters = Array.from(text)
  const borderAt = (part: number): number => Math.floor((part * characters.length) / count)
  return Array.from({ length: count }, (_, part) => characters.slice(borderAt(part), borderAt(part + 1)).join(''))
}

/** Plausible figures, always the same for the same request. */
function usageOf({ messages }: ChatRequest, answer: Answer): unknown {
  const prompt = messages.reduce((sum, message) => sum + messageTokens(message), 3)
  const reasoning = tokensOf(answer.reasoning)
  const spoken = answer.kind === 'text' ? tokensOf(answer.text) : tokensOf(answer.call.name + answer.call.arguments)
  return {
    prompt_tokens: prompt,
    completion_tokens: reasoning + spoken,
    total_tokens: prompt + reasoning + spoken,
    prompt_tokens_details: { cached_tokens: 0 },
    ...(reasoning === 0 ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
  }
}

function messageTokens({ text, pictures }: ChatMessage): number {
  return 4 + tokensOf(text) + pictures.length * 256
}

/** About a token for four letters, and one for each Chinese character. */
function tokensOf(text: string): number {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0
  return han + Math.ceil((text.length - han) / 4)
}
