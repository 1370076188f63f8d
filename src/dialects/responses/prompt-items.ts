/** The items of a request's input as turns. */
import type { AssistantPart, FilePart, ImagePart, ReasoningPart, TextPart, Turn } from '../../core/prompt.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { textOf } from '../prompt-fields.ts'
import { unwrapSeal } from '../sealed-reasoning.ts'
import { CUSTOM_INPUT, flatName } from './tools.ts'

/** What an item holds that no other format has; thrown, as it ends the reading wherever it is met. */
export class NotCarried extends Error {
  readonly param: string
  constructor(param: string, what: string) {
    super(`${what} cannot be carried to a model of another format.`)
    this.param = param
  }
}

type UserPart = TextPart | ImagePart | FilePart

/** Neighbours of one role that the format keeps apart are one turn: text, reasoning and calls of one answer. */
export function inputTurns(input: unknown, unsaid: Set<string>): readonly Turn[] {
  if (typeof input === 'string') return [{ role: 'user', parts: [{ kind: 'text', text: input }] }]
  const turns: Turn[] = []
  let said: AssistantPart[] | undefined
  const assistant = (...parts: readonly AssistantPart[]): void => {
    if (!said) {
      said = []
      turns.push({ role: 'assistant', parts: said })
    }
    said.push(...parts)
  }
  const other = (turn: Turn): void => {
    said = undefined
    turns.push(turn)
  }

  for (const [at, entry] of listOf(input).entries()) {
    const item = fieldsOf(entry) ?? {}
    const path = `input[${at}]`
    switch (typeOf(item)) {
      case 'message':
        if (item.role === 'assistant') assistant(...assistantParts(item, path, unsaid))
        else other(messageTurn(item, path))
        break
      case 'reasoning': {
        const part = reasoningPart(item)
        if (part) assistant(part)
        else unsaid.add('input.reasoning.encrypted_content')
        break
      }
      case 'function_call':
        assistant(callPart(item, textOf(item.arguments) ?? ''))
        break
      case 'custom_tool_call':
        assistant(callPart(item, JSON.stringify({ [CUSTOM_INPUT]: textOf(item.input) ?? '' })))
        break
      case 'function_call_output':
      case 'custom_tool_call_output':
        other({ role: 'tool', callId: textOf(item.call_id) ?? '', parts: userParts(item.output, `${path}.output`) })
        break
      case 'item_reference':
        throw new NotCarried(path, 'An item that is not remembered here')
      case 'compaction':
        // It stands for all that was said before.
        throw new NotCarried(path, 'A conversation that its upstream has sealed')
      case 'additional_tools':
      case 'tool_search_output':
        // Their tools are read with the others.
        unsaid.add(`${path}.type=${textOf(item.type) ?? '?'}`)
        break
      default:
        unsaid.add(`${path}.type=${textOf(item.type) ?? '?'}`)
    }
  }
  return besideCalls(turns)
}

/** This format lets anything stand between a call and its result; others want the result right behind it. */
function besideCalls(turns: readonly Turn[]): readonly Turn[] {
  const callers = new Map<string, Turn>()
  const results = new Map<Turn, Turn[]>()
  const others: Turn[] = []
  for (const turn of turns) {
    const caller = turn.role === 'tool' ? callers.get(turn.callId) : undefined
    if (caller) results.set(caller, [...(results.get(caller) ?? []), turn])
    else others.push(turn)
    if (turn.role !== 'assistant') continue
    for (const part of turn.parts) if (part.kind === 'tool-call') callers.set(part.id, turn)
  }
  return others.flatMap((turn) => [turn, ...(results.get(turn) ?? [])])
}

/** A message and a reference may come without. */
function typeOf({ type, role, id }: Fields): unknown {
  if (type !== undefined && type !== null) return type
  if (role !== undefined) return 'message'
  return typeof id === 'string' ? 'item_reference' : undefined
}

