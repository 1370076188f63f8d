/** A decision for people: who is asked, who is not, and what would change that. */
import type { Explained, ExplainedRejection, WayTold } from '../control/contract.ts'
import { localTime } from '../core/local-time.ts'
import { narrower, proseLines } from './layout.ts'
import type { Output } from './output.ts'

export function explainLines(explained: Explained, output: Output): readonly string[] {
  const { texts } = output.words
  const words = texts.explain
  const { asked, candidates, rejected, instead, waitsUntil } = explained
  const facts = [
    ...(asked.hasImage ? [words.with.image] : []),
    ...(asked.hasTools ? [words.with.tools] : []),
    ...(asked.tokens === undefined ? [] : [words.with.tokens(asked.tokens.toLocaleString('en'))]),
  ].join(texts.comma)
  const title = asked.model === undefined ? words.title(asked.agent) : words.titleOf(asked.model)
  return [
    ...proseLines(facts ? texts.withReason(title, facts) : title, output).map(output.styles.bold),
    '',
    ...(candidates.length > 0 ? proseLines(texts.labelled(words.order, '').trimEnd(), output) : [words.nobody]),
    ...candidates.flatMap(({ ref, profile, findsOut, isBeingTried, ways }, at) => {
      const notes = [
        ...(at === 0 ? [words.first] : []),
        ...(isBeingTried ? [words.beingTried] : findsOut ? [words.findsOut] : []),
      ].join(texts.comma)
      const name = words.by(ref, profile)
      const line = `  ${at + 1}. ${notes ? texts.labelled(name, notes) : name}`
      return [
        ...proseLines(line, output, 5).map(at === 0 ? output.styles.green : (told) => told),
        ...wayLines(ways, at > 0, output),
      ]
    }),
    ...(waitsUntil === undefined ? [] : proseLines(words.waits(localTime(waitsUntil)), output)),
    ...(instead ? ['', ...proseLines(words.instead(instead.ref), output), ...wayLines([instead], true, output)] : []),
    ...(rejected.length > 0 ? ['', texts.labelled(words.others, '').trimEnd()] : []),
    ...rejected.flatMap((rejection) => [
      ...proseLines(`  - ${texts.labelled(nameOf(rejection, output), whyOf(rejection, output))}`, output, 4),
      ...wayLines(rejection.ways, true, output),
    ]),
  ]
}

function nameOf({ ref, profile }: ExplainedRejection, { words: { texts } }: Output): string {
  return profile === undefined ? ref : texts.explain.by(ref, profile)
}

function whyOf(rejection: ExplainedRejection, { words: { texts, say } }: Output): string {
  const words = texts.explain
  const { reason, failure, evidence, until, probeAt, used, limit, window } = rejection
  const kind = reason === 'not-rotated' ? words.notRotated : texts.failures[reason]
  const cause = failure === undefined ? kind : texts.withReason(kind, texts.failures[failure])
  const timed = until === undefined ? cause : words.until(cause, localTime(until))
  return [
    timed,
    ...(used === undefined || limit === undefined ? [] : [words.used(used, limit)]),
    ...(window === undefined ? [] : [words.window(window.toLocaleString('en'))]),
    ...(probeAt === undefined ? [] : [words.probe(localTime(probeAt))]),
    ...(evidence === undefined ? [] : [say(evidence)]),
  ].join(texts.semicolon)
}

function wayLines(ways: readonly WayTold[], isWanted: boolean, output: Output): readonly string[] {
  if (!isWanted) return []
  const { texts, say } = output.words
  const words = texts.explain
  const inner = narrower(output, 5)
  const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => output.styles.dim(`     ${line}`))
  if (ways.length === 0) return indent(proseLines(words.noWay, inner))
  const told = ways.map(({ changes }) =>
    changes
      .map(({ change, run }) => (run === undefined ? say(change) : texts.labelled(say(change), run)))
      .map((one, at) => (at === 0 ? one : words.and(one))),
  )
  return indent([
    ...proseLines(texts.labelled(words.wouldFirst, '').trimEnd(), inner),
    ...told.flatMap((way, at) => [
      ...(at === 0 ? [] : [`  ${words.or}`]),
      ...way.flatMap((line) => proseLines(`  ${line}`, inner, 4)),
    ]),
  ])
}
