/** What an upstream says of its limits, said on in the style of the caller's format: these headers of its and no others. */
import type { HeaderMap } from '../core/ports.ts'
import type { CallerDialectId } from './caller-request.ts'
import { resetMs } from './retry-after.ts'

type Fact = 'limit' | 'remaining' | 'reset'

interface Style {
  readonly counts: readonly string[]
  name(fact: Fact, counted: string): string
  /** When the limit is whole again. */
  reset(inMs: number, now: Date): string
}

const FACTS: readonly Fact[] = ['limit', 'remaining', 'reset']
/** What is longer is no number and no time. */
const LONGEST_VALUE = 40
const LONGEST_WAIT_MS = 366 * 86_400_000

const MESSAGES: Style = {
  counts: ['requests', 'tokens', 'input-tokens', 'output-tokens'],
  name: (fact, counted) => `anthropic-ratelimit-${counted}-${fact}`,
  // RFC 3339, in whole seconds, none too early.
  reset: (inMs, now) => `${new Date(Math.ceil((now.getTime() + inMs) / 1_000) * 1_000).toISOString().slice(0, 19)}Z`,
}

const OPENAI: Style = {
  counts: ['requests', 'tokens'],
  name: (fact, counted) => `x-ratelimit-${fact}-${counted}`,
  reset: durationText,
}

const STYLES: Readonly<Record<CallerDialectId, Style>> = {
  'chat-completions': OPENAI,
  responses: OPENAI,
  embeddings: OPENAI,
  messages: MESSAGES,
}

export function rateLimitHeaders(
  headers: HeaderMap,
  caller: CallerDialectId,
  now: Date,
): Readonly<Record<string, string>> {
  // Most say nothing of the kind.
  if (!Object.keys(headers).some((name) => name.includes('ratelimit'))) return {}
  const style = STYLES[caller]
  const other = style === MESSAGES ? OPENAI : MESSAGES
  const said = style.counts.flatMap((counted) => {
    const own = factsIn(headers, style, counted)
    // In its own style nothing is worked out anew.
    const facts = own.length > 0 ? own : factsIn(headers, other, counted)
    return facts.flatMap(([fact, value]): [string, string][] => {
      if (fact !== 'reset') return /^\d{1,15}$/.test(value) ? [[style.name(fact, counted), value]] : []
      const inMs = resetMs(value, now)
      if (!(inMs <= LONGEST_WAIT_MS)) return []
      return [[style.name(fact, counted), facts === own ? value : style.reset(Math.max(0, inMs), now)]]
    })
  })
  return Object.fromEntries(said)
}

function factsIn(headers: HeaderMap, style: Style, counted: string): readonly (readonly [Fact, string])[] {
  return FACTS.flatMap((fact): [Fact, string][] => {
    const told = headers[style.name(fact, counted)]
    const value = (typeof told === 'string' ? told : told?.[0])?.trim()
    return value && value.length <= LONGEST_VALUE ? [[fact, value]] : []
  })
}

/** `12ms`, `1.5s`, `6m0s`, `1h0m0s`: as OpenAI writes them. */
function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)}ms`
  const seconds = Math.ceil(ms / 10) / 100
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  const rest = `${Number((seconds % 60).toFixed(2))}s`
  return (hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : '') + rest
}
