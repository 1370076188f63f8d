/** An answer with an error status: so much of its body is read as says what is wrong. */
import { parsedJson } from '../dialects/fields.ts'
import { comeBackHeaders } from '../dialects/retry-after.ts'
import { header, type Taking, type TakingMeans } from './taking.ts'

const MOST_READ_BYTES = 64 * 1_024

export function failedAnswer({ status, headers, readFailure, now, conclude }: TakingMeans): Taking {
  const pieces: Uint8Array[] = []
  let size = 0

  const read = (): void => {
    const text = Buffer.concat(pieces).toString('utf8')
    const failure = readFailure({
      status,
      contentType: header(headers, 'content-type') ?? '',
      text,
      json: parsedJson(text),
      ...comeBackHeaders(headers),
      now: now(),
    })
    conclude({ kind: 'failed', failure })
  }

  return {
    data(chunk) {
      pieces.push(chunk.subarray(0, MOST_READ_BYTES - size))
      size += chunk.byteLength
      if (size >= MOST_READ_BYTES) read()
    },
    end: read,
    // The status has told what is wrong; only words are missing.
    cut: read,
    usage: () => undefined,
  }
}
