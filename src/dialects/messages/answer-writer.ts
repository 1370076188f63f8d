/** An answer of another format, said as a Messages answer. */
import type { AnswerEvent } from '../../core/answer.ts'
import type { Usage } from '../../core/verdict.ts'
import type { AnswerWriter, WriterOptions } from '../caller-dialect.ts'
import { fieldsOf, parsedJson } from '../fields.ts'
import { answerBlocks, type AnswerBlocks, type ShownThinking } from './answer-blocks.ts'
import { writtenArguments } from '../written-arguments.ts'
import { errorFrame } from './errors.ts'
import { usageSaid } from './usage.ts'

/** Reasoning that is not shown may take minutes: after so many deltas of it the caller hears that we live. */
const DELTAS_A_PING = 32
const PING = frame('ping')

/** The events and their order as in platform.claude.com/docs/en/build-with-claude/streaming (2026-11). */
export function messagesAnswerWriter(options: WriterOptions): AnswerWriter {
  const facts = answerFacts(options)
  const thinking = shownThinking(options)
  let frames = ''
  let begun = false
  let silent = 0
  const blocks = answerBlocks(
    {
      open: (index, block) => void (frames += frame('content_block_start', { index, content_block: block })),
      delta: (index, delta) => void (frames += frame('content_block_delta', { index, delta })),
      close: (index) => void (frames += frame('content_block_stop', { index })),
    },
    options.issuer,
    thinking,
  )
  const begin = (): void => {
    if (begun) return
    begun = true
    frames += frame('message_start', { message: facts.message() })
  }
  const said = (): string => {
    const out = frames
    frames = ''
    return out
  }
  return {
    write(event) {
      facts.take(event)
      if (event.kind === 'usage') return ''
      begin()
      blocks.take(event)
      if (event.kind === 'finish') blocks.finish()
      if (event.kind === 'reasoning' && thinking !== 'shown' && (silent += 1) % DELTAS_A_PING === 0) frames += PING
      return said()
    },
    end() {
      begin()
      blocks.finish()
      remember(blocks, thinking, options)
      const { stop, usage } = facts.ending(blocks)
      frames += frame('message_delta', { delta: stop, usage })
      frames += frame('message_stop')
      return said()
    },
    broken: (reply) => said() + errorFrame(reply),
  }
}

export function wholeMessagesAnswer(events: readonly AnswerEvent[], options: WriterOptions): string {
  const facts = answerFacts(options)
  const thinking = shownThinking(options)
  const content: Record<string, unknown>[] = []
  const blocks = answerBlocks(
    {
      open: (index, block) => void (content[index] = { ...block }),
      delta: (index, delta) => addDelta(content[index] ?? {}, delta),
      close: (index) => closeBlock(content[index] ?? {}),
    },
    options.issuer,
    thinking,
  )
  for (const event of events) {
    facts.take(event)
    blocks.take(event)
  }
  blocks.finish()
  remember(blocks, thinking, options)
  const { stop, usage } = facts.ending(blocks)
  return JSON.stringify({ ...facts.message(), content, ...stop, usage })
}

interface AnswerFacts {
  take(event: AnswerEvent): void
  /** As it begins. */
  message(): object
  ending(blocks: AnswerBlocks): { readonly stop: object; readonly usage: object }
}

function answerFacts({ requestId, issuer }: WriterOptions): AnswerFacts {
  let id: string | undefined
  let model: string | undefined
  let usage: Usage | undefined
  let finish: Extract<AnswerEvent, { kind: 'finish' }> | undefined
  return {
    take(event) {
      if (event.kind === 'usage') usage = event.usage
      if (event.kind === 'finish') finish = event
      if (event.kind !== 'start') return
      id ??= event.id
      model ??= event.model
    },
    message: () => ({
      id: id?.startsWith('msg_') ? id : `msg_${id || requestId}`,
      type: 'message',
      role: 'assistant',
      model: model || issuer.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: usageSaid(usage),
    }),
    ending({ callIds, refusal }) {
      const reason = stopReason(finish, callIds.length > 0, refusal !== undefined)
      return {
        stop: {
          stop_reason: reason,
          stop_sequence: finish?.stopSequence ?? null,
          stop_details: reason === 'refusal' ? { type: 'refusal', category: null, explanation: refusal ?? null } : null,
        },
        usage: usageSaid(usage),
      }
    },
  }
}

/** Some upstreams call it a stop when they want a tool called; programs act on this word. */
function stopReason(
  finish: Extract<AnswerEvent, { kind: 'finish' }> | undefined,
  hasCalls: boolean,
  hasRefusal: boolean,
): string {
  if (finish?.reason === 'length') return 'max_tokens'
  if (finish?.reason === 'refusal' || hasRefusal) return 'refusal'
  if (finish?.reason === 'tool-calls' || hasCalls) return 'tool_use'
  return finish?.stopSequence === undefined ? 'end_turn' : 'stop_sequence'
}

/** Thinking is shown unless the caller switched it off or wants its seal alone. */
function shownThinking({ request: { body, members } }: WriterOptions): ShownThinking {
  const member = members.find(({ key }) => key === 'thinking')
  if (!member) return 'shown'
  const text = Buffer.from(body.subarray(member.valueStart, member.valueEnd)).toString()
  const { type, display } = fieldsOf(parsedJson(text)) ?? {}
  if (type === 'disabled') return 'hidden'
  return display === 'omitted' ? 'omitted' : 'shown'
}

/** What the caller does not see it cannot bring back, and a model that called a tool may want it again. */
function remember({ callIds, reasoning }: AnswerBlocks, thinking: ShownThinking, { seals }: WriterOptions): void {
  if (thinking !== 'shown' && callIds.length > 0 && reasoning.length > 0) seals.noteBefore(callIds, reasoning)
}

function addDelta(block: Record<string, unknown>, delta: object): void {
  for (const [key, value] of Object.entries(delta)) {
    if (key === 'type') continue
    block[key] = typeof block[key] === 'string' ? block[key] + String(value) : value
  }
}

function closeBlock(block: Record<string, unknown>): void {
  if (block.type === 'text') block.citations = null
  if (block.type !== 'tool_use') return
  const { partial_json: json } = block
  delete block.partial_json
  if (typeof json !== 'string' || json.trim() === '') return
  // The format's owner says to wrap so what is no JSON (fine-grained tool streaming).
  block.input = writtenArguments(json) ?? { INVALID_JSON: json }
}

function frame(type: string, more: object = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`
}