function messageTurn({ role, content }: Fields, path: string): Turn {
  if (role === 'user') return { role, parts: userParts(content, `${path}.content`) }
  if (role !== 'system' && role !== 'developer') {
    throw new NotCarried(`${path}.role`, `A message of the role ${JSON.stringify(role)}`)
  }
  const parts = userParts(content, `${path}.content`).map((part) => {
    if (part.kind === 'text') return part
    throw new NotCarried(`${path}.content`, `Content of the type ${part.kind} in a ${role} message`)
  })
  return { role, parts }
}

function assistantParts({ content, phase }: Fields, path: string, unsaid: Set<string>): readonly AssistantPart[] {
  if (phase) unsaid.add('input.phase')
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  return listOf(content).map((entry, at): AssistantPart => {
    const part = fieldsOf(entry) ?? {}
    if (listOf(part.annotations).length > 0) unsaid.add('input.annotations')
    switch (part.type) {
      case 'output_text':
      case 'input_text':
      case 'text':
        return { kind: 'text', text: textOf(part.text) ?? '' }
      case 'refusal':
        return { kind: 'refusal', text: textOf(part.refusal) ?? '' }
      default:
        throw new NotCarried(`${path}.content[${at}]`, `Content of the type ${JSON.stringify(part.type)}`)
    }
  })
}

function userParts(content: unknown, path: string): readonly UserPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  return listOf(content).map((entry, at): UserPart => {
    const part = fieldsOf(entry) ?? {}
    const there = `${path}[${at}]`
    switch (part.type) {
      case 'input_text':
      case 'output_text':
      case 'text':
        return { kind: 'text', text: textOf(part.text) ?? '' }
      case 'input_image':
        return imagePart(part, there)
      case 'input_file':
        return filePart(part, there)
      default:
        throw new NotCarried(there, `Content of the type ${JSON.stringify(part.type)}`)
    }
  })
}

function imagePart({ image_url: address, detail, file_id: stored }: Fields, path: string): ImagePart {
  const url = textOf(address) ?? textOf(fieldsOf(address)?.url)
  if (url === undefined) {
    throw new NotCarried(
      stored ? `${path}.file_id` : path,
      stored ? 'A picture that another server keeps' : 'A picture without an address',
    )
  }
  return { kind: 'image', url, ...(typeof detail === 'string' && { detail }) }
}

function filePart({ file_data: data, file_url: address, file_id: stored, filename }: Fields, path: string): FilePart {
  const name = textOf(filename)
  const url = typeof data === 'string' ? dataAddress(data, name) : textOf(address)
  if (url === undefined) throw new NotCarried(stored ? `${path}.file_id` : path, 'A file that another server keeps')
  return { kind: 'file', url, ...(name !== undefined && { name }) }
}

/** It comes as a `data:` address, or as its bytes alone. */
function dataAddress(data: string, name: string | undefined): string {
  if (data.startsWith('data:')) return data
  const type = name?.toLowerCase().endsWith('.pdf') ? 'application/pdf' : 'application/octet-stream'
  return `data:${type};base64,${data}`
}

/** Undefined = there is nothing in it that another model could read. */
function reasoningPart({ summary, content, encrypted_content: encrypted }: Fields): ReasoningPart | undefined {
  const texts = (list: unknown): string[] => listOf(list).map((part) => textOf(fieldsOf(part)?.text) ?? '')
  const text = texts(content).join('') || texts(summary).join('\n\n')
  const sealed = typeof encrypted === 'string' ? unwrapSeal(encrypted) : undefined
  // Without a value it only names an item, which other formats cannot.
  const kept = sealed && sealed.value !== '' ? sealed : undefined
  if (text === '' && !kept) return undefined
  return { kind: 'reasoning', text, ...(kept && { sealed: kept }) }
}

function callPart({ call_id: id, name, namespace }: Fields, written: string): AssistantPart {
  return {
    kind: 'tool-call',
    id: textOf(id) ?? '',
    name: flatName(textOf(name) ?? '', textOf(namespace)),
    arguments: written,
  }
}
