import { expect, it } from 'vitest'
import { CONSEQUENCES, FAILURE_KINDS, restKey, type Rest } from './failure.ts'

/** failure kind | same again | other profile | other model | rests | passes | status when nobody answered */
const TABLE = `
auth             | after-refresh | yes     | yes      | yes | no  | 401
auth-retired     | no            | yes     | yes      | yes | no  | 401
billing          | no            | yes     | yes      | yes | no  | 402
rate-limit       | if-soon       | yes     | yes      | yes | yes | 429
quota            | no            | if-told | yes      | yes | yes | 429
overload         | within-budget | no      | yes      | yes | yes | 502
network          | within-budget | no      | yes      | yes | yes | 502
malformed        | within-budget | no      | yes      | yes | yes | 502
timeout          | no            | no      | yes      | yes | yes | 504
model-missing    | no            | no      | yes      | yes | no  | 404
context-too-long | no            | no      | larger   | no  | no  | 400
filtered         | no            | no      | if-asked | no  | no  | 400
bad-request      | no            | no      | no       | no  | no  | 400
`
const ROWS = TABLE.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))

it.each(ROWS)('%s: same again %s, other profile %s, other model %s, rests %s, passes %s, status %s', (...row) => {
  const [kind] = row
  const found = FAILURE_KINDS.find((each) => each === kind)
  if (!found) throw new Error(`no such failure: ${kind}`)
  const { sameAgain, otherProfile, otherModel, restMs, passes, status } = CONSEQUENCES[found]
  const rests = restMs > 0 ? 'yes' : 'no'
  expect([kind, sameAgain, otherProfile, otherModel, rests, passes ? 'yes' : 'no', String(status)]).toEqual(row)
})

it('says of every failure what follows from it', () => {
  const kinds = new Set<string>(FAILURE_KINDS)
  expect(new Set(ROWS.map(([kind]) => kind))).toEqual(kinds)
  expect(new Set(Object.keys(CONSEQUENCES))).toEqual(kinds)
})

it('keeps apart what rests: accounts, models of an account, models, providers with their network', () => {
  const names = { provider: 'p', profile: 'p:a', model: 'm' }
  const key = (scope: Rest['scope'], other: Partial<typeof names> = {}): string =>
    restKey({ scope, ...names, ...other })
  expect(key('network')).toBe(key('provider'))
  expect(key('account', { model: 'n' })).toBe(key('account'))
  expect(key('model', { profile: 'p:b' })).toBe(key('model'))
  expect(key('provider', { profile: 'p:b', model: 'n' })).toBe(key('provider'))
  const apart = [
    key('account'),
    key('account', { profile: 'p:b' }),
    key('account-and-model'),
    key('account-and-model', { model: 'n' }),
    key('model'),
    key('model', { model: 'n' }),
    key('model', { provider: 'q' }),
    key('provider'),
    key('provider', { provider: 'q' }),
  ]
  expect(new Set(apart).size).toBe(apart.length)
})
