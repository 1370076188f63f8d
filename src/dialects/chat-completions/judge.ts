/** What the events of a chat answer come to: one state machine for streams and whole answers. */
import type { FailureScope, UpstreamFailure } from '../../core/failure.ts'
import { phrase, withTexts, type Said } from '../../core/phrase.ts'
import { verdictOfCut, type FailedVerdict, type Usage, type Verdict } from '../../core/verdict.ts'
import { evidenceFrom } from '../evidence.ts'
import { fieldsOf, listOf, parsedJson, type Fields } from '../fields.ts'
import { decoded } from '../latin1.ts'
import { errorWords, holdsError } from './error-object.ts'
import type { FailureReader } from './failure.ts'
import { toolArguments } from './tool-arguments.ts'
import { readUsage } from './usage.ts'

export interface JudgeOptions {
  /** Reads an error met inside the answer: the provider's reading, then the dialect's. */
  readonly readFailure: FailureReader
  readonly now: () => Date
  /** Takes our credential out of the upstream's words, before they are shortened. */
  readonly strike?: (words: string) => string
}

export interface JudgeState {
  /** A choice was seen, be it an empty one. */
  readonly begun: boolean
  /** Text, reasoning, a refusal, a tool call or a finish was seen. */
  readonly good: boolean
  /** Every choice that began has its finish reason. */
  readonly finished: boolean
  /** `[DONE]` was seen. */
  readonly done: boolean
  /** Set once nothing can save the answer; what comes after is not read. */
  readonly failed: FailedVerdict | undefined
}

export interface Judge {
  readonly state: JudgeState
  /** One event's data, a character a byte; its name and the HTTP status told beside it, where there were any. */
  take(data: string, name?: string, status?: number): void
  fail(verdict: FailedVerdict): void
  /** The verdict, for good. `cut` = why the answer ended otherwise than by itself; no matter once it was finished. */
  end(cut?: UpstreamFailure): Verdict
  usage(): Usage | undefined
}

const COMPLETE: Verdict = { kind: 'complete' }
const LONGEST_EVIDENCE = 65_536
/** More answers at once than any server gives: nobody keeps count of them. */
const MOST_CHOICES = 1_024
const BROKEN_FINISHES: ReadonlySet<string> = new Set(['error', 'error_finish'])

export function chatJudge({ readFailure, now, strike = (words) => words }: JudgeOptions): Judge {
  const state = {
    begun: false,
    good: false,
    finished: false,
    done: false,
    failed: undefined as FailedVerdict | undefined,
  }
  const begun = new Set<number>()
  const finished = new Set<number>()
  const tools = toolArguments()
  let lastUsage: unknown

  return { state, take, fail, end, usage: () => readUsage(lastUsage) }

  function take(data: string, name?: string, status = 0): void {
    if (state.failed || state.done || data === '') return
    if (data.startsWith('[DONE]')) {
      state.done = true
      if (!state.finished) fail(truncated('done-too-early'))
      return
    }
    const json = parsedJson(data)
    const event = fieldsOf(json)
    if (name === 'error' || status >= 400 || (event && holdsError(event))) {
      return fail(errorInside(decoded(data.slice(0, LONGEST_EVIDENCE)), status))
    }
    if (!event) return fail(malformed(whatCame(data)))
    if (event.usage) lastUsage = event.usage
    for (const choice of listOf(event.choices)) {
      const fields = fieldsOf(choice)
      if (fields && isBroken(fields)) return fail(errorInside(brokenChoice(data), 0))
      if (fields) takeChoice(fields)
    }
  }

  function takeChoice(choice: Fields): void {
    const index = typeof choice.index === 'number' ? choice.index : 0
    const delta = fieldsOf(choice.delta) ?? fieldsOf(choice.message)
    begun.add(index)
    state.begun = true
    if (delta?.tool_calls) tools.take(index, delta.tool_calls)
    if (begun.size > MOST_CHOICES || (delta?.tool_calls && tools.tooMany)) {
      return fail(malformed(phrase('too-many-parts')))
    }
    const reason = choice.finish_reason
    if (typeof reason === 'string' && reason !== '') takeFinish(index, reason)
    if (!state.good && !state.failed && delta && holdsSomething(delta)) state.good = true
    state.finished = finished.size === begun.size
  }

  function takeFinish(index: number, reason: string): void {
    if (reason === 'content_filter') {
      return fail(verdictOf('filtered', phrase('content-filter'), 'request'))
    }
    // It would rather not: the request is why, as with a filter.
    if (reason === 'refusal') {
      const evidence = phrase('model-refused')
      return fail({ kind: 'refused', failure: { kind: 'filtered', scope: 'request', evidence } })
    }
    if (finished.has(index)) return
    // An answer that ran out of tokens may well stop within a call.
    if (reason !== 'length' && tools.unclosed(index)) {
      return fail(malformed(phrase('within-tool-call')))
    }
    finished.add(index)
    state.good = true
  }

  function errorInside(text: string, status: number): FailedVerdict {
    const json = parsedJson(text)
    const failure = readFailure({
      status: status >= 400 ? status : (errorWords(json)?.status ?? 200),
      contentType: json === undefined ? 'text/plain' : 'application/json',
      text,
      json,
      now: now(),
    })
    return { kind: failure.kind === 'filtered' ? 'filtered' : 'error-inside-200', failure }
  }

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
}

export function malformed(evidence: Said, scope: FailureScope = 'model'): FailedVerdict {
  return verdictOf('malformed', evidence, scope)
}

function truncated(how: 'done-too-early' | 'no-finish-reason' | 'not-begun'): FailedVerdict {
  return { kind: 'truncated', failure: { kind: 'malformed', scope: 'model', evidence: phrase(how) } }
}

function verdictOf(kind: 'malformed' | 'filtered', evidence: Said, scope: FailureScope): FailedVerdict {
  return { kind, failure: { kind, scope, evidence } }
}

/**
 * A broken event holds the answer's own text, which is nobody's to log; a word in its place is quoted. It is shortened
 * once nothing of us is in it: half a credential would not be found.
 */
function whatCame(data: string): Said {
  return data.startsWith('{')
    ? phrase('broken-event')
    : phrase('not-an-event', { words: decoded(data.slice(0, 4_000)) })
}

function isBroken({ finish_reason: reason, error }: Fields): boolean {
  return (typeof reason === 'string' && BROKEN_FINISHES.has(reason)) || fieldsOf(error) !== undefined
}

/** Of the first choice that is broken: the error beside it, or what one server says where the answer's text would be. */
function brokenChoice(data: string): string {
  const choices = listOf(fieldsOf(parsedJson(decoded(data)))?.choices).map(fieldsOf)
  const choice = choices.find((fields) => fields && isBroken(fields))
  const error = fieldsOf(choice?.error)
  if (error) return JSON.stringify({ error })
  const reason = String(choice?.finish_reason)
  const content = fieldsOf(choice?.delta ?? choice?.message)?.content
  return reason === 'error_finish' && typeof content === 'string' && content !== ''
    ? content
    : `finish_reason: ${reason}`
}

function holdsSomething(delta: Fields): boolean {
  return (
    isFilled(delta.content) ||
    isFilled(delta.reasoning_content) ||
    isFilled(delta.reasoning) ||
    isFilled(delta.reasoning_details) ||
    isFilled(delta.tool_calls) ||
    isFilled(delta.refusal) ||
    fieldsOf(delta.function_call) !== undefined ||
    fieldsOf(delta.audio) !== undefined
  )
}

function isFilled(value: unknown): boolean {
  return (typeof value === 'string' || Array.isArray(value)) && value.length > 0
}
