/** Which upstreams refused to be asked for the usage of a stream: for an hour they are not asked again. */
import { nameOf, type Candidate } from '../core/decision.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import type { Clock } from '../core/ports.ts'

export interface StreamUsage {
  mayAsk(candidate: Candidate): boolean
  /** True = it is the question that was refused, so that asking once more without it may help. */
  refused(candidate: Candidate, failure: UpstreamFailure): boolean
}

const BELIEVED_MS = 3_600_000

export function openStreamUsage(clock: Clock): StreamUsage {
  // As many as there are models that refuse it.
  const refusedAtMs = new Map<string, number>()
  const isForbidden = ({ provider }: Candidate): boolean => provider.definition?.chat?.streamUsage === false
  const mayAsk = (candidate: Candidate): boolean => {
    if (isForbidden(candidate)) return false
    const atMs = refusedAtMs.get(nameOf(candidate))
    return atMs === undefined || clock.monotonicMs() - atMs > BELIEVED_MS
  }
  return {
    mayAsk,
    refused(candidate, { kind, evidence }) {
      if (kind !== 'bad-request' || isForbidden(candidate)) return false
      // Another request may have learned it while this one was under way.
      if (!/stream_options|include_usage/.test(String(evidence))) return false
      refusedAtMs.set(nameOf(candidate), clock.monotonicMs())
      return true
    },
  }
}
