/** A small answer as one piece: for sign-in, token refresh, lists of models. */
import { phrase } from '../core/phrase.ts'
import type { HeaderMap, HttpClient, OutgoingRequest, TransportProblem } from '../core/ports.ts'

export type Collected =
  | { readonly status: number; readonly headers: HeaderMap; readonly body: Buffer }
  | { readonly problem: TransportProblem }

export interface CollectLimits {
  /** A longer body ends the call with a problem of kind `protocol`. */
  readonly maxBytes: number
  readonly signal?: AbortSignal
}

/** Never rejects: what went wrong is a value. */
export function collect(
  client: HttpClient,
  request: OutgoingRequest,
  { maxBytes, signal }: CollectLimits,
): Promise<Collected> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      return resolve({ problem: { kind: 'aborted', message: phrase('given-up'), neverSent: true } })
    }
    let status = 0
    let headers: HeaderMap = {}
    let length = 0
    const chunks: Uint8Array[] = []
    const abort = (): void => call.abort()
    const settle = (collected: Collected): void => {
      signal?.removeEventListener('abort', abort)
      resolve(collected)
    }
    const call = client.send(request, {
      head(gotStatus, gotHeaders) {
        status = gotStatus
        headers = gotHeaders
      },
      data(chunk) {
        length += chunk.length
        chunks.push(chunk)
        if (length <= maxBytes) return
        call.abort()
        settle({
          problem: { kind: 'protocol', message: phrase('answer-longer', { bytes: maxBytes }), neverSent: false },
        })
      },
      end() {
        settle({ status, headers, body: Buffer.concat(chunks) })
      },
      problem(problem) {
        settle({ problem })
      },
    })
    signal?.addEventListener('abort', abort, { once: true })
  })
}
