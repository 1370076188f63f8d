/** A block of what a person or a tool says: texts, pictures, documents. */
import type { FilePart, ImagePart, TextPart } from '../../core/prompt.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { typeNamed, UncarriedError, type Place } from './place.ts'

type Part = TextPart | ImagePart | FilePart

/** Throws `UncarriedError` for a file that is stored at one upstream. */
export function partsOf(block: Fields, place: Place): readonly Part[] {
  if (block.cache_control) place.unsaid.add('cache_control')
  switch (block.type) {
    case 'text':
      if (listOf(block.citations).length > 0) place.unsaid.add('citations')
      return textPart(block.text)
    case 'image': {
      const url = addressOf(block, place)
      if (url === undefined) break
      return [{ kind: 'image', url }]
    }
    case 'document':
      return documentParts(block, place)
    case 'search_result':
      return textPart(
        [block.title, block.source, ...listOf(block.content).map((part) => fieldsOf(part)?.text)]
          .filter((each) => typeof each === 'string')
          .join('\n\n'),
      )
    // Elsewhere all tools are told at once: the one that was looked for is there.
    case 'tool_reference':
      return textPart(block.tool_name)
    case 'container_upload':
      throw new UncarriedError(place.path, 'A stored file')
  }
  place.unsaid.add(`content.type=${typeNamed(block.type)}`)
  return []
}

/** What a document says in words is text elsewhere, under its title and its context. */
function documentParts(block: Fields, place: Place): readonly Part[] {
  const { title, context, citations } = block
  const source = fieldsOf(block.source)
  if (fieldsOf(citations)?.enabled === true) place.unsaid.add('citations')
  const named = typeof title === 'string' && title !== '' ? title : undefined
  switch (source?.type) {
    case 'text':
      return [...textPart(named), ...textPart(context), ...textPart(source.data)]
    case 'content': {
      const { content } = source
      const parts =
        typeof content === 'string'
          ? textPart(content)
          : listOf(content).flatMap((part) => partsOf(fieldsOf(part) ?? {}, place))
      return [...textPart(named), ...textPart(context), ...parts]
    }
    default: {
      const url = addressOf(block, place)
      if (url !== undefined)
        return [...textPart(context), { kind: 'file', url, ...(named !== undefined && { name: named }) }]
    }
  }
  place.unsaid.add(`document.source.type=${typeNamed(source?.type)}`)
  return []
}

/** Undefined = a source of a kind that is not known. */
function addressOf(block: Fields, { path }: Place): string | undefined {
  const { type, media_type: media, data, url } = fieldsOf(block.source) ?? {}
  if (type === 'file') throw new UncarriedError(`${path}.source`, 'A stored file')
  if (type === 'base64' && typeof data === 'string' && typeof media === 'string') return `data:${media};base64,${data}`
  return type === 'url' && typeof url === 'string' ? url : undefined
}

function textPart(text: unknown): readonly TextPart[] {
  return typeof text === 'string' && text !== '' ? [{ kind: 'text', text }] : []
}
