/** An answer that is no stream, held in memory: given to its format's judge, or told for what it is. */
import { phrase, type Said } from '../core/phrase.ts'
import type { FailedVerdict } from '../core/verdict.ts'
import { errorWords, holdsError } from './error-object.ts'
import { fieldsOf, parsedJson } from './fields.ts'
import { looksLikeHtml, titleOf } from './html.ts'
import type { AnswerReading, Judge } from './judge.ts'
import { decoded, latin1 } from './latin1.ts'
import { malformed } from './malformed.ts'

/** `unbegun` = what is wrong with JSON in which the judge saw no answer. */
export function readWhole(
  judge: Judge,
  body: Uint8Array,
  { contentType, unbegun }: { readonly contentType?: string; readonly unbegun: Said },
): AnswerReading {
  const text = withoutMark(latin1(body))
  if (text.trim() === '') judge.fail(malformed(phrase('answer-empty')))
  else if (looksLikeHtml(text, contentType)) judge.fail(page(text))
  else {
    judge.take(text)
    if (!judge.state.begun) judge.fail(malformed(unbegun))
  }
  const verdict = judge.end()
  const usage = judge.usage()
  const { instead } = judge.state
  return { verdict, ...(usage && { usage }), ...(instead && { body: Buffer.from(JSON.stringify(instead)) }) }
}

/** A body without a single event, where a stream was due: an error or a page, most likely. */
export function readUnframed(judge: Judge, opening: string, contentType: string | undefined): void {
  const text = withoutMark(opening)
  if (text.trim() === '') return
  if (looksLikeHtml(text, contentType)) return judge.fail(page(text))
  const json = fieldsOf(parsedJson(text))
  const isAnswer = json?.type === 'message' || json?.object === 'response'
  if (json && !isAnswer && (holdsError(json) || errorWords(json))) return judge.take(text, 'error')
  // Comments alone are a stream that broke off before its first event.
  if (json || !/^(?::|data|event|id|retry)/.test(text.trimStart())) judge.fail(malformed(phrase('no-event-stream')))
}

/** By its first sign: no line of an event stream that means something begins so. */
export function isPageOrJson(opening: string, contentType: string | undefined): boolean {
  const text = withoutMark(opening)
  return looksLikeHtml(text, contentType) || /^\s*[{[]/.test(text)
}

function page(text: string): FailedVerdict {
  return malformed(phrase('page-in-answer', { title: decoded(titleOf(text) ?? '') || phrase('untitled') }), 'provider')
}

function withoutMark(text: string): string {
  return text.startsWith('\u00EF\u00BB\u00BF') ? text.slice(3) : text
}
