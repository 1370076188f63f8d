/** What a caller says by a header: may another model be asked what a content filter stopped? */
import type { IncomingHttpHeaders } from 'node:http'
import { OpenClawError } from '../core/errors.ts'
import { phrase } from '../core/phrase.ts'

const HEADER = 'x-openclaw-filter-fallback'

/** Undefined = it is left to the settings. Throws `bad-request` for a word that means neither. */
export function filterWord(headers: IncomingHttpHeaders): boolean | undefined {
  const word = headers[HEADER]
  if (word === undefined) return undefined
  if (word === 'on' || word === 'off') return word === 'on'
  throw new OpenClawError('bad-request', { detail: phrase('header-on-or-off', { header: HEADER, met: String(word) }) })
}
