/** A whole chat answer, held in memory: what it comes to. */
import { phrase } from '../../core/phrase.ts'
import type { FailedVerdict, Usage, Verdict } from '../../core/verdict.ts'
import { fieldsOf, parsedJson } from '../fields.ts'
import { looksLikeHtml, titleOf } from '../html.ts'
import { decoded, latin1 } from '../latin1.ts'
import { errorWords, holdsError } from './error-object.ts'
import { chatJudge, malformed, type Judge, type JudgeOptions } from './judge.ts'

export interface AnswerOptions extends JudgeOptions {
  readonly contentType?: string
}

export function readChatAnswer(
  body: Uint8Array,
  options: AnswerOptions,
): { readonly verdict: Verdict; readonly usage?: Usage } {
  const judge = chatJudge(options)
  const text = withoutMark(latin1(body))
  if (text.trim() === '') judge.fail(malformed(phrase('answer-empty')))
  else if (looksLikeHtml(text, options.contentType)) judge.fail(page(text))
  else takeWhole(judge, text)
  const verdict = judge.end()
  const usage = judge.usage()
  return { verdict, ...(usage && { usage }) }
}

/** A body without a single event, where a stream was due: an error or a page, most likely. */
export function readUnframed(judge: Judge, opening: string, contentType: string | undefined): void {
  const text = withoutMark(opening)
  if (text.trim() === '') return
  if (looksLikeHtml(text, contentType)) return judge.fail(page(text))
  const json = fieldsOf(parsedJson(text))
  if (json && (holdsError(json) || errorWords(json))) return judge.take(text, 'error')
  // Comments alone are a stream that broke off before its first event.
  if (json || !/^(?::|data|event|id|retry)/.test(text.trimStart())) judge.fail(malformed(phrase('no-event-stream')))
}

/** By its first sign: no line of an event stream that means something begins so. */
export function isPageOrJson(opening: string, contentType: string | undefined): boolean {
  const text = withoutMark(opening)
  return looksLikeHtml(text, contentType) || /^\s*[{[]/.test(text)
}

function takeWhole(judge: Judge, text: string): void {
  judge.take(text)
  if (!judge.state.begun) judge.fail(malformed(phrase('no-choices')))
}

function page(text: string): FailedVerdict {
  return malformed(phrase('page-in-answer', { title: decoded(titleOf(text) ?? '') || phrase('untitled') }), 'provider')
}

function withoutMark(text: string): string {
  return text.startsWith('\u00EF\u00BB\u00BF') ? text.slice(3) : text
}
