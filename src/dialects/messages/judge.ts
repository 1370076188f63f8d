/** What the events of a Messages answer come to. Shapes: Anthropic's API reference, Messages streaming, read 2026-11. */
import { phrase } from '../../core/phrase.ts'
import { errorInside, wordsIn } from '../error-inside.ts'
import { fieldsOf, isFilled, listOf, parsedJson, type Fields } from '../fields.ts'
import type { Judge, JudgeOptions } from '../judge.ts'
import { openJudgement } from '../judgement.ts'
import { decoded } from '../latin1.ts'
import { malformed, truncated, whatCame } from '../malformed.ts'
import { readUsage } from './usage.ts'

/** More blocks than any answer has: nobody keeps count of them. */
const MOST_BLOCKS = 4_096
/** It ran out of tokens or of its window: it may well have stopped within a call. */
const CUT_SHORT: ReadonlySet<string> = new Set(['max_tokens', 'model_context_window_exceeded'])
const MESSAGE_STOP = 'event: message_stop\ndata: {"type":"message_stop"}\n\n'

export function messagesJudge(options: JudgeOptions): Judge {
  const { taken, sealed } = options
  const { state, fail, end } = openJudgement(options)
  /** Calls whose arguments are still coming. */
  const openCalls = new Set<unknown>()
  let blocks = 0
  let began: unknown
  let isStream = false
  let told: unknown

  return {
    state,
    take,
    fail,
    end,
    usage: () => readUsage(began, told),
    ending: () => (state.finished && !state.done && isStream ? MESSAGE_STOP : ''),
  }

  function take(data: string, name?: string, status = 0): void {
    if (state.failed || state.done || data === '') return
    const json = parsedJson(taken ? decoded(data) : data)
    const event = fieldsOf(json)
    if (name === 'error' || status >= 400 || event?.type === 'error' || fieldsOf(event?.error)) {
      return fail(errorInside(wordsIn(data), status, options))
    }
    if (!event) return fail(malformed(whatCame(data)))
    takeEvent(event)
    if (!state.failed) taken?.(event)
  }

  function takeEvent(event: Fields): void {
    switch (event.type) {
      case 'message_start':
        isStream = true
        state.begun = true
        began = fieldsOf(event.message)?.usage
        break
      case 'content_block_start':
        if ((blocks += 1) > MOST_BLOCKS) return fail(malformed(phrase('too-many-parts')))
        state.begun = true
        takeBlock(fieldsOf(event.content_block) ?? {})
        if (fieldsOf(event.content_block)?.type === 'tool_use') openCalls.add(event.index)
        break
      case 'content_block_delta':
        takeDelta(fieldsOf(event.delta) ?? {})
        break
      case 'content_block_stop':
        openCalls.delete(event.index)
        break
      case 'message_delta':
        told = { ...fieldsOf(told), ...fieldsOf(event.usage) }
        takeFinish(fieldsOf(event.delta)?.stop_reason)
        break
      case 'message_stop':
        state.done = true
        if (!state.finished) fail(truncated('done-too-early'))
        break
      case 'message': // an answer in one piece
        state.begun = true
        began = event.usage
        for (const block of listOf(event.content)) takeBlock(fieldsOf(block) ?? {})
        takeFinish(event.stop_reason)
        break
      default: // `ping`, and whatever comes to be
    }
  }

  /** A block as it begins, or whole. */
  function takeBlock(block: Fields): void {
    switch (block.type) {
      case 'text':
        if (isFilled(block.text)) state.good = true
        break
      case 'thinking':
        if (isFilled(block.thinking) || isFilled(block.signature)) state.good = true
        if (isFilled(block.signature)) sealed?.(block.signature)
        break
      case 'redacted_thinking':
        state.good = true
        if (isFilled(block.data)) sealed?.(block.data)
        break
      default:
        // A tool's call, or the result of one that the upstream made itself.
        state.good = true
    }
  }

  function takeDelta({ type, text, thinking, signature, partial_json: json }: Fields): void {
    if (isFilled(text) || isFilled(thinking) || isFilled(json) || isFilled(signature)) state.good = true
    if (type === 'signature_delta' && isFilled(signature)) sealed?.(signature)
  }

  function takeFinish(reason: unknown): void {
    if (!isFilled(reason) || state.finished) return
    // It would rather not: the request is why, as with a filter.
    if (reason === 'refusal') {
      const evidence = phrase('model-refused')
      return fail({ kind: 'refused', failure: { kind: 'filtered', scope: 'request', evidence } })
    }
    if (openCalls.size > 0 && !CUT_SHORT.has(reason)) return fail(malformed(phrase('within-tool-call')))
    state.finished = true
    state.good = true
  }
}
