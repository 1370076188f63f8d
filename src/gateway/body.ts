/** A request's body, whole, up to the cap. */
import type { IncomingMessage } from 'node:http'
import { OpenClawError } from '../core/errors.ts'

export const LONGEST_BODY_BYTES = 32 * 1_024 * 1_024

/** Throws `body-too-large` as soon as that is known, `bad-request` when the caller breaks off or sends it packed. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const { 'content-length': announced, 'content-encoding': coding = 'identity' } = request.headers
  if (coding.toLowerCase() !== 'identity') {
    const detail = 'The body must not be compressed.'
    throw new OpenClawError('bad-request', { detail }, { status: 415 })
  }
  if (Number(announced ?? 0) > LONGEST_BODY_BYTES) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      size += chunk.byteLength
      if (size <= LONGEST_BODY_BYTES) return void chunks.push(chunk)
      chunks.length = 0
      request.off('data', take)
      reject(tooLarge())
    }
    request.on('data', take)
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', () => reject(new OpenClawError('bad-request', { detail: 'The body broke off.' })))
  })
}

function tooLarge(): OpenClawError {
  return new OpenClawError('body-too-large', { limit: `${LONGEST_BODY_BYTES / 1_048_576} MiB` })
}
