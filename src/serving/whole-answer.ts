/** An answer in one piece: held whole and read before its first byte goes to the caller. */
import { phrase } from '../core/phrase.ts'
import { verdictOfCut, type FailedVerdict, type Usage } from '../core/verdict.ts'
import { header, type Taking, type TakingMeans } from './taking.ts'

const LONGEST_BYTES = 32 * 1_024 * 1_024

export function wholeAnswer(means: TakingMeans): Taking {
  const { readFailure, now, cleaned, strike, struckBytes, conclude } = means
  const contentType = header(means.headers, 'content-type') ?? ''
  const pieces: Uint8Array[] = []
  let size = 0
  let usage: Usage | undefined

  const fail = (met: FailedVerdict): void => {
    const verdict = { ...met, failure: cleaned(met.failure) }
    conclude({ kind: 'failed', failure: verdict.failure, verdict })
  }

  return {
    data(chunk) {
      size += chunk.byteLength
      if (size <= LONGEST_BYTES) return void pieces.push(chunk)
      const evidence = phrase('answer-too-large', { mib: LONGEST_BYTES / 1_048_576 })
      fail({ kind: 'malformed', failure: { kind: 'malformed', scope: 'model', evidence } })
    },
    end() {
      const body = Buffer.concat(pieces)
      const read = means.dialect.readAnswer(body, { readFailure, now, strike, contentType })
      usage = read.usage
      if (read.verdict.kind !== 'complete') return fail(read.verdict)
      if (!means.begin({ 'content-type': 'application/json', 'content-length': String(body.byteLength) })) return
      means.reply.end(struckBytes(body))
      conclude({ kind: 'answered', verdict: read.verdict })
    },
    cut: (failure) => fail(verdictOfCut(failure)),
    usage: () => usage,
  }
}
