/** The act `models explain`: the decision that a request would meet now, and what would have had each other chosen. */
import { setImmediate } from 'node:timers/promises'
import { hiddenDefault } from '../config/hidden-default.ts'
import { meansAgent } from '../config/resolve.ts'
import type { Candidate, Rejection } from '../core/decision.ts'
import { formatRef, type ModelRef } from '../core/ref.ts'
import type { Provider } from '../core/provider.ts'
import type { Setup } from '../core/setup.ts'
import type { RequestFacts } from '../routing/decide.ts'
import { instead } from '../routing/instead.ts'
import {
  decisionIn,
  isSameModel,
  profileOf,
  type ChangeMeans,
  type Choice,
  type Situation,
} from '../routing/situation.ts'
import { remembered } from '../routing/what-if.ts'
import { smallestWays, type Way } from '../routing/ways.ts'
import { lookAtRoutes, waitFor, type RoutesMeans } from '../serving/routes-now.ts'
import { wanted } from '../serving/wanted.ts'
import type { Explained, ExplainedCandidate, ExplainedRejection, WayTold } from './contract.ts'

export interface ExplainWish extends RequestFacts {
  /** As a request names it; undefined = the agent's own. */
  readonly model?: string
  readonly agent?: string
}

export interface ExplainMeans extends RoutesMeans {
  /** Providers that are known and not on. */
  readonly providersOff: (setup: Setup) => Promise<readonly Provider[]>
}

/** Throws what a request for the same would be refused with before anybody is looked at. */
export async function* explain(wish: ExplainWish, means: ExplainMeans): AsyncGenerator<never, Explained> {
  const { setup, accounts } = means
  const { model, agent: asked, ...facts } = wish
  const { agent, refs } = wanted(
    { ...(model !== undefined && { model }), ...(asked !== undefined && { agent: asked }), hasImage: facts.hasImage },
    setup,
  )
  const looking = accounts.look(setup.providers, setup.settings.profiles.values())
  if (looking) await looking
  const off = await means.providersOff(setup)
  // All of it is one moment: what the decision has looked at is not asked for again.
  const { view, now } = lookAtRoutes({ refs, facts }, means)
  const situation = remembered({ refs, facts, view, now })
  const decision = decisionIn(situation)
  const about: ChangeMeans = {
    off,
    pluginOf: (provider) => setup.switchedOff.get(provider),
    meant: meantBy(model, agent, setup),
    ownFallbacksOf: hiddenDefault('fallbacks', agent, setup.values) && agent,
  }
  /** A long chain takes a while: the gateway's other answers go on between two of its members. */
  const waysTo = async (choice: Choice): Promise<readonly WayTold[]> => {
    await setImmediate()
    return smallestWays(choice, situation, about).map(told)
  }
  const { candidates, rejected } = decision
  const waitsUntil = waitFor({ now, decision })
  const other = candidates.length === 0 ? instead(situation, { ...about, known: modelsOf(setup) }) : undefined
  return {
    schema: 1,
    at: now.toISOString(),
    asked: {
      agent,
      ...(model !== undefined && { model }),
      hasImage: facts.hasImage,
      hasTools: facts.hasTools ?? false,
      ...(facts.tokens !== undefined && { tokens: facts.tokens }),
    },
    chain: refs.map(formatRef),
    candidates: await inTurn(candidates, async (candidate, at) =>
      candidateRow(candidate, at === 0 ? [] : await waysTo(choiceOf(candidate))),
    ),
    rejected: [
      ...(await inTurn(rejected, async (rejection) => rejectionRow(rejection, await waysTo(rejection)))),
      ...(await inTurn(
        notRotated(situation, { candidates, rejected }),
        async ({ ref, profile }): Promise<ExplainedRejection> => ({
          ref: nameOfRef(ref),
          ...(profile !== undefined && { profile }),
          reason: 'not-rotated',
          ways: await waysTo({ ref, ...(profile !== undefined && { profile }) }),
        }),
      )),
    ],
    ...(waitsUntil && { waitsUntil: waitsUntil.toISOString() }),
    ...(other && { instead: { ref: formatRef(other.ref), ...told([other.change]) } }),
  }
}

