/** What the events of a chat answer come to: one state machine for streams and whole answers. */
import type { FailureScope } from '../../core/failure.ts'
import { phrase, type Said } from '../../core/phrase.ts'
import type { FailedVerdict } from '../../core/verdict.ts'
import { errorInside, wordsIn } from '../error-inside.ts'
import { fieldsOf, listOf, parsedJson, type Fields } from '../fields.ts'
import type { Judge, JudgeOptions } from '../judge.ts'
import { openJudgement } from '../judgement.ts'
import { decoded } from '../latin1.ts'
import { malformed, truncated, whatCame } from '../malformed.ts'
import { holdsError } from '../error-object.ts'
import { toolArguments } from './tool-arguments.ts'
import { readUsage } from './usage.ts'

/** More answers at once than any server gives: nobody keeps count of them. */
const MOST_CHOICES = 1_024
const BROKEN_FINISHES: ReadonlySet<string> = new Set(['error', 'error_finish'])

export function chatJudge(options: JudgeOptions): Judge {
  const { taken, mend, hidesUsage } = options
  const { state, fail, end } = openJudgement(options)
  /** The event at hand has a tool call or a finish. */
  let mayNeedMending = false
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
    const json = parsedJson(taken ? decoded(data) : data)
    const event = fieldsOf(json)
    if (name === 'error' || status >= 400 || (event && holdsError(event))) {
      return fail(errorInside(wordsIn(data), status, options))
    }
    if (!event) return fail(malformed(whatCame(data)))
    if (event.usage) takeUsage(event)
    mayNeedMending = false
    for (const choice of listOf(event.choices)) {
      const fields = fieldsOf(choice)
      if (fields && isBroken(fields)) return fail(errorInside(brokenChoice(data), 0, options))
      if (fields) takeChoice(fields)
    }
    if (state.failed) return
    const mended = mend && mayNeedMending ? mend(taken ? event : trueText(data, event)) : undefined
    // Whoever takes each event in needs no other bytes.
    if (mended && !taken) state.instead = mended
    taken?.(mended ?? event)
  }

  function takeUsage(event: Fields): void {
    lastUsage = event.usage
    if (hidesUsage && Array.isArray(event.choices) && event.choices.length === 0) state.instead = null
  }

  function takeChoice(choice: Fields): void {
    const index = typeof choice.index === 'number' ? choice.index : 0
    const delta = fieldsOf(choice.delta) ?? fieldsOf(choice.message)
    begun.add(index)
    state.begun = true
    if (delta?.tool_calls) {
      tools.take(index, delta.tool_calls)
      mayNeedMending = true
    }
    if (begun.size > MOST_CHOICES || (delta?.tool_calls && tools.tooMany)) {
      return fail(malformed(phrase('too-many-parts')))
    }
    const reason = choice.finish_reason
    if (typeof reason === 'string' && reason !== '') takeFinish(index, reason)
    if (!state.good && !state.failed && delta && holdsSomething(delta)) state.good = true
    state.finished = finished.size === begun.size
  }

  function takeFinish(index: number, reason: string): void {
    mayNeedMending = true
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
}

function verdictOf(kind: 'malformed' | 'filtered', evidence: Said, scope: FailureScope): FailedVerdict {
  return { kind, failure: { kind, scope, evidence } }
}

/** A plugin reads text, and no bytes. */
function trueText(data: string, event: Fields): Fields {
  return fieldsOf(parsedJson(decoded(data))) ?? event
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
