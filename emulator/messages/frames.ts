/**
 * An answer in Messages: one JSON body, or the events of a stream.
 * Shapes: `@anthropic-ai/sdk` 1.13.0; order: platform.claude.com/docs/en/build-with-claude/streaming (2026-11).
 */
import { randomBytes } from 'node:crypto'
import type { Answer } from '../answers.ts'
import type { Frame, Reply } from '../format.ts'
import { argumentPieces, piecesOf, textPieces } from '../pieces.ts'
import { closedSealOf, sealOf } from '../seals.ts'
import { figuresOf, tokensOf } from '../tokens.ts'
import type { MessagesRequest } from './request.ts'

type MessagesReply = Reply<MessagesRequest>

/** A question with this word in it is thought about behind closed doors. */
const redactedWord = 'emulator-redacted'

interface Event {
  readonly type: string
  readonly [name: string]: unknown
}

/** A content block, empty at first, and how it grows. */
interface Block {
  readonly start: object
  readonly deltas: readonly object[]
  readonly whole: object
}

export function wholeMessage(reply: MessagesReply): unknown {
  const { stop_reason, stop_sequence, stop_details } = endOf(reply.answer)
  const content = blocksOf(reply).map(({ whole }) => whole)
  return { ...messageOf(reply, content), stop_reason, stop_sequence, stop_details, usage: usageOf(reply, 'end') }
}

export function messageFrames(reply: MessagesReply): readonly Frame[] {
  const blocks = blocksOf(reply).flatMap(({ start, deltas }, index) => [
    frame('framing', { type: 'content_block_start', index, content_block: start }),
    ...deltas.map((delta) => frame('content', { type: 'content_block_delta', index, delta })),
    frame('framing', { type: 'content_block_stop', index }),
  ])
  const start = frame('framing', {
    type: 'message_start',
    message: { ...messageOf(reply, []), usage: usageOf(reply, 'start') },
  })
  return [
    start,
    ...blocks.slice(0, 1),
    frame('framing', { type: 'ping' }),
    ...blocks.slice(1),
    frame('framing', { type: 'message_delta', delta: endOf(reply.answer), usage: usageOf(reply, 'delta') }),
    messageStop,
  ]
}

export const messageStop = frame('end', { type: 'message_stop' })

export function frame(kind: Frame['kind'], event: Event): Frame {
  return { kind, text: `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n` }
}

function messageOf({ request }: MessagesReply, content: readonly object[]): object {
  return {
    model: request.model.realName,
    id: `msg_${randomBytes(12).toString('hex')}`,
    type: 'message',
    role: 'assistant',
    container: null,
    diagnostics: null,
    content,
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
  }
}

function blocksOf({ request, answer, account }: MessagesReply): readonly Block[] {
  const sealer = { account, model: request.model.id }
  const isRedacted = request.messages.some(({ text }) => text.includes(redactedWord))
  const { reasoning, text, calls, ending } = answer
  return [
    ...(reasoning === ''
      ? []
      : [isRedacted ? redacted(closedSealOf(reasoning, sealer)) : thought(reasoning, request, sealer)]),
    ...(text === '' || ending.kind === 'refusal' ? [] : [said(textPieces(text, request.pace))]),
    // What a classifier stops has said little before.
    ...(ending.kind === 'refusal' ? [said(piecesOf(text))] : []),
    ...calls.map(called),
  ]
}

function thought(text: string, { display }: MessagesRequest, sealer: { account: string; model: string }): Block {
  const shown = display === 'omitted' ? '' : text
  const signature = shown === '' ? closedSealOf(text, sealer) : sealOf(text, sealer)
  return {
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...piecesOf(shown).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature },
    ],
    whole: { type: 'thinking', thinking: shown, signature },
  }
}

function redacted(data: string): Block {
  const whole = { type: 'redacted_thinking', data }
  return { start: whole, deltas: [], whole }
}

function said(pieces: readonly string[]): Block {
  return {
    start: { type: 'text', text: '', citations: null },
    deltas: pieces.map((text) => ({ type: 'text_delta', text })),
    whole: { type: 'text', text: pieces.join(''), citations: null },
  }
}

function called({ id, name, arguments: json }: Answer['calls'][number]): Block {
  const head = { type: 'tool_use', id: `toolu_${id}`, name, caller: { type: 'direct' } }
  return {
    start: { ...head, input: {} },
    deltas: ['', ...argumentPieces(json)].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    whole: { ...head, input: parsed(json) },
  }
}

/** Arguments that were cut where the tokens ended are none: in one piece the call is there, and empty. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // Said by the stop reason `max_tokens`.
    return {}
  }
}

const stopReasons = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
  'stop-sequence': 'stop_sequence',
} as const

function endOf({ ending }: Answer) {
  const details = { type: 'refusal', category: null, explanation: 'The emulator was asked to decline.' }
  return {
    stop_reason: stopReasons[ending.kind],
    stop_sequence: ending.kind === 'stop-sequence' ? ending.sequence : null,
    stop_details: ending.kind === 'refusal' ? details : null,
  }
}

/** What was read from the cache is not among `input_tokens`; a tenth of it was written there anew. */
function usageOf({ request, answer }: MessagesReply, when: 'start' | 'delta' | 'end'): object {
  const { input, cached, output, reasoning } = figuresOf(request, answer)
  const written = Math.floor(cached / 10)
  const counted = {
    input_tokens: input - cached,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cached - written,
  }
  const spoken = {
    output_tokens: when === 'start' ? Math.min(1, output) : output,
    output_tokens_details: when === 'start' ? null : { thinking_tokens: Math.min(output, reasoning) },
    server_tool_use: null,
  }
  if (when === 'delta') return { ...counted, ...spoken }
  return {
    ...counted,
    cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
    ...spoken,
    inference_geo: null,
    service_tier: 'standard',
    speed: null,
  }
}

/** Of a question alone, tools included. */
export function countedTokens({ messages, tools }: Pick<MessagesRequest, 'messages' | 'tools'>): number {
  const asked = messages.reduce((sum, { text, pictures }) => sum + 4 + tokensOf(text) + pictures.length * 256, 3)
  return asked + tokensOf(tools.length === 0 ? '' : JSON.stringify(tools))
}
