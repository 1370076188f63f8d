/** A decision as the walk meets it: candidates and rejections in the order of the chain. */
import type { Candidate, Decision, Rejection } from '../core/decision.ts'
import type { ModelRef } from '../core/ref.ts'

export type Step =
  | { readonly kind: 'candidate'; readonly candidate: Candidate }
  | { readonly kind: 'rejection'; readonly rejection: Rejection }

/** `profilesOf` = in the order in which they are to be asked. */
export function stepsOf(
  { candidates, rejected }: Decision,
  refs: readonly ModelRef[],
  profilesOf: (provider: string) => readonly { readonly id: string }[],
): readonly Step[] {
  // They stand in the order of the chain already.
  if (rejected.length === 0) return candidates.map((candidate) => ({ kind: 'candidate', candidate }))
  const steps = refs.flatMap((ref): readonly Step[] => {
    const places = new Map(profilesOf(ref.provider).map(({ id }, place) => [id, place]))
    // What concerns no profile concerns them all, and comes first.
    const placeOf = (profile: string | undefined): number => places.get(profile ?? '') ?? -1
    const own = [
      ...rejected.flatMap((rejection) =>
        rejection.ref === ref
          ? { place: placeOf(rejection.profile), step: { kind: 'rejection', rejection } as const }
          : [],
      ),
      ...candidates.flatMap((candidate) =>
        candidate.ref === ref
          ? { place: placeOf(candidate.profile.id), step: { kind: 'candidate', candidate } as const }
          : [],
      ),
    ]
    return own.toSorted((a, b) => a.place - b.place).map(({ step }) => step)
  })
  const isLast = (step: Step): boolean => step.kind === 'candidate' && step.candidate.isLast === true
  return steps.some(isLast) ? [...steps.filter((step) => !isLast(step)), ...steps.filter(isLast)] : steps
}
