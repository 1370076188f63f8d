/** The turns of a Messages request: who may speak when, and that what was called is answered at once. */
import type { Message } from '../question.ts'
import type { Sealer } from '../seals.ts'
import { blockOf } from './blocks.ts'
import type { Block } from './blocks.ts'
import { invalid, refused } from './errors.ts'
import { at, listIn, object, only, textIn } from './reading.ts'

export interface Turn {
  readonly role: string
  readonly where: string
  readonly blocks: readonly Block[]
}

/** Which blocks each of them may send; `system` among the messages came in 2026 (SDK 1.13.0). */
const allowed: Readonly<Record<string, readonly string[]>> = {
  user: ['text', 'image', 'document', 'tool_result', 'search_result', 'container_upload'],
  system: ['text'],
}

export function turnsOf(value: unknown, sealer: Sealer): readonly Turn[] {
  const list = listIn({ messages: value }, '', 'messages')
  const turns = list.map((one, position) => turnOf(object(one, at('messages', position)), position, sealer))
  const [first] = turns
  if (first === undefined) throw invalid('messages', 'at least one message is required')
  if (turns.find(({ role }) => role !== 'system')?.role === 'assistant')
    throw invalid('messages', 'first message must use the "user" role')
  for (const [position, { blocks, role }] of turns.entries()) {
    if (blocks.length === 0 && !(role === 'assistant' && position === turns.length - 1)) {
      throw invalid(
        at('messages', position),
        'all messages must have non-empty content except for the optional final assistant message',
      )
    }
  }
  checkCalls(merged(turns))
  // platform.claude.com/docs/en/api/errors (2026-11), "Prefill not supported": so it is with all present models.
  if (turns.at(-1)?.role === 'assistant') {
    throw refused(
      400,
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    )
  }
  return turns
}

function turnOf(message: Readonly<Record<string, unknown>>, position: number, sealer: Sealer): Turn {
  const where = at('messages', position)
  only(message, where, ['role', 'content'])
  const role = textIn(message, where, 'role')
  if (!['user', 'assistant', 'system'].includes(role)) {
    throw refused(400, `messages: Unexpected role "${role}". Allowed roles are "user", "assistant" and "system".`)
  }
  const { content } = message
  if (typeof content === 'string') {
    const blocks = content === '' ? [] : [blockOf({ type: 'text', text: content }, at(where, 'content'), sealer)]
    return { role, where, blocks }
  }
  const blocks = listIn(message, where, 'content').map((one, index) => {
    const block = blockOf(one, at(at(where, 'content'), index), sealer)
    const types = allowed[role]
    if (types !== undefined && !types.includes(block.type)) {
      throw invalid(block.where, `\`${block.type}\` blocks can only be in \`assistant\` messages`)
    }
    if (role === 'assistant' && ['tool_result', 'image', 'document'].includes(block.type)) {
      throw invalid(block.where, `\`${block.type}\` blocks can only be in \`user\` messages`)
    }
    return block
  })
  return { role, where, blocks }
}

/** Turns of the same role that follow each other are one; what the system says in between does not part them. */
function merged(turns: readonly Turn[]): readonly Turn[] {
  const whole: Turn[] = []
  for (const turn of turns.filter(({ role }) => role !== 'system')) {
    const last = whole.at(-1)
    if (last?.role === turn.role) whole[whole.length - 1] = { ...last, blocks: [...last.blocks, ...turn.blocks] }
    else whole.push(turn)
  }
  return whole
}

/** Words: platform.claude.com, Tool use, "Handling tool results" (2026-11). */
function checkCalls(turns: readonly Turn[]): void {
  for (const [position, turn] of turns.entries()) {
    const before = turns[position - 1]
    const called = before?.role === 'assistant' ? idsIn(before, 'tool_use') : []
    const orphan = turn.blocks.find((block) => block.type === 'tool_result' && !called.includes(block.callId ?? ''))
    if (orphan !== undefined) {
      const rule = 'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.'
      throw invalid(
        orphan.where,
        `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphan.callId}. ${rule}`,
      )
    }
    if (turn.role !== 'assistant') continue
    const next = turns[position + 1]
    // They come first: what stands behind other content is not "immediately after".
    const firstOther = next?.blocks.findIndex(({ type }) => type !== 'tool_result') ?? 0
    const leading = next === undefined ? [] : firstOther === -1 ? next.blocks : next.blocks.slice(0, firstOther)
    const answered = new Set(leading.map(({ callId }) => callId))
    const open = idsIn(turn, 'tool_use').filter((id) => !answered.has(id))
    if (open.length === 0) continue
    const rule = 'Each `tool_use` block must have a corresponding `tool_result` block in the next message.'
    throw invalid(
      turn.where,
      `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. ${rule}`,
    )
  }
}

function idsIn(turn: Turn, type: string): readonly string[] {
  return turn.blocks.flatMap((block) => (block.type === type && block.callId !== undefined ? [block.callId] : []))
}

/** With a budget for thoughts, the turn that waits for its results begins with what was thought (`adaptive` is freer). */
export function checkThoughts(turns: readonly Turn[]): void {
  const whole = merged(turns)
  const last = whole.findLast(({ role }) => role === 'assistant')
  const [first] = last?.blocks ?? []
  const waits = whole.at(-1)?.blocks.some(({ type }) => type === 'tool_result') === true
  if (first === undefined || !waits || first.type.endsWith('thinking')) return
  throw invalid(
    `${first.where}.type`,
    `Expected \`thinking\` or \`redacted_thinking\`, but found \`${first.type}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`,
  )
}

/** As a question in no format: results of tools are messages of their own. */
export function messagesIn(turns: readonly Turn[]): readonly Message[] {
  return turns.flatMap(({ role, blocks }) => {
    const results = blocks.filter(({ type }) => type === 'tool_result')
    const others = blocks.filter(({ type }) => type !== 'tool_result')
    const spoken: Message = {
      role,
      text: others
        .map(({ text }) => text)
        .filter(Boolean)
        .join('\n'),
      pictures: others.flatMap(({ pictures }) => pictures),
    }
    return [
      ...results.map(({ text, pictures }): Message => ({ role: 'tool', text, pictures })),
      ...(others.length > 0 || results.length === 0 ? [spoken] : []),
    ]
  })
}
