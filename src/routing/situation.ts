/** All that a decision follows from, as one value; what stands against a choice in it, and changes that can be tried out. */
import type { Decision, RejectionReason } from '../core/decision.ts'
import type { Phrase } from '../core/phrase.ts'
import type { Provider } from '../core/provider.ts'
import type { ModelRef } from '../core/ref.ts'
import { decide, type RequestFacts, type RoutingView } from './decide.ts'

export interface Situation {
  readonly refs: readonly ModelRef[]
  readonly facts: RequestFacts
  readonly view: RoutingView
  readonly now: Date
}

/** Something that a person can do, or that comes by itself. */
export interface Change {
  readonly words: Phrase
  /** The command that makes it, where one does. */
  readonly run?: string | undefined
  /** What would be so afterwards. */
  readonly apply: (situation: Situation) => Situation
}

/** A model, asked through this profile where one is named. */
export interface Choice {
  readonly ref: ModelRef
  readonly profile?: string
}

export type Against =
  | RejectionReason
  /** `finds` = what another request is finding out about it. */
  | { readonly kind: 'others-first'; readonly finds: readonly string[] }
  /** Its provider's account before it is spent, and nobody said that the next one may follow. */
  | { readonly kind: 'not-rotated' }

export interface ChangeMeans {
  /** Providers that are known and not on. */
  readonly off: readonly Provider[]
  /** The plugin that brings a provider and is off. */
  readonly pluginOf: (provider: string) => string | undefined
  /** How the first of the chain was meant: as the default model, as an agent's own, by its name. */
  readonly meant:
    | { readonly by: 'default' }
    | { readonly by: 'agent'; readonly agent: string }
    | { readonly by: 'name' }
  /** The agent whose own list of fallbacks stands before everybody's; undefined = everybody's counts. */
  readonly ownFallbacksOf?: string | undefined
}

export interface About {
  readonly situation: Situation
  readonly means: ChangeMeans
}

export function decisionIn({ refs, facts, view, now }: Situation): Decision {
  return decide(refs, facts, view, now)
}

/** Who names no profile means them all. */
export function isSameChoice(one: Choice, other: Choice): boolean {
  const profile = profileOf(one)
  return isSameModel(one.ref, other.ref) && (profile === undefined || profile === profileOf(other))
}

export function isSameModel(one: ModelRef, other: ModelRef): boolean {
  return one.provider === other.provider && one.model === other.model
}

export function profileOf({ ref, profile }: Choice): string | undefined {
  return profile ?? ref.profile
}
