/** Thinking that a caller brings back, to an upstream of this format: only what that one has issued itself. */
import { isSameIssuer } from '../../core/prompt.ts'
import type { CallerRequest } from '../caller-request.ts'
import { fieldsOf, listOf, parsedJson, type Fields } from '../fields.ts'
import { listItems, topLevelMembers, type Member } from '../json-members.ts'
import { splice } from '../json-splice.ts'
import { unwrapSeal } from '../sealed-reasoning.ts'
import type { Target } from '../upstream-dialect.ts'

/** A block = another in its place; `left-out` = it is for somebody else; undefined = it stays as it is. */
type Change = Buffer | 'left-out' | undefined

/** The list of messages with other bytes where a block is changed, and only there; undefined = nothing is changed. */
export function ownMessages({ body, members }: CallerRequest, target: Target): string | undefined {
  const member = members.find(({ key }) => key === 'messages')
  if (!member) return undefined
  const list = Buffer.from(body.buffer, body.byteOffset + member.valueStart, member.valueEnd - member.valueStart)
  if (!list.includes('"signature"') && !list.includes('"redacted_thinking"')) return undefined
  return changedList(list, (message) => changedMessage(message, target))?.toString()
}

/**
 * With a budget for thinking, a turn whose calls are answered now must begin with what was thought: where that was left
 * out, the request is refused unless thinking is off (`adaptive` asks for nothing of the kind).
 */
export function lacksItsThought({ body, members }: CallerRequest, messages: string): boolean {
  if (fieldsOf(valueOf(body, members, 'thinking'))?.type !== 'enabled') return false
  const turns = listOf(parsedJson(messages)).map(fieldsOf)
  const isWaiting = typesIn(turns.at(-1)).includes('tool_result')
  const [first = ''] = typesIn(turns.findLast((turn) => turn?.role === 'assistant'))
  return isWaiting && !first.endsWith('thinking')
}

function typesIn(turn: Fields | undefined): readonly string[] {
  return listOf(turn?.content).map((block) => String(fieldsOf(block)?.type))
}

function changedMessage(message: Uint8Array, target: Target): Change {
  const members = membersOf(message)
  const content = members.find(({ key }) => key === 'content')
  if (!content) return undefined
  const list = message.subarray(content.valueStart, content.valueEnd)
  const changed = changedList(list, (block) => changedBlock(block, target))
  if (!changed) return undefined
  // A message without a block would be refused.
  if (changed.toString() === '[]') return 'left-out'
  return splice(message, members, { set: { content: changed.toString() } })
}

function changedBlock(block: Uint8Array, target: Target): Change {
  const changed = ownBlock(block, target)
  if (changed === 'left-out') target.leftOut?.('reasoning')
  return changed
}

function ownBlock(block: Uint8Array, target: Target): Change {
  const members = membersOf(block)
  const type = valueOf(block, members, 'type')
  if (type !== 'thinking' && type !== 'redacted_thinking') return undefined
  const field = type === 'thinking' ? 'signature' : 'data'
  const seal = valueOf(block, members, field)
  if (typeof seal !== 'string') return undefined
  const wrapped = unwrapSeal(seal)
  const issuer = wrapped?.issuer ?? target.seals.issuerOf(seal)
  if (issuer && !isSameIssuer(issuer, target.issuer)) return 'left-out'
  if (!wrapped) return undefined
  // What was sealed in another form, or not at all, is no seal of this format.
  if (wrapped.value === '' || wrapped.kind !== (type === 'thinking' ? 'signature' : 'redacted')) return 'left-out'
  return splice(block, members, { set: { [field]: JSON.stringify(wrapped.value) } })
}

function changedList(list: Uint8Array, change: (item: Uint8Array) => Change): Buffer | undefined {
  const items = listItems(list) ?? []
  const changes = items.map(change)
  if (changes.every((each) => each === undefined)) return undefined
  const kept = items.flatMap((item, at) => {
    const changed = changes[at]
    if (changed === 'left-out') return []
    return [(changed ?? Buffer.from(item)).toString()]
  })
  return Buffer.from(`[${kept.join(',')}]`)
}

function valueOf(object: Uint8Array, members: readonly Member[], key: string): unknown {
  const member = members.find((each) => each.key === key)
  return member && parsedJson(Buffer.from(object.subarray(member.valueStart, member.valueEnd)).toString())
}

function membersOf(object: Uint8Array): readonly Member[] {
  const found = topLevelMembers(object)
  return found.kind === 'members' ? found.members : []
}
