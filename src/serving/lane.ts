/** How a request goes to a candidate: as it came where both speak one format, else said anew in the other's. */
import { createHash } from 'node:crypto'
import type { Candidate } from '../core/decision.ts'
import type { Issuer, Uncarried } from '../core/prompt.ts'
import type { CallerRequest } from '../dialects/caller-request.ts'
import { upstreamFor } from '../dialects/formats.ts'
import type { Seals } from '../dialects/seals.ts'
import { isWritten, type Target, type UpstreamDialect, type Written } from '../dialects/upstream-dialect.ts'
import { withQuirk, wantsQuirk } from './quirks.ts'
import { conversationMark, sealsOf, withRemembered } from './remembered-reasoning.ts'
import type { StreamUsage } from './stream-usage.ts'
import type { Watching } from './taking.ts'

export interface Lane {
  readonly upstream: UpstreamDialect
  /** The answer's bytes go to the caller as they come. */
  readonly isRelay: boolean
  readonly issuer: Issuer
  /** Once: after that only the connection holds on to it. */
  readonly takeBody: () => Uint8Array
  /** What the caller said and this upstream is not told; known once the body was taken. */
  readonly dropped: Iterable<string>
  /** What is remembered for this conversation. */
  readonly seals: Seals
  /** Of one answer. */
  readonly watching: Watching
}

export interface LaneMeans {
  readonly seals: Seals
  readonly streamUsage: StreamUsage
}

export interface LaneOrder {
  readonly request: CallerRequest
  readonly caller?: string
}

export function laneTo({ request, caller }: LaneOrder, candidate: Candidate, means: LaneMeans): Lane | Uncarried {
  const { provider, profile, model } = candidate
  const { dialect, stream, wantsUsage } = request
  const upstream = upstreamFor(request, provider.dialect)
  if (!upstream) {
    return { param: 'model', message: `Provider "${provider.id}" is asked in a format that has no ${dialect}.` }
  }
  const issuer: Issuer = { provider: provider.id, profile: markOf(profile.id), model: model.id }
  // They were declared for the format that the plugin speaks, not for one that a person chose instead.
  const { chat, quirks } = (provider.dialect === provider.definition?.dialect && provider.definition) || {}
  const asksUsage = means.streamUsage.mayAsk(candidate)
  const target: Target = { model, issuer, stream, asksUsage, seals: means.seals, ...(chat && { chat }) }
  const mend = dialect === 'embeddings' ? undefined : quirks?.answer?.()
  const isRelay = dialect === provider.dialect || dialect === 'embeddings'
  const lane = { upstream, isRelay, issuer, seals: means.seals }
  if (isRelay) {
    const watching: Watching = {
      ...(mend && { mend }),
      hidesUsage: stream && asksUsage && !wantsUsage,
    }
    const dropped = new Set(stream && wantsUsage && !asksUsage ? ['stream_options'] : [])
    const told: Target = { ...target, leftOut: (what) => void dropped.add(what) }
    const relayed = (): Uint8Array => upstream.relayBody(request, told)
    if (dialect === 'embeddings' || !wantsQuirk(quirks?.request, request.body, request)) {
      return { ...lane, takeBody: relayed, dropped, watching }
    }
    const body = relayed()
    const written = withQuirk(quirks?.request, { body, dropped: [...dropped] }, target)
    return { ...lane, takeBody: once(written.body), dropped: written.dropped, watching }
  }
  const read = request.prompt()
  if (read.kind === 'uncarried') return read
  const seals = sealsOf(conversationMark(read.prompt, caller), means.seals)
  const said = upstream.writeBody(withRemembered(read.prompt, seals), target)
  if (!isWritten(said)) return said
  const written: Written = { body: said.body, dropped: [...read.prompt.unsaid, ...said.dropped] }
  const { body, dropped } = wantsQuirk(quirks?.request, said.body, request)
    ? withQuirk(quirks?.request, written, target)
    : written
  return { ...lane, seals, takeBody: once(body), dropped: [...new Set(dropped)], watching: { ...(mend && { mend }) } }
}

/** Made once for each profile, of which there are few. */
const marks = new Map<string, string>()

/** Callers carry it about in sealed reasoning; a profile's name may be a person's address. */
function markOf(profile: string): string {
  const known = marks.get(profile)
  if (known !== undefined) return known
  const mark = createHash('sha256').update(profile).digest('base64url').slice(0, 22)
  marks.set(profile, mark)
  return mark
}

export function isLane(lane: Lane | Uncarried): lane is Lane {
  return 'upstream' in lane
}

function once(body: Uint8Array): () => Uint8Array {
  let waiting: Uint8Array | undefined = body
  return () => {
    const taken = waiting ?? new Uint8Array()
    waiting = undefined
    return taken
  }
}
