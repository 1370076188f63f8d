/** A model to ask, for tests of what is written to it. */
import type { Seals } from './seals.ts'
import type { Target } from './upstream-dialect.ts'

export const NO_SEALS: Seals = {
  issuerOf: () => undefined,
  note: () => undefined,
  before: () => [],
  noteBefore: () => undefined,
}

export function targetOf(model: string, more: Partial<Target> = {}): Target {
  return {
    model: { id: model },
    issuer: { provider: 'p', profile: 'p:default', model },
    stream: true,
    seals: NO_SEALS,
    ...more,
  }
}
