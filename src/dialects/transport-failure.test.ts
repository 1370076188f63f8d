import { expect, it } from 'vitest'
import type { TransportProblem } from '../core/ports.ts'
import { failureFromProblem } from './transport-failure.ts'

const failure = (kind: TransportProblem['kind']): { kind: string; scope: string } => {
  const { kind: read, scope } = failureFromProblem({ kind, message: 'x', neverSent: true })
  return { kind: read, scope }
}

it('tells a dead network from a slow host and a slow model', () => {
  expect(failure('dns')).toEqual({ kind: 'network', scope: 'network' })
  expect(failure('reset')).toEqual({ kind: 'network', scope: 'network' })
  expect(failure('connect-timeout')).toEqual({ kind: 'timeout', scope: 'provider' })
  expect(failure('idle-timeout')).toEqual({ kind: 'timeout', scope: 'model' })
})

it('lets nothing rest because a caller left', () => {
  expect(failure('aborted').scope).toBe('request')
})

it('says when nothing had been sent, in words without a secret', () => {
  expect(failureFromProblem({ kind: 'refused', message: 'Bearer abcdef', neverSent: true })).toMatchObject({
    evidence: 'Bearer [redacted]',
    neverSent: true,
  })
})
