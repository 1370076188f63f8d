/** No answer, or no whole one, as a failure. */
import type { FailureKind, FailureScope, UpstreamFailure } from '../core/failure.ts'
import type { TransportProblem } from '../core/ports.ts'
import { evidenceFrom } from './evidence.ts'

export function failureFromProblem(problem: TransportProblem): UpstreamFailure {
  const { kind, scope } = readings[problem.kind]
  return { kind, scope, evidence: evidenceFrom(problem.message), neverSent: problem.neverSent }
}

const readings = {
  refused: { kind: 'network', scope: 'network' },
  dns: { kind: 'network', scope: 'network' },
  tls: { kind: 'network', scope: 'network' },
  reset: { kind: 'network', scope: 'network' },
  'forbidden-address': { kind: 'network', scope: 'provider' },
  protocol: { kind: 'malformed', scope: 'provider' },
  'connect-timeout': { kind: 'timeout', scope: 'provider' },
  // A host that takes the connection lives; it is this model that keeps us waiting.
  'head-timeout': { kind: 'timeout', scope: 'model' },
  'idle-timeout': { kind: 'timeout', scope: 'model' },
  'total-timeout': { kind: 'timeout', scope: 'model' },
  // Our own doing (the caller left), which says nothing of anyone upstream.
  aborted: { kind: 'network', scope: 'request' },
} satisfies Record<TransportProblem['kind'], { kind: FailureKind; scope: FailureScope }>
