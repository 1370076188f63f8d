/** Which requests are meant: by model, by failure, by time, how many. */
import { OpenClawError } from '../core/errors.ts'
import type { RequestsWish } from '../control/requests.ts'
import { textOption, type CommandInput } from './command.ts'
import { wholeOption } from './whole-option.ts'

const SPAN_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const MOST = 1_000

export function requestsWish(input: CommandInput, act: 'list' | 'tail', usual: number): RequestsWish {
  const command = `openclaw requests ${act}`
  const model = textOption(input, 'model')
  const since = sinceOf(input, command)
  const most = wholeOption(input, 'limit', command, 1) ?? usual
  if (most > MOST)
    throw new OpenClawError('option-value', { option: 'limit', met: String(most), allowed: `1 ... ${MOST}`, command })
  return {
    ...(model !== undefined && { model }),
    failed: input.options['failed'] === true,
    ...(since && { since }),
    most,
  }
}

/** One that there is: a date would take the 30th of February for a day in March. */
function beginsWithDay(text: string): boolean {
  const [day] = /^\d{4}-\d\d-\d\d(?=[T ]|$)/.exec(text) ?? []
  if (day === undefined) return false
  const at = new Date(`${day}T00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)
}

/** A day or time of this machine's zone, or so long ago. */
function sinceOf(input: CommandInput, command: string): Date | undefined {
  const text = textOption(input, 'since')
  if (text === undefined) return undefined
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined) {
    return new Date(input.app.clock.now().getTime() - Number(count) * SPAN_MS[unit as keyof typeof SPAN_MS])
  }
  const at = beginsWithDay(text) ? new Date(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T')) : undefined
  if (at && !Number.isNaN(at.getTime())) return at
  throw new OpenClawError('option-value', {
    option: 'since',
    met: text,
    allowed: '2026-11-24, 2026-11-24T18:00, 30m, 12h, 7d',
    command,
  })
}
