/** Rows of attempts and what was met beside them, put together as the story of each request. */
import { saidFrom } from '../core/phrase.ts'
import type { AttemptRow, RequestRecords, StoryRow } from '../core/ports.ts'
import { OUTRUN } from '../serving/outrun.ts'
import type { RequestStep, RequestTold } from './contract.ts'

/** An answer may take as long before its row says so. */
export const LONGEST_ANSWER_MS = 3_600_000

/** Newest first. */
export function requestsFrom({ attempts: rows, stories }: RequestRecords, now: Date): readonly RequestTold[] {
  const attempts = Map.groupBy(rows.toReversed(), ({ requestId }) => requestId)
  const storyOf = new Map(stories.map((story) => [story.requestId, story]))
  const ids = new Set([...attempts.keys(), ...storyOf.keys()])
  return [...ids]
    .map((id) => requestFrom({ requestId: id, rows: attempts.get(id) ?? [], story: storyOf.get(id) }, now))
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))
}

/** Nothing more comes of it. */
export function isOver({ outcome }: RequestTold): boolean {
  return outcome !== 'running'
}

interface Recorded {
  readonly requestId: string
  /** The oldest first. */
  readonly rows: readonly AttemptRow[]
  readonly story: StoryRow | undefined
}

function requestFrom({ requestId, rows, story }: Recorded, now: Date): RequestTold {
  const steps = stepsFrom(rows, story?.met ?? [])
  const first = rows[0]
  const startedAt = story?.startedAt ?? first?.startedAt ?? new Date(0)
  const ends = rows.flatMap(({ endedAt }) => endedAt?.getTime() ?? [])
  const answered = rows.find(isAnswer)
  const caller = story?.caller ?? first?.caller
  const agent = story?.agent ?? first?.agent
  return {
    requestId,
    startedAt: startedAt.toISOString(),
    ...(ends.length > 0 && { tookMs: Math.max(0, Math.max(...ends) - startedAt.getTime()) }),
    ...(story && { model: story.model }),
    ...(agent !== undefined && { agent }),
    ...(caller !== undefined && { caller }),
    outcome: outcomeOf({ rows, story, answered }, now),
    ...(answered && {
      answeredBy: refOf(answered),
      ...(answered.profile !== undefined && { profile: answered.profile }),
    }),
    ...(answered?.usage && { usage: answered.usage }),
    ...(story?.reason !== undefined && { reason: story.reason }),
    ...(story?.status !== undefined && { status: story.status }),
    steps,
  }
}

function outcomeOf(
  { rows, story, answered }: Pick<Recorded, 'rows' | 'story'> & { readonly answered: AttemptRow | undefined },
  now: Date,
): RequestTold['outcome'] {
  if (answered) return answered.outcome === 'answered' ? 'answered' : 'broken-off'
  if (story?.outcome === 'refused' || story?.outcome === 'gone') return story.outcome
  const last = rows.at(-1)
  // Who was outrun is ended long before the answer of the faster one is over, and its row may come as late.
  if (last?.outcome === 'aborted' && last.evidence !== OUTRUN) return 'gone'
  if (last?.outcome === 'unknown') return 'unknown'
  const silentMs = now.getTime() - (last?.endedAt ?? last?.startedAt ?? now).getTime()
  return last?.outcome !== 'open' && silentMs > LONGEST_ANSWER_MS ? 'unknown' : 'running'
}

/** It had the floor: something of it reached the caller. */
function isAnswer({ outcome, firstEventMs }: AttemptRow): boolean {
  return outcome === 'answered' || (outcome === 'failed' && firstEventMs !== undefined)
}

/** Each attempt in the place where it was met, with what was met beside them; the one that answered comes last. */
function stepsFrom(rows: readonly AttemptRow[], met: readonly string[]): readonly RequestStep[] {
  const left = [...rows]
  const take = (fits: (row: AttemptRow) => boolean): AttemptRow | undefined => {
    const at = left.findIndex(fits)
    return at < 0 ? undefined : left.splice(at, 1)[0]
  }
  // Who was late has a row of its own: that one says how it ended.
  const isTold = (entry: string): boolean => rows.some((row) => `${refOf(row)}=late` === entry)
  const steps = met
    .filter((entry) => !isTold(entry))
    .map((entry): RequestStep => {
      const at = entry.lastIndexOf('=')
      const [ref, word] = [entry.slice(0, at), entry.slice(at + 1)]
      const row = take(
        (each) =>
          refOf(each) === ref &&
          !isAnswer(each) &&
          (word === 'outrun' ? each.outcome === 'aborted' : each.failure === word),
      )
      return row ? { ...stepOf(row), ...(word === 'outrun' && { met: word }) } : { ref, met: word }
    })
  return [...steps, ...left.toSorted((a, b) => Number(isAnswer(a)) - Number(isAnswer(b))).map(stepOf)]
}

function stepOf(row: AttemptRow): RequestStep {
  const { profile, failure, evidence, verdict, status, startedAt, endedAt, firstEventMs, usage, outcome } = row
  return {
    ref: refOf(row),
    outcome,
    ...(profile !== undefined && { profile }),
    startedAt: startedAt.toISOString(),
    ...(endedAt && { tookMs: Math.max(0, endedAt.getTime() - startedAt.getTime()) }),
    ...(firstEventMs !== undefined && { firstEventMs }),
    ...(status !== undefined && { status }),
    ...(verdict && { verdict }),
    ...(failure && { failure }),
    ...(evidence !== undefined && { evidence: saidFrom(evidence) }),
    ...(usage && { usage }),
  }
}

function refOf({ provider, model }: AttemptRow): string {
  return `${provider}/${model}`
}
