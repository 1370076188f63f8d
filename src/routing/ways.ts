/** The smallest changes after which a choice would be the first to be asked: each tried out before it is told. */
import { changesAgainst } from './changes.ts'
import {
  decisionIn,
  isSameChoice,
  isSameModel,
  profileOf,
  type Against,
  type Change,
  type ChangeMeans,
  type Choice,
  type Situation,
} from './situation.ts'

/** Changes that are made together, in order. */
export type Way = readonly Change[]

/** Whoever must do more had better ask somebody else. */
const MOST_CHANGES = 3
/** More than one of the same length leaves a choice; more than these are read by nobody. */
const MOST_WAYS = 3

/** Undefined = nothing: it is the first to be asked. */
export function againstIn(choice: Choice, situation: Situation): Against | undefined {
  const { candidates, rejected } = decisionIn(situation)
  const asked = candidates.find(({ ref, profile }) => isSameChoice(choice, { ref, profile: profile.id }))
  if (asked && asked === candidates[0]) return undefined
  if (asked) return { kind: 'others-first', finds: asked.isLast ? (asked.findsOut ?? []) : [] }
  const rejection =
    rejected.find((each) => isSameChoice(choice, each)) ??
    // As a whole, which is so for each of its profiles.
    rejected.find((each) => profileOf(each) === undefined && isSameModel(choice.ref, each.ref))
  return rejection?.reason ?? { kind: 'not-rotated' }
}

interface Tried {
  readonly way: Way
  readonly after: Situation
  readonly against: Against | undefined
}

/** Empty = there is none. */
export function smallestWays(choice: Choice, situation: Situation, means: ChangeMeans): readonly Way[] {
  let level: readonly Tried[] = [{ way: [], after: situation, against: againstIn(choice, situation) }]
  for (let length = 1; length <= MOST_CHANGES; length += 1) {
    level = level.flatMap(({ way, after, against }) =>
      against
        ? changesAgainst(against, choice, { situation: after, means }).map((change) => {
            const changed = change.apply(after)
            return { way: [...way, change], after: changed, against: againstIn(choice, changed) }
          })
        : [],
    )
    const found = level.filter(({ against }) => !against)
    if (found.length > 0) return found.slice(0, MOST_WAYS).map(({ way }) => way)
  }
  return []
}
