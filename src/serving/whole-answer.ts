/** An answer in one piece: held whole and read before its first byte goes to the caller. */
import { phrase } from '../core/phrase.ts'
import type { Fields } from '../dialects/fields.ts'
import { verdictOfCut, type FailedVerdict, type Usage } from '../core/verdict.ts'
import { header, keepsWhole, noteSeal, type Taking, type TakingMeans } from './taking.ts'

const LONGEST_BYTES = 32 * 1_024 * 1_024

/** `said` = the same answer in the caller's format, where that is another. */
export function wholeAnswer(means: TakingMeans, said?: (answer: Fields) => Uint8Array): Taking {
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
      const held = Buffer.concat(pieces)
      let body: Uint8Array = held
      const taken = said ? { taken: (answer: Fields): void => void (body = said(answer)) } : keepsWhole(means)
      const sealed = noteSeal(means.writing)
      const read = means.upstream.readAnswer(held, {
        readFailure,
        now,
        strike,
        contentType,
        sealed,
        ...means.watching,
        ...taken,
      })
      if (!said) body = read.body ?? body
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