async function inTurn<Item, Row>(
  items: readonly Item[],
  each: (item: Item, at: number) => Promise<Row>,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const [at, item] of items.entries()) rows.push(await each(item, at))
  return rows
}

/** How a request for this would have to be changed to begin with another model. */
function meantBy(model: string | undefined, agent: string, { values, settings }: Setup): ChangeMeans['meant'] {
  if (model !== undefined && !meansAgent(model)) return { by: 'name' }
  const isOwn = agent !== 'main' || settings.agents.has('main')
  return isOwn && hiddenDefault('primary', agent, values) ? { by: 'agent', agent } : { by: 'default' }
}

function modelsOf({ providers }: Setup): readonly ModelRef[] {
  return [...providers.values()].flatMap(({ id, models }) => models.map((model) => ({ provider: id, model: model.id })))
}

function choiceOf({ ref, profile }: Candidate): Choice {
  return { ref, profile: profile.id }
}

/** The other accounts of a spent one: a decision does not look at them. */
function notRotated(
  { refs, view }: Situation,
  { candidates, rejected }: { readonly candidates: readonly Candidate[]; readonly rejected: readonly Rejection[] },
): readonly Choice[] {
  return refs.flatMap((ref) => {
    const looked = [
      ...candidates.filter((candidate) => isSameModel(ref, candidate.ref)).map(({ profile }) => profile.id),
      ...rejected.filter((rejection) => isSameModel(ref, rejection.ref)).map(profileOf),
    ]
    // Rejected as a whole, or by itself.
    if (looked.includes(undefined) || looked.length === 0) return []
    return view
      .profilesOf(ref.provider)
      .filter(({ id }) => !looked.includes(id) && (ref.profile === undefined || ref.profile === id))
      .map(({ id }): Choice => ({ ref, profile: id }))
  })
}

function candidateRow(candidate: Candidate, ways: readonly WayTold[]): ExplainedCandidate {
  const { ref, profile, findsOut, isLast } = candidate
  return {
    ref: nameOfRef(ref),
    profile: profile.id,
    ...(findsOut && { findsOut: true }),
    ...(isLast && { isBeingTried: true }),
    ways,
  }
}

function rejectionRow(rejection: Rejection, ways: readonly WayTold[]): ExplainedRejection {
  const { ref, reason } = rejection
  const profile = profileOf(rejection)
  const row = { ref: nameOfRef(ref), ...(profile !== undefined && { profile }), reason: reason.kind, ways }
  switch (reason.kind) {
    case 'resting': {
      const { failure, evidence, until, probeAt } = reason
      return {
        ...row,
        failure,
        evidence,
        until: until.toISOString(),
        ...(probeAt && { probeAt: probeAt.toISOString() }),
      }
    }
    case 'needs-login':
    case 'no-login':
    case 'locked':
      return { ...row, ...(reason.evidence !== undefined && { evidence: reason.evidence }) }
    case 'unset-variable':
      return { ...row, evidence: reason.variable }
    case 'dialect-not-spoken':
      return { ...row, evidence: reason.api }
    case 'plain-http':
      return { ...row, evidence: reason.address }
    case 'quota-spent':
      return { ...row, until: reason.left.resetsAt.toISOString(), used: reason.left.used, limit: reason.left.limit }
    case 'cannot-carry':
      return { ...row, evidence: reason.message }
    case 'window-too-small':
      return { ...row, window: reason.window }
    default:
      return row
  }
}

function told(way: Way): WayTold {
  return { changes: way.map(({ words, run }) => ({ change: words, ...(run !== undefined && { run }) })) }
}

function nameOfRef({ provider, model }: ModelRef): string {
  return formatRef({ provider, model })
}
