/** An answer to a chat request: one JSON body, or the events of a stream (field order as the real server's). */
import { randomUUID } from 'node:crypto'
import type { Answer, ToolCall } from './answers.ts'
import type { ChatRequest } from './chat-request.ts'
import type { Quirks } from './emulator.ts'
import type { Frame, Reply } from './format.ts'
import { argumentPieces, piecesOf, textPieces } from './pieces.ts'
import { figuresOf } from './tokens.ts'

type ChatReply = Reply<ChatRequest>

interface Delta {
  readonly role?: 'assistant'
  readonly content?: string | null
  readonly refusal?: string
  readonly reasoning_content?: string | null
  readonly tool_calls?: readonly unknown[]
}

/** `reason` = another finish than its own. */
export function jsonBody(reply: ChatReply, reason?: string): unknown {
  const { request, answer } = reply
  const isRefused = answer.ending.kind === 'refusal'
  const message = {
    role: 'assistant',
    content: isRefused ? null : answer.text,
    ...(isRefused && { refusal: answer.text }),
    ...(answer.reasoning === '' ? {} : { reasoning_content: answer.reasoning }),
    ...(answer.calls.length > 0 && {
      tool_calls: answer.calls.map((call, index) => toolCall(index, call.arguments, named(call))),
    }),
  }
  return {
    choices: [{ message, finish_reason: reason ?? finishReason(answer), index: 0, logprobs: null }],
    object: 'chat.completion',
    usage: usageOf(request, answer),
    ...identity(reply),
  }
}

export function streamFrames(reply: ChatReply): readonly Frame[] {
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
  const reason = quirks.sharedIndex && answer.calls.length > 0 ? 'stop' : finishReason(answer)
  return [
    frame('framing', { role: 'assistant', content: '' }),
    ...thoughtDeltas(answer, quirks).map((delta) => frame('content', delta)),
    ...answerDeltas(request, answer, quirks).map((delta) => frame('content', delta)),
    frame('framing', { content: '' }, { reason, ...(quirks.usageWithFinish && { usage }) }),
    ...(usage === undefined || quirks.usageWithFinish || quirks.unclosedArguments ? [] : [usageFrame(usage, shared)]),
    done,
  ]
}

export const done: Frame = { kind: 'end', text: 'data: [DONE]\n\n' }

function thoughtDeltas({ reasoning }: Answer, { thinkTags }: Quirks): readonly Delta[] {
  if (thinkTags && reasoning !== '') return piecesOf(`<think>${reasoning}</think>`).map((content) => ({ content }))
  return piecesOf(reasoning).map((piece) => ({ content: null, reasoning_content: piece }))
}

function answerDeltas({ pace }: ChatRequest, answer: Answer, quirks: Quirks): readonly Delta[] {
  if (answer.ending.kind === 'refusal') return piecesOf(answer.text).map((refusal) => ({ refusal }))
  const isThoughtOf = answer.reasoning !== '' && !quirks.thinkTags
  const pieces = answer.text === '' ? [] : textPieces(answer.text, pace)
  return [
    ...pieces.map((content) => (isThoughtOf ? { content, reasoning_content: null } : { content })),
    ...answer.calls.flatMap((call, index) => callDeltas(call, index, quirks)),
  ]
}

function callDeltas(call: ToolCall, index: number, quirks: Quirks): readonly Delta[] {
  const delta = (at: number, piece: string, name: { id: string; name: string | null }): Delta => ({
    content: null,
    tool_calls: [toolCall(at, piece, name)],
  })
  if (quirks.sharedIndex) {
    const { id, name } = named(call)
    return [delta(0, call.arguments, { id, name }), delta(0, call.arguments, { id: `${id}-2`, name })]
  }
  if (quirks.unclosedArguments) {
    return [delta(index, call.arguments.slice(0, Math.ceil(call.arguments.length / 2)), named(call))]
  }
  const [first = '', ...rest] = argumentPieces(call.arguments)
  return [
    delta(index, first, named(call)),
    // As the real server does: the id comes again, but empty.
    ...rest.map((piece) => delta(index, piece, { id: '', name: null })),
  ]
}

function named({ id, name }: ToolCall): { id: string; name: string } {
  return { id: `call_${id}`, name }
}

function toolCall(index: number, args: string, { id, name }: { id: string; name: string | null }): unknown {
  return { index, id, type: 'function', function: { name, arguments: args } }
}

function usageFrame(usage: unknown, shared: object): Frame {
  return { kind: 'framing', text: event({ choices: [], object: 'chat.completion.chunk', usage, ...shared }) }
}

function identity({ request, createdAtMs }: ChatReply): object {
  return {
    created: Math.floor(createdAtMs / 1_000),
    system_fingerprint: null,
    model: request.model.realName,
    id: `chatcmpl-${randomUUID()}`,
  }
}

const finishReasons = {
  stop: 'stop',
  'stop-sequence': 'stop',
  refusal: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
} as const

function finishReason({ ending }: Answer): string {
  return finishReasons[ending.kind]
}

function event(body: unknown): string {
  return `data: ${JSON.stringify(body)}\n\n`
}

function usageOf(request: ChatRequest, answer: Answer): unknown {
  const { input, cached, output, reasoning } = figuresOf(request, answer)
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
    ...(reasoning === 0 ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
  }
}
