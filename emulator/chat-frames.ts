/** An answer in the shape of the wire: one JSON body, or the events of a stream (field order as the real server's). */
import { randomUUID } from 'node:crypto'
import type { Answer } from './answers.ts'
import type { ChatMessage, ChatRequest } from './chat-request.ts'
import type { Quirks } from './emulator.ts'

export interface Frame {
  readonly text: string
  /** A frame that carries text, reasoning or a tool call; the others only frame those. */
  readonly kind: 'content' | 'framing'
}

export interface Reply {
  readonly request: ChatRequest
  readonly answer: Answer
  readonly createdAtMs: number
  readonly quirks: Quirks
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
  const { request, answer, quirks } = reply
  const shared = identity(reply)
  const frame = (kind: Frame['kind'], delta: Delta, end: { reason?: string; usage?: unknown } = {}): Frame => ({
    kind,
    text: event({
      choices: [{ delta, finish_reason: end.reason ?? null, index: 0, logprobs: null }],
      object: 'chat.completion.chunk',
      usage: end.usage ?? null,
      ...shared,
    }),
  })
  const usage = request.includeUsage ? usageOf(request, answer) : undefined
  const reason = quirks.sharedIndex ? 'stop' : finishReason(answer)
  return [
    frame('framing', { role: 'assistant', content: '' }),
    ...thoughtDeltas(answer, quirks).map((delta) => frame('content', delta)),
    ...answerDeltas(request, answer, quirks).map((delta) => frame('content', delta)),
    frame('framing', { content: '' }, { reason, ...(quirks.usageWithFinish && { usage }) }),
    ...(usage === undefined || quirks.usageWithFinish || quirks.unclosedArguments ? [] : [usageFrame(usage, shared)]),
    { kind: 'framing', text: 'data: [DONE]\n\n' },
  ]
}

function thoughtDeltas({ reasoning }: Answer, { thinkTags }: Quirks): readonly Delta[] {
  if (thinkTags && reasoning !== '') return piecesOf(`<think>${reasoning}</think>`).map((content) => ({ content }))
  return piecesOf(reasoning).map((piece) => ({ content: null, reasoning_content: piece }))
}

function answerDeltas({ pace }: ChatRequest, answer: Answer, quirks: Quirks): readonly Delta[] {
  if (answer.kind === 'text') {
    const pieces = pace.chunks === undefined ? piecesOf(answer.text) : equalParts(answer.text, pace.chunks)
    const isThoughtOf = answer.reasoning !== '' && !quirks.thinkTags
    return pieces.map((content) => (isThoughtOf ? { content, reasoning_content: null } : { content }))
  }
  const { call } = answer
  if (quirks.sharedIndex) {
    const again = { ...call, id: `${call.id}-2` }
    return [call, again].map((one) => ({ content: null, tool_calls: [toolCall(one.arguments, one)] }))
  }
  if (quirks.unclosedArguments) {
    const half = call.arguments.slice(0, Math.ceil(call.arguments.length / 2))
    return [{ content: null, tool_calls: [toolCall(half, call)] }]
  }
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

function usageFrame(usage: unknown, shared: object): Frame {
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
function usageOf(request: ChatRequest, answer: Answer): unknown {
  const prompt = questionTokens(request)
  const reasoning = tokensOf(answer.reasoning)
  const spoken = answerTokens(answer) - reasoning
  return {
    prompt_tokens: prompt,
    completion_tokens: reasoning + spoken,
    total_tokens: prompt + reasoning + spoken,
    prompt_tokens_details: { cached_tokens: 0 },
    ...(reasoning === 0 ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
  }
}

export function questionTokens({ messages }: ChatRequest): number {
  return messages.reduce((sum, message) => sum + messageTokens(message), 3)
}

export function answerTokens(answer: Answer): number {
  const spoken = answer.kind === 'text' ? tokensOf(answer.text) : tokensOf(answer.call.name + answer.call.arguments)
  return tokensOf(answer.reasoning) + spoken
}

function messageTokens({ text, pictures }: ChatMessage): number {
  return 4 + tokensOf(text) + pictures.length * 256
}

/** About a token for four letters, and one for each Chinese character. */
function tokensOf(text: string): number {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0
  return han + Math.ceil((text.length - han) / 4)
}
