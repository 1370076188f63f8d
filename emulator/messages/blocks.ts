/** The content blocks of a Messages request, each checked as the API checks it. */
import { isFields, shown } from '../fields.ts'
import type { Fields } from '../fields.ts'
import { pictureOfDataUrl } from '../pictures.ts'
import type { SentPicture } from '../question.ts'
import { isOwnClosedSeal, isOwnSeal } from '../seals.ts'
import type { Sealer } from '../seals.ts'
import { invalid } from './errors.ts'
import { at, listIn, object, objectIn, only, textIn } from './reading.ts'

export interface Block {
  readonly type: string
  readonly where: string
  readonly text: string
  readonly pictures: readonly SentPicture[]
  /** Of a `tool_use`, or the one that a `tool_result` answers. */
  readonly callId?: string
}

type Reader = (block: Fields, where: string, sealer: Sealer) => Omit<Block, 'type' | 'where'>

const nothing = { text: '', pictures: [] }
const idPattern = /^[a-zA-Z0-9_-]+$/

const readers: Readonly<Record<string, Reader>> = {
  text(block, where) {
    only(block, where, ['type', 'text', 'cache_control', 'citations'])
    const text = textIn(block, where, 'text')
    if (text === '') throw invalid('messages', 'text content blocks must be non-empty')
    if (text.trim() === '') throw invalid('messages', 'text content blocks must contain non-whitespace text')
    return { text, pictures: [] }
  },
  image(block, where) {
    only(block, where, ['type', 'source', 'cache_control', 'transformations'])
    return { text: '', pictures: [pictureIn(objectIn(block, where, 'source'), at(where, 'image.source'))] }
  },
  document(block, where) {
    only(block, where, ['type', 'source', 'cache_control', 'citations', 'context', 'title'])
    const source = objectIn(block, where, 'source')
    return { text: source['type'] === 'text' ? textIn(source, where, 'data') : '', pictures: [] }
  },
  tool_use(block, where) {
    only(block, where, ['type', 'id', 'name', 'input', 'cache_control', 'caller', 'toolset_name'])
    const id = textIn(block, at(where, 'tool_use'), 'id')
    if (!idPattern.test(id)) throw invalid(at(where, 'tool_use.id'), `String should match pattern '^[a-zA-Z0-9_-]+$'`)
    textIn(block, at(where, 'tool_use'), 'name')
    objectIn(block, at(where, 'tool_use'), 'input')
    return { ...nothing, callId: id }
  },
  tool_result(block, where, sealer) {
    only(block, where, ['type', 'tool_use_id', 'content', 'is_error', 'cache_control', 'toolset_name'])
    const callId = textIn(block, at(where, 'tool_result'), 'tool_use_id')
    const { content } = block
    if (content === undefined || typeof content === 'string') return { text: content ?? '', pictures: [], callId }
    const inner = listIn(block, at(where, 'tool_result'), 'content').map((one, position) => {
      const place = at(at(where, 'tool_result.content'), position)
      const read = blockOf(one, place, sealer)
      if (!resultTypes.includes(read.type)) throw unexpected(place, read.type, resultTypes)
      return read
    })
    return {
      text: inner.map(({ text }) => text).join('\n'),
      pictures: inner.flatMap(({ pictures }) => pictures),
      callId,
    }
  },
  thinking(block, where, sealer) {
    only(block, where, ['type', 'thinking', 'signature'])
    const thinking = textIn(block, at(where, 'thinking'), 'thinking')
    const signature = textIn(block, at(where, 'thinking'), 'signature')
    // Words: anthropics/claude-code#10627 (2025-10-30).
    const isOwn = isOwnSeal(signature, thinking, sealer) || (thinking === '' && isOwnClosedSeal(signature, sealer))
    if (!isOwn) throw invalid(where, 'Invalid `signature` in `thinking` block')
    return nothing
  },
  redacted_thinking(block, where, sealer) {
    only(block, where, ['type', 'data'])
    textIn(block, at(where, 'redacted_thinking'), 'data')
    if (!isOwnClosedSeal(block['data'], sealer)) throw invalid(where, 'Invalid `data` in `redacted_thinking` block')
    return nothing
  },
  // What the servers' own tools did: taken as it is.
  server_tool_use: () => nothing,
  web_search_tool_result: () => nothing,
  web_fetch_tool_result: () => nothing,
  code_execution_tool_result: () => nothing,
  tool_search_tool_result: () => nothing,
  tool_reference: () => nothing,
  search_result: () => nothing,
  container_upload: () => nothing,
}

const resultTypes = ['text', 'image', 'search_result', 'document', 'tool_reference']

export function blockOf(value: unknown, where: string, sealer: Sealer): Block {
  const block = object(value, where)
  const type = textIn(block, where, 'type')
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined
  if (reader === undefined) throw unexpected(where, type, Object.keys(readers))
  const cache = block['cache_control']
  if (cache !== undefined && cache !== null && (!isFields(cache) || cache['type'] !== 'ephemeral')) {
    throw invalid(at(where, `${type}.cache_control`), "Input tag does not match any of the expected tags: 'ephemeral'")
  }
  return { type, where, ...reader(block, where, sealer) }
}

function unexpected(where: string, type: string, expected: readonly string[]) {
  const tags = expected.map((one) => `'${one}'`).join(', ')
  return invalid(where, `Input tag '${type}' found using 'type' does not match any of the expected tags: ${tags}`)
}

function pictureIn(source: Fields, where: string): SentPicture {
  if (source['type'] === 'url') return { kind: 'address', url: textIn(source, where, 'url') }
  if (source['type'] === 'file') return { kind: 'address', url: textIn(source, where, 'file_id') }
  if (source['type'] !== 'base64') throw unexpected(where, shown(source['type']), ['base64', 'url', 'file'])
  const mediaType = textIn(source, at(where, 'base64'), 'media_type')
  if (!mediaTypes.includes(mediaType)) {
    throw invalid(at(where, 'base64.media_type'), `Input should be ${mediaTypes.map((one) => `'${one}'`).join(', ')}`)
  }
  const picture = pictureOfDataUrl(`data:${mediaType};base64,${textIn(source, at(where, 'base64'), 'data')}`)
  if (picture === undefined) throw invalid(at(where, 'base64.data'), 'Could not process image')
  const real = `image/${picture.format.toLowerCase()}`
  if (real !== mediaType) {
    const words = `The image was specified using the ${mediaType} media type, but the image appears to be a ${real} image`
    throw invalid(at(where, 'base64'), words)
  }
  return { kind: 'bytes', picture }
}

const mediaTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']
