/** Embeddings: always the same vector for the same text, as numbers or as the base64 of 32-bit floats. */
import { createHash } from 'node:crypto'
import { accountOf } from '../ask.ts'
import { readJsonObject } from '../bodies.ts'
import type { Emulator } from '../emulator.ts'
import type { Exchange } from '../exchange.ts'
import { shown } from '../fields.ts'
import type { Fields } from '../fields.ts'
import type { Provider } from '../providers.ts'
import { sendJson } from '../replies.ts'
import { tokensOf } from '../tokens.ts'
import { badValue, missing, mistyped, refused, unknownParameter } from './errors.ts'
import { responsesFormat } from './format.ts'

const usualDimensions = 16
const known = new Set(['model', 'input', 'encoding_format', 'dimensions', 'user'])

export async function answerEmbeddings(exchange: Exchange, emulator: Emulator, provider: Provider): Promise<void> {
  const body = await readJsonObject(exchange)
  accountOf(exchange, emulator, { provider, format: responsesFormat })
  if (body === undefined) throw refused(400, 'We could not parse the JSON body of your request.')
  const unknown = Object.keys(body).find((name) => !known.has(name))
  if (unknown !== undefined) throw unknownParameter(unknown)
  const { model } = body
  if (typeof model !== 'string') throw missing('model')
  if (!provider.models.some(({ id }) => id === model)) throw provider.noSuchModel(model)
  const format = body['encoding_format'] ?? 'float'
  if (format !== 'float' && format !== 'base64') throw badValue('encoding_format', shown(format), ['float', 'base64'])
  const inputs = inputsIn(body)
  const dimensions = dimensionsIn(body['dimensions'])
  const data = inputs.map((text, index) => {
    const vector = vectorOf(text, dimensions)
    const embedding = format === 'float' ? [...vector] : Buffer.from(vector.buffer).toString('base64')
    return { object: 'embedding', index, embedding }
  })
  const tokens = inputs.reduce((sum, text) => sum + tokensOf(text), 0)
  const usage = { prompt_tokens: tokens, total_tokens: tokens }
  sendJson(exchange, 200, { object: 'list', data, model, usage }, responsesFormat.headers())
}

/** A text or several; tokens by their numbers count as a text of theirs. */
function inputsIn({ input }: Fields): readonly string[] {
  if (input === undefined || input === '') throw missing('input')
  if (typeof input === 'string') return [input]
  if (!Array.isArray(input) || input.length === 0) throw mistyped('input', 'a string or an array')
  if (input.every((one) => typeof one === 'number')) return [input.join(' ')]
  return input.map((one: unknown) => {
    if (typeof one === 'string' && one !== '') return one
    if (Array.isArray(one)) return one.join(' ')
    throw mistyped('input', 'a string or an array')
  })
}

function dimensionsIn(value: unknown): number {
  if (value === undefined) return usualDimensions
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 4_096) return value
  throw mistyped('dimensions', 'an integer')
}

/** Of length 1, as real ones are. */
function vectorOf(text: string, dimensions: number): Float32Array {
  const raw = Float32Array.from({ length: dimensions }, (_, at) => {
    const digest = createHash('sha256').update(`${at} ${text}`).digest()
    return digest.readInt32BE(0) / 2 ** 31
  })
  const length = Math.hypot(...raw) || 1
  return raw.map((value) => value / length)
}
