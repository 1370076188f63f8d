/** A request's body, whole, up to the cap. */
import type { IncomingMessage } from 'node:http'
import { OpenClawError } from '../core/errors.ts'

export const LONGEST_BODY_BYTES = 32 * 1_024 * 1_024

/** Throws `body-too-large` as soon as that is known, `bad-request` when the caller breaks off. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = (): OpenClawError =>
    new OpenClawError('body-too-large', { limit: `${LONGEST_BODY_BYTES / 1_048_576} MiB` })
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > LONGEST_BODY_BYTES) return reject(tooLarge())
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size > LONGEST_BODY_BYTES) {
        request.pause()
        reject(tooLarge())
      } else chunks.push(chunk)
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', () => reject(new OpenClawError('bad-request', { detail: 'The body broke off.' })))
  })
}
