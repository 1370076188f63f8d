/** Requests for people: one as a row of a list, or with its whole story. */
import type { RequestStep, RequestTold } from '../control/contract.ts'
import { localTime } from '../core/local-time.ts'
import type { Usage } from '../core/verdict.ts'
import type { Texts, Words } from '../texts/index.ts'
import { tableLines } from './layout.ts'
import type { Output } from './output.ts'

export function requestRow(request: RequestTold, { texts }: Pick<Words, 'texts'>): readonly string[] {
  const { requests, none, comma } = texts
  const { requestId, startedAt, tookMs, outcome, answeredBy, usage, steps } = request
  const before = steps.slice(0, answeredBy === undefined ? undefined : -1)
  // Asked twice, it says the same twice.
  const others = [...new Set(before.map((step) => texts.withReason(step.ref, whatOf(step, texts))))].join(comma)
  const what = outcomeOf(request, texts)
  return [
    localTime(startedAt),
    requestId,
    answeredBy ?? none,
    others === '' ? what : requests.after(what, others),
    tookMs === undefined ? none : requests.ms(tookMs),
    usage ? tokensOf(usage, texts) : none,
  ].map((cell, at) => (outcome === 'running' && at > 3 ? none : cell))
}

export function storyLines(request: RequestTold, output: Output): readonly string[] {
  const { texts, say } = output.words
  const { requests, none } = texts
  const { fields } = requests
  const { requestId, startedAt, tookMs, model, caller, agent, answeredBy, profile, usage, steps } = request
  const rows = [
    [fields.begun, localTime(startedAt)],
    ...(model === undefined ? [] : [[fields.asked, agent === undefined ? model : texts.withReason(model, agent)]]),
    [fields.by, caller ?? fields.owner],
    [fields.outcome, outcomeOf(request, texts)],
    ...(answeredBy === undefined ? [] : [[fields.answered, texts.explain.by(answeredBy, profile ?? none)]]),
    ...(tookMs === undefined ? [] : [[fields.took, requests.ms(tookMs)]]),
    ...(usage ? [[fields.tokens, tokensOf(usage, texts)]] : []),
  ]
  const ms = (value: number | undefined): string => (value === undefined ? none : requests.ms(value))
  const story = steps.map((step, at) => [
    String(at + 1),
    step.ref,
    step.profile ?? none,
    whatOf(step, texts),
    step.status === undefined ? none : String(step.status),
    ms(step.startedAt === undefined ? undefined : Date.parse(step.startedAt) - Date.parse(startedAt)),
    ms(step.tookMs),
    ms(step.firstEventMs),
    step.usage ? tokensOf(step.usage, texts) : none,
    step.evidence === undefined ? none : say(step.evidence),
  ])
  return [
    output.styles.bold(requestId),
    ...tableLines(rows, 'fields', output),
    ...(story.length > 0 ? ['', ...tableLines([requests.stepColumns, ...story], 'titled', output)] : []),
  ]
}

function outcomeOf({ outcome, reason, status }: RequestTold, texts: Texts): string {
  const word = texts.requests.outcomes[outcome]
  const known: Readonly<Record<string, string>> = texts.failures
  const why = [
    ...(reason === undefined ? [] : [known[reason] ?? reason]),
    ...(status === undefined ? [] : [String(status)]),
  ]
  return why.length > 0 ? texts.withReason(word, why.join(texts.comma)) : word
}

function whatOf({ met, outcome, failure, firstEventMs }: RequestStep, texts: Texts): string {
  const { requests, failures, comma } = texts
  if (met === 'late' || met === 'outrun') return requests.met[met]
  if (met !== undefined) {
    const known: Readonly<Record<string, string>> = failures
    return requests.notAsked(
      met
        .split(':')
        .map((word) => known[word] ?? word)
        .join(comma),
    )
  }
  // It was reached, whatever ended it.
  if (failure)
    return firstEventMs === undefined
      ? failures[failure]
      : texts.withReason(requests.outcomes['broken-off'], failures[failure])
  switch (outcome) {
    case 'answered':
      return requests.outcomes.answered
    case 'open':
      return requests.outcomes.running
    case 'aborted':
      return requests.aborted
    default:
      return requests.outcomes.unknown
  }
}

function tokensOf({ inputTokens, outputTokens }: Usage, { requests, none }: Texts): string {
  const told = (count: number | undefined): string => (count === undefined ? none : count.toLocaleString('en'))
  return requests.tokens(told(inputTokens), told(outputTokens))
}
