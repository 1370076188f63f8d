import { expect, it } from 'vitest'
import { standingOf } from './catalogue.ts'

it('calls a model retiring until its last day is there, and retired from then on', () => {
  const retirement = { on: '2026-06-15' }
  expect(standingOf(retirement, new Date('2026-06-14T23:59:59Z'))).toBe('retiring')
  expect(standingOf(retirement, new Date('2026-06-15T00:00:00Z'))).toBe('retired')
  expect(standingOf(undefined, new Date('2026-06-15T00:00:00Z'))).toBeUndefined()
})
