/** The input items of a Responses request, each checked as the API checks it. */
import { isFields, shown } from '../fields.ts'
import type { Fields } from '../fields.ts'
import { pictureOfDataUrl } from '../pictures.ts'
import type { Message, SentPicture } from '../question.ts'
import { isOwnClosedSeal } from '../seals.ts'
import type { Sealer } from '../seals.ts'
import { badValue, missing, mistyped, refused, unknownParameter } from './errors.ts'

/** `openai` 7.57.0, ResponseInputItem. Those of the servers' own tools are taken as they are. */
const fieldsByType: Readonly<Record<string, readonly string[]>> = {
  message: ['type', 'role', 'content', 'id', 'status', 'phase'],
  function_call: ['type', 'id', 'call_id', 'name', 'arguments', 'status', 'namespace', 'async', 'caller'],
  function_call_output: ['type', 'id', 'call_id', 'output', 'status', 'name', 'namespace', 'caller'],
  reasoning: ['type', 'id', 'summary', 'content', 'encrypted_content', 'status'],
  custom_tool_call: ['type', 'id', 'call_id', 'name', 'input', 'status', 'namespace', 'caller'],
  custom_tool_call_output: ['type', 'id', 'call_id', 'output', 'status', 'caller'],
  item_reference: ['type', 'id'],
}
const taken = [
  'file_search_call',
  'computer_call',
  'computer_call_output',
  'web_search_call',
  'tool_search_call',
  'tool_search_output',
  'additional_tools',
  'configuration_update',
  'compaction',
  'compaction_trigger',
  'image_generation_call',
  'code_interpreter_call',
  'local_shell_call',
  'local_shell_call_output',
  'shell_call',
  'shell_call_output',
  'apply_patch_call',
  'apply_patch_call_output',
  'mcp_list_tools',
  'mcp_approval_request',
  'mcp_approval_response',
  'mcp_call',
  'program',
  'program_output',
]
const types = [...Object.keys(fieldsByType), ...taken]

export function inputOf(value: unknown, sealer: Sealer): readonly Message[] {
  if (value === undefined) throw missing('input')
  if (typeof value === 'string') return [{ role: 'user', text: value, pictures: [] }]
  if (!Array.isArray(value)) throw mistyped('input', 'one of an array of input items or a string')
  if (value.length === 0) throw missing('input')
  const items = value.map((item: unknown, position) => {
    const where = `input[${position}]`
    if (!isFields(item)) throw mistyped(where, 'an object')
    const type = item['type'] === undefined && item['role'] !== undefined ? 'message' : item['type']
    if (typeof type !== 'string') throw missing(`${where}.type`)
    if (!types.includes(type)) throw badValue(`${where}.type`, type, types)
    const known = fieldsByType[type]
    const unknown = known && Object.keys(item).find((name) => !known.includes(name))
    if (unknown !== undefined) throw unknownParameter(`${where}.${unknown}`)
    return { type, item, where }
  })
  checkPairs(items)
  return items.flatMap((each) => messageOf(each, sealer))
}

interface Item {
  readonly type: string
  readonly item: Fields
  readonly where: string
}

/** Words: continuedev/continue#10092 (2026-02-01), symgraph/GhidrAssist#78 (2026-03-12). */
function checkPairs(items: readonly Item[]): void {
  const idsOf = (wanted: RegExp): readonly string[] =>
    items.flatMap(({ type, item }) => (wanted.test(type) ? [shown(item['call_id'])] : []))
  const called = idsOf(/^(?:function|custom_tool)_call$/)
  const answered = idsOf(/^(?:function|custom_tool)_call_output$/)
  const orphan = answered.find((id) => !called.includes(id))
  if (orphan !== undefined) {
    throw refused(400, `No tool call found for function call output with call_id ${orphan}.`, { param: 'input' })
  }
  const open = called.find((id) => !answered.includes(id))
  if (open !== undefined) throw refused(400, `No tool output found for function call ${open}.`, { param: 'input' })
  for (const [position, { type, item }] of items.entries()) {
    if (type !== 'reasoning') continue
    const next = items[position + 1]
    const follows = next !== undefined && (/_call$|^reasoning$/.test(next.type) || next.item['role'] === 'assistant')
    if (follows) continue
    const words = `Item '${shown(item['id'])}' of type 'reasoning' was provided without its required following item.`
    throw refused(400, words, { param: 'input' })
  }
}

