/** A picture file as a data URL, its kind told by its bytes rather than its name. */
import { readFile, stat } from 'node:fs/promises'
import { OpenClawError } from '../core/errors.ts'

const MOST_BYTES = 20 * 1_024 * 1_024

export async function pictureUrl(file: string): Promise<string> {
  const bytes = await contentOf(file).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof OpenClawError) throw error
    if (error.code === 'ENOENT') throw new OpenClawError('picture-missing', { file }, { cause: error })
    throw new OpenClawError('file-unusable', { file, detail: error.message }, { cause: error })
  })
  const type = pictureType(bytes)
  if (!type) throw new OpenClawError('picture-unknown', { file })
  return dataUrl(type, bytes)
}

/** A device or a pipe may never end: only a plain file is read, and no more of it than may be sent. */
async function contentOf(file: string): Promise<Buffer> {
  const found = await stat(file)
  if (!found.isFile()) throw new OpenClawError('picture-unknown', { file })
  if (found.size > MOST_BYTES) {
    throw new OpenClawError('picture-too-large', { file, limit: `${MOST_BYTES / 1_048_576} MiB` })
  }
  return readFile(file)
}

export function dataUrl(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes).toString('base64')}`
}

function pictureType(bytes: Buffer): string | undefined {
  const starts = bytes.toString('latin1', 0, 12)
  if (starts.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (starts.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (starts.startsWith('GIF8')) return 'image/gif'
  if (starts.startsWith('RIFF') && starts.endsWith('WEBP')) return 'image/webp'
  return undefined
}
