/** A situation in which something is otherwise: what changes are made of. */
import type { Credential, Profile } from '../core/credential.ts'
import { phrase } from '../core/phrase.ts'
import type { Provider } from '../core/provider.ts'
import type { QuotaLeft } from '../core/quota-policy.ts'
import { formatRef, type ModelRef } from '../core/ref.ts'
import { Secret } from '../core/secret.ts'
import type { RequestFacts, RoutingView } from './decide.ts'
import type { Change, Situation } from './situation.ts'

/** With other answers to some of the view's questions. */
export function seeing(situation: Situation, view: Partial<RoutingView>): Situation {
  return { ...situation, view: { ...situation.view, ...view } }
}

/** Asked once for each thing: of one moment, however often it is looked at, and however slow the asking is. */
export function remembered(situation: Situation): Situation {
  const { view } = situation
  return seeing(situation, {
    provider: kept((id: string) => view.provider(id), String),
    profilesOf: kept((provider: string) => view.profilesOf(provider), String),
    loginProblem: kept(
      (profile: Profile) => view.loginProblem(profile),
      ({ id }) => id,
    ),
    rest: kept((key: string) => view.rest(key), String),
    quotaLeft: kept(
      (candidate: Parameters<RoutingView['quotaLeft']>[0]) => view.quotaLeft(candidate),
      ({ provider, profile }) => `${provider.id} ${profile.id}`,
    ),
    isDoubted: kept((key: string) => view.isDoubted(key), String),
    isQuotaDoubted: kept((key: string) => view.isQuotaDoubted(key), String),
    isBeingTried: kept((key: string) => view.isBeingTried(key), String),
  })
}

function kept<Input, Answer>(ask: (input: Input) => Answer, keyOf: (input: Input) => string): (input: Input) => Answer {
  const answers = new Map<string, Answer>()
  return (input) => {
    const key = keyOf(input)
    if (!answers.has(key)) answers.set(key, ask(input))
    return answers.get(key) as Answer
  }
}

export function withFacts(situation: Situation, facts: Partial<RequestFacts>): Situation {
  return { ...situation, facts: { ...situation.facts, ...facts } }
}

/** In the place of the first; the others follow as they did. */
export function withFirst(situation: Situation, ref: ModelRef): Situation {
  const isOther = (other: ModelRef): boolean => formatRef(other) !== formatRef(ref)
  return { ...situation, refs: [ref, ...situation.refs.slice(1).filter(isOther)] }
}

export function withProvider(situation: Situation, id: string, change: (provider: Provider) => Provider): Situation {
  const { view } = situation
  return seeing(situation, {
    provider(asked) {
      const provider = view.provider(asked)
      return provider && asked === id ? change(provider) : provider
    },
  })
}

export function withProfiles(
  situation: Situation,
  provider: string,
  change: (profiles: readonly Profile[]) => readonly Profile[],
): Situation {
  const { view } = situation
  return seeing(situation, {
    profilesOf: (asked) => (asked === provider ? change(view.profilesOf(asked)) : view.profilesOf(asked)),
  })
}

/** Stands for one that there would be. */
export const SOME_CREDENTIAL: Credential = { kind: 'api-key', apiKey: new Secret('') }

/** Where openclaw runs, the variable holds something. */
export function withVariable(situation: Situation, variable: string): Situation {
  const { view } = situation
  const isOther = (name: string): boolean => name !== variable
  return seeing(situation, {
    provider(id) {
      const provider = view.provider(id)
      return provider && { ...provider, unsetVariables: provider.unsetVariables.filter(isOther) }
    },
    profilesOf: (id) =>
      view.profilesOf(id).map((profile) => {
        if (profile.missing?.variable !== variable) return profile
        const { missing: _missing, ...found } = profile
        return { credential: SOME_CREDENTIAL, ...found }
      }),
  })
}

export function withQuota(situation: Situation, change: (left: QuotaLeft, provider: string) => QuotaLeft): Situation {
  const { view } = situation
  return seeing(situation, {
    quotaLeft(candidate) {
      const left = view.quotaLeft(candidate)
      return left && change(left, candidate.provider.id)
    },
  })
}

/** Nothing rests under these keys any more. */
export function withoutRests(situation: Situation, keys: readonly string[]): Situation {
  const { view } = situation
  const gone = new Set(keys)
  return seeing(situation, { rest: (key) => (gone.has(key) ? undefined : view.rest(key)) })
}

/** It comes by itself. */
export function waiting(until: Date): Change {
  return {
    words: phrase('change-wait', { until: until.toISOString() }),
    apply(situation) {
      const { view } = situation
      const rested = seeing(situation, {
        loginProblem(profile) {
          const problem = view.loginProblem(profile)
          return problem?.askAgainAt && problem.askAgainAt <= until ? undefined : problem
        },
      })
      return { ...withQuota(rested, (left) => (left.resetsAt <= until ? { ...left, used: 0 } : left)), now: until }
    },
  }
}

/** So does the answer of the request that is finding out: it disproves what is believed. */
export function foundOut(keys: readonly string[]): Change {
  const over = new Set(keys)
  return {
    words: phrase('change-found-out'),
    apply(situation) {
      const { view } = situation
      return seeing(withoutRests(situation, keys), {
        isBeingTried: (key) => !over.has(key) && view.isBeingTried(key),
        isDoubted: (key) => !over.has(key) && view.isDoubted(key),
        isQuotaDoubted: (key) => !over.has(key) && view.isQuotaDoubted(key),
      })
    },
  }
}
