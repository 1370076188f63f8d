/** A request for embeddings as it came. Shapes: OpenAI's API reference, Embeddings, read 2026-11. */
import { listOf } from '../fields.ts'
import { readRequest, refusedField, type RequestOrRefusal } from '../request-reading.ts'

export function readEmbeddingsRequest(body: Uint8Array): RequestOrRefusal {
  return readRequest(body, (fields, { fallbacks = [], ...common }) => {
    const { input, encoding_format: format } = fields
    if (!isInput(input))
      return refusedField('input', 'a text, a list of texts, a list of tokens or a list of such lists')
    if (format !== undefined && format !== null && format !== 'float' && format !== 'base64')
      return refusedField('encoding_format', '"float" or "base64"')
    if (common.stream) return refusedField('stream', 'false: embeddings come in one piece')
    // Vectors of two models say nothing of each other.
    if (fallbacks.length > 0) return refusedField('fallbacks', 'left out: only the model that was named is asked')
    return {
      kind: 'ok',
      request: {
        dialect: 'embeddings',
        ...common,
        hasImage: false,
        hasTools: false,
        ...(format === 'base64' && { wantsBase64: true }),
        prompt: () => ({ kind: 'uncarried', param: 'model', message: 'Embeddings are said in one format only.' }),
      },
      signs: { opening: () => 'embeddings' },
    }
  })
}

function isInput(input: unknown): boolean {
  if (typeof input === 'string') return input !== ''
  const items = listOf(input)
  return items.length > 0 && (items.every(isText) || items.every(isToken) || items.every(isTokens))
}

function isText(item: unknown): boolean {
  return typeof item === 'string'
}

function isTokens(item: unknown): boolean {
  const tokens = listOf(item)
  return tokens.length > 0 && tokens.every(isToken)
}

function isToken(item: unknown): boolean {
  return typeof item === 'number' && Number.isSafeInteger(item) && item >= 0
}
