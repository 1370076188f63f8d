/** Times on the wall. */
import { expect, it } from 'vitest'
import { localTime } from './local-time.ts'

it.each([
  ['2026-11-24T16:00:00.000Z', 'Asia/Shanghai', '2026-11-25 00:00'],
  ['2026-11-24T10:03:46.828Z', 'Asia/Shanghai', '2026-11-24 18:03:46'],
  ['2026-11-24T10:03:46.828Z', undefined, '2026-11-24 10:03:46'],
  ['soon', 'UTC', 'soon'],
])('%s in %s is %s', (iso, zone, shown) => {
  expect(localTime(iso, zone)).toBe(shown)
})
