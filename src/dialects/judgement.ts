/** What a judge has seen so far, and how its word comes about: the same in every format. */
import type { UpstreamFailure } from '../core/failure.ts'
import { withTexts } from '../core/phrase.ts'
import { verdictOfCut, type FailedVerdict, type Verdict } from '../core/verdict.ts'
import { evidenceFrom } from './evidence.ts'
import type { Judge, JudgeOptions, JudgeState } from './judge.ts'
import { truncated } from './malformed.ts'

const COMPLETE: Verdict = { kind: 'complete' }

/** Written by the format's judge alone. */
type Seen = { -readonly [Key in keyof JudgeState]: JudgeState[Key] }

export interface Judgement extends Pick<Judge, 'fail' | 'end'> {
  readonly state: Seen
}

export function openJudgement({ strike = (words) => words }: JudgeOptions): Judgement {
  const state: Seen = {
    begun: false,
    good: false,
    finished: false,
    done: false,
    failed: undefined,
    instead: undefined,
  }

  /** The first one counts. */
  function fail(verdict: FailedVerdict): void {
    const { failure } = verdict
    const evidence = evidenceFrom(withTexts(failure.evidence, strike))
    state.failed ??= { ...verdict, failure: { ...failure, evidence } }
  }

  function end(cut?: UpstreamFailure): Verdict {
    if (state.failed) return state.failed
    if (state.finished) return COMPLETE
    if (cut) fail(verdictOfCut(cut))
    else fail(truncated(state.begun ? 'no-finish-reason' : 'not-begun'))
    return state.failed ?? COMPLETE
  }

  return { state, fail, end }
}
