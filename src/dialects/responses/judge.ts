/** What the events of a Responses answer come to. Shapes: OpenAI's API reference, Responses streaming, read 2026-11. */
import type { UpstreamFailure } from '../../core/failure.ts'
import { phrase } from '../../core/phrase.ts'
import type { FailedVerdict } from '../../core/verdict.ts'
import { errorInside, wordsIn } from '../error-inside.ts'
import { fieldsOf, isFilled, listOf, parsedJson, type Fields } from '../fields.ts'
import type { Judge, JudgeOptions } from '../judge.ts'
import { openJudgement } from '../judgement.ts'
import { decoded } from '../latin1.ts'
import { malformed, whatCame } from '../malformed.ts'
import { readUsage } from './usage.ts'

/** More items than any answer has: nobody keeps count of them. */
const MOST_ITEMS = 4_096
const CALLS: ReadonlySet<unknown> = new Set(['function_call', 'custom_tool_call'])
/** What carries text, reasoning or a part of a call. */
const SAYING =
  /^response\.(?:output_text|refusal|reasoning_text|reasoning_summary_text|function_call_arguments|custom_tool_call_input)\.delta$/

export function responsesJudge(options: JudgeOptions): Judge {
  const { taken, sealed } = options
  const { state, fail, end } = openJudgement(options)
  /** Calls whose arguments are still coming. */
  const openCalls = new Set<unknown>()
  let items = 0
  let usage: unknown

  return { state, take, fail, end, usage: () => readUsage(usage) }

  function take(data: string, name?: string, status = 0): void {
    if (state.failed || state.done || data === '' || data.startsWith('[DONE]')) return
    const json = parsedJson(taken ? decoded(data) : data)
    const event = fieldsOf(json)
    if (!event) return fail(name === 'error' || status >= 400 ? inside(data, status) : malformed(whatCame(data)))
    const isError = event.type === 'error' || name === 'error' || status >= 400
    if (isError || (event.object !== 'response' && fieldsOf(event.error))) return fail(inside(data, status))
    takeEvent(event)
    if (!state.failed) taken?.(event)
  }

  function takeEvent(event: Fields): void {
    const type = typeof event.type === 'string' ? event.type : ''
    if (type.startsWith('response.')) state.begun = true
    if (SAYING.test(type) && isFilled(event.delta)) state.good = true
    switch (type) {
      case 'response.output_item.added':
        if ((items += 1) > MOST_ITEMS) return fail(malformed(phrase('too-many-parts')))
        if (CALLS.has(fieldsOf(event.item)?.type)) openCalls.add(event.output_index)
        break
      case 'response.output_item.done':
        openCalls.delete(event.output_index)
        takeItem(fieldsOf(event.item) ?? {})
        break
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        takeWhole(fieldsOf(event.response) ?? {})
        break
      default:
        if (event.object === 'response') {
          state.begun = true
          for (const item of listOf(event.output)) takeItem(fieldsOf(item) ?? {})
          takeWhole(event)
        }
    }
  }

  function takeItem(item: Fields): void {
    state.good = true
    if (item.type === 'reasoning' && isFilled(item.encrypted_content)) sealed?.(item.encrypted_content)
  }

  /** The response at its end. */
  function takeWhole(response: Fields): void {
    ;({ usage } = response)
    const why = fieldsOf(response.incomplete_details)?.reason
    if (response.status === 'failed' || response.status === 'cancelled') {
      return fail(
        errorInside(JSON.stringify({ error: response.error ?? { message: `status: ${response.status}` } }), 0, options),
      )
    }
    if (why === 'content_filter') {
      const failure: UpstreamFailure = { kind: 'filtered', scope: 'request', evidence: phrase('content-filter') }
      return fail({ kind: 'filtered', failure })
    }
    if (response.status !== 'incomplete' && openCalls.size > 0) return fail(malformed(phrase('within-tool-call')))
    if (response.status === 'queued' || response.status === 'in_progress') return
    state.good = true
    state.finished = true
    state.done = true
  }

  function inside(data: string, status: number): FailedVerdict {
    return errorInside(wordsIn(data), status, options)
  }
}