function messageOf({ type, item, where }: Item, sealer: Sealer): readonly Message[] {
  switch (type) {
    case 'message': {
      const { role } = item
      const roles = ['assistant', 'system', 'developer', 'user']
      if (typeof role !== 'string' || !roles.includes(role)) throw badValue(`${where}.role`, shown(role), roles)
      return [{ role, ...contentOf(item['content'], `${where}.content`, role === 'assistant' ? spoken : asked) }]
    }
    case 'function_call':
      for (const name of ['call_id', 'name', 'arguments']) stringIn(item, where, name)
      return [{ role: 'assistant', text: '', pictures: [] }]
    case 'function_call_output':
    case 'custom_tool_call_output':
      stringIn(item, where, 'call_id')
      return [{ role: 'tool', ...contentOf(item['output'], `${where}.output`, asked) }]
    case 'reasoning': {
      stringIn(item, where, 'id')
      if (!Array.isArray(item['summary'])) throw missing(`${where}.summary`)
      const sealed = item['encrypted_content']
      if (sealed !== undefined && sealed !== null && !isOwnClosedSeal(sealed, sealer)) throw unverified(shown(sealed))
      return []
    }
    case 'item_reference':
      throw refused(404, `Item with id '${shown(item['id'])}' not found.`, { param: 'input' })
    default:
      return []
  }
}

/** Words: openai/codex#8145 (2025-12-16). */
function unverified(sealed: string) {
  const words = `The encrypted content ${sealed.slice(0, 4)}...${sealed.slice(-4)} could not be verified.`
  return refused(400, words, { code: 'invalid_encrypted_content' })
}

function stringIn(item: Fields, where: string, name: string): void {
  if (item[name] === undefined) throw missing(`${where}.${name}`)
  if (typeof item[name] !== 'string') throw mistyped(`${where}.${name}`, 'a string')
}

const asked = ['input_text', 'input_image', 'input_file']
const spoken = ['output_text', 'refusal']

type Content = Pick<Message, 'text' | 'pictures'>

function contentOf(value: unknown, where: string, allowed: readonly string[]): Content {
  if (value === undefined || value === null) throw missing(where)
  if (typeof value === 'string') return { text: value, pictures: [] }
  if (!Array.isArray(value)) throw mistyped(where, 'one of an array of content parts or a string')
  const texts: string[] = []
  const pictures: SentPicture[] = []
  for (const [position, part] of (value as readonly unknown[]).entries()) {
    const place = `${where}[${position}]`
    if (!isFields(part)) throw mistyped(place, 'an object')
    const { type } = part
    if (typeof type !== 'string' || !allowed.includes(type)) throw badValue(`${place}.type`, shown(type), allowed)
    if (type === 'input_image') pictures.push(pictureIn(part, place))
    else if (type !== 'input_file') {
      const name = type === 'refusal' ? 'refusal' : 'text'
      stringIn(part, place, name)
      texts.push(shown(part[name]))
    }
  }
  return { text: texts.join('\n'), pictures }
}

function pictureIn(part: Fields, where: string): SentPicture {
  const { image_url: url, detail } = part
  if (detail !== undefined && !['low', 'high', 'auto', 'original'].includes(shown(detail))) {
    throw badValue(`${where}.detail`, shown(detail), ['low', 'high', 'auto', 'original'])
  }
  if (typeof part['file_id'] === 'string') return { kind: 'address', url: part['file_id'] }
  if (typeof url !== 'string') throw mistyped(`${where}.image_url`, 'a string')
  if (/^https?:\/\//i.test(url)) return { kind: 'address', url }
  const picture = pictureOfDataUrl(url)
  if (picture === undefined) {
    const words = 'The image data you provided does not represent a valid image. Please check your input and try again.'
    throw refused(400, words, { code: 'invalid_image', param: 'input' })
  }
  return { kind: 'bytes', picture }
}
