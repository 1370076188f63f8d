/** A trouble of a running gateway, in a person's words, with the command that mends it apart. */
import { OpenClawError, type ErrorCode } from '../core/errors.ts'
import type { Said } from '../core/phrase.ts'
import type { Words } from '../texts/index.ts'

export interface ToldProblem {
  readonly code?: string
  readonly message: string
  readonly run?: string
}

/** A gateway that meets one of these serves by the settings before it. */
const OF_SETTINGS: readonly ErrorCode[] = ['config-syntax', 'config-invalid', 'config-emptied']

export function toldProblem(problem: Said | OpenClawError, { say, texts }: Pick<Words, 'say' | 'texts'>): ToldProblem {
  const said = say(problem)
  if (!(problem instanceof OpenClawError)) return { message: said }
  const { code, run } = problem
  const message = isOfSettings(code) ? texts.gateway.lastGood(said) : said
  return { code, message, ...(run !== undefined && { run }) }
}

export function isOfSettings(code: string | undefined): boolean {
  return OF_SETTINGS.some((known) => known === code)
}
