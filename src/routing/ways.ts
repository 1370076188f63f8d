/** The smallest changes after which a choice would be the first to be asked: each tried out before it is told. */
import { changesAgainst } from './changes.ts'
import {
  decisionIn,
  isSameChoice,
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
    rejected.find(({ ref, profile }) => profile === undefined && isSameChoice({ ref: choice.ref }, { ref }))
  return rejection?.reason ?? { kind: 'not-rotated' }
}

/** Empty = there is none. */
export function smallestWays(choice: Choice, situation: Situation, means: ChangeMeans): readonly Way[] {
  let level: readonly { readonly way: Way; readonly after: Situation }[] = [{ way: [], after: situation }]
  for (let length = 1; length <= MOST_CHANGES; length += 1) {
    level = level.flatMap(({ way, after }) => {
      const against = againstIn(choice, after)
      if (!against) return []
      return changesAgainst(against, choice, { situation: after, means }).map((change) => ({
        way: [...way, change],
        after: change.apply(after),
      }))
    })
    const found = level.filter(({ after }) => !againstIn(choice, after))
    if (found.length > 0) return found.slice(0, MOST_WAYS).map(({ way }) => way)
  }
  return []
}
