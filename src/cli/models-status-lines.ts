/** `models status` for people: default and chain, every login's true state, what is left of the day. */
import type { LoginsChecked, ModelsStatus } from '../control/contract.ts'
import { narrower, proseLines, tableLines } from './layout.ts'
import { owner, stateDetails } from './login-lines.ts'
import { restIn, retirementLines } from './model-lines.ts'
import { networkRows } from './network-lines.ts'
import type { Output } from './output.ts'

export function statusLines(status: ModelsStatus, output: Output, now: Date): readonly string[] {
  const { texts } = output.words
  const words = texts.models.status
  const aliases = Object.entries(status.aliases)
  const retired = Object.values(status.providers).flatMap(({ label, retiredSince }) =>
    retiredSince ? [words.retired(label, retiredSince)] : [],
  )
  const told = (text: string): readonly string[] => proseLines(text, output)
  const warned = (text: string): readonly string[] => told(text).map(output.styles.yellow)
  return [
    ...tableLines(
      [
        [words.settings, status.configPath],
        [words.default, status.default ?? texts.none],
        [words.fallbacks, status.fallbacks.join(texts.comma) || texts.none],
        [words.imageModel, status.imageModel ?? texts.none],
        [words.imageFallbacks, status.imageFallbacks.join(texts.comma) || texts.none],
        [words.aliases, aliases.map(([alias, ref]) => `${alias} = ${ref}`).join(texts.comma) || texts.none],
        ...networkRows(status.network, output.words),
      ],
      'fields',
      output,
    ),
    '',
    output.styles.bold(words.logins),
    ...logins(status, output, now),
    ...status.auth.existing.flatMap(({ program, file, provider }) =>
      told(`  ${words.existing(program, file, provider)}`).map(output.styles.dim),
    ),
    ...probed(status, output),
    ...quota(status, output, now),
    ...(retired.length > 0 ? ['', ...retired.flatMap(warned)] : []),
    ...[...chain(status, output), ...silent(status, output)].flatMap(warned),
    ...status.problems.flatMap((problem) => [
      ...warned(texts.gateway.problem(output.words.say(problem))),
      ...(problem.run ? [texts.labelled(texts.run, problem.run)] : []),
    ]),
    ...status.warnings.flatMap((path) => warned(words.unknownSetting(path))),
    ...Object.values(status.refusedPlugins).flatMap(({ problem, run: next }) => [
      ...warned(problem),
      ...(next ? [texts.labelled(texts.run, next)] : []),
    ]),
  ]
}

/** The line of the login says it. */
const OF_LOGIN: ReadonlySet<string> = new Set(['no-login', 'needs-login'])

/** What stands against a model that the settings name. */
function chain({ chain: links }: ModelsStatus, { words: { texts } }: Output): readonly string[] {
  const words = texts.models.status
  return links.flatMap(({ ref, state, unready, rests, retirement }) => {
    const told = {
      ok: rests
        ? [words.passedBy(ref, restIn(rests, texts))]
        : unready && !OF_LOGIN.has(unready)
          ? [words.passedBy(ref, texts.failures[unready])]
          : [],
      unlisted: [words.unlisted(ref)],
      'unknown-model': [words.unknownModel(ref)],
      'unknown-provider': [words.unknownProvider(ref)],
      'switched-off': [words.switchedOff(ref)],
      'no-key': [words.withoutKey(ref, ref.slice(0, ref.indexOf('/')))],
    } satisfies Record<typeof state, readonly string[]>
    return [...told[state], ...(retirement ? retirementLines(ref, retirement, texts) : [])]
  })
}

function silent({ providers }: ModelsStatus, { words: { texts } }: Output): readonly string[] {
  return Object.values(providers).flatMap(({ label, baseUrl, answers, answeredStatus }) => {
    if (answers !== false) return []
    const words = texts.models.status
    const url = baseUrl ?? texts.none
    return [answeredStatus === undefined ? words.silent(label, url) : words.answeredWith(label, url, answeredStatus)]
  })
}

function logins(status: ModelsStatus, output: Output, now: Date): readonly string[] {
  const { texts } = output.words
  const { columns, fields } = texts.logins
  const titles = [columns[0] ?? '', fields.kind, fields.state, columns.at(-1) ?? '']
  const profiles = Object.entries(status.auth.profiles)
  if (profiles.length === 0) return [`  ${texts.models.status.noLogins}`]
  return indented(
    tableLines(
      profiles.map(([id, profile]) => [
        id,
        profile.mode,
        texts.states[profile.state],
        [owner(profile, output.words), ...stateDetails(profile, output.words, now)]
          .filter((text) => text !== texts.none)
          .join(texts.comma) || texts.none,
      ]),
      'rows',
      narrower(output, 2),
      titles,
    ),
  )
}

/** What a call with each login in use came to. */
function probed({ probe = {} }: ModelsStatus, output: Output): readonly string[] {
  const { texts, say } = output.words
  const words = texts.logins.probed
  const rows = Object.entries(probe).map(([id, { ref, result, ms, reason }]) => [
    id,
    ref,
    words[result],
    [...(ms === undefined ? [] : [words.ms(ms)]), ...(reason === undefined ? [] : [say(reason)])].join(texts.comma),
  ])
  return rows.length === 0
    ? []
    : ['', output.styles.bold(words.title), ...indented(tableLines(rows, 'rows', narrower(output, 2)))]
}

/** Which logins are not good, for whoever reads more than the exit code. */
export function checkLines({ profiles, without }: LoginsChecked, { words: { texts } }: Output): readonly string[] {
  const { checked } = texts.logins
  const lines = [
    ...profiles.flatMap(({ profile, state, verdict }) =>
      verdict === 'ok' ? [] : [checked[verdict](profile, texts.states[state])],
    ),
    ...without.map(checked.without),
  ]
  return profiles.length === 0 && lines.length === 0 ? [checked.nothing] : lines
}

/** Each account's count; when the day ends and what is known of the limits, once for all of whom it is true. */
function quota(status: ModelsStatus, output: Output, now: Date): readonly string[] {
  const { texts } = output.words
  const words = texts.models.status
  const counts = Map.groupBy(Object.entries(status.quota), ([, day]) => JSON.stringify({ ...day, used: undefined }))
  if (counts.size === 0) return []
  const room = narrower(output, 2)
  const lines = [...counts.values()].flatMap((accounts) => [
    ...accounts.flatMap(([profile, { used, limit }]) =>
      proseLines(texts.labelled(profile, words.used(used, limit)), room),
    ),
    ...accounts
      .slice(0, 1)
      .flatMap(([, day]) => aboutDay(day, output, now))
      .flatMap((line) => proseLines(`  ${line}`, room).map(output.styles.dim)),
  ])
  const counted = proseLines(words.counted, room).map(output.styles.dim)
  return ['', output.styles.bold(words.quota), ...indented([...lines, ...counted])]
}

function aboutDay(
  { limit, resetsAt, timeZone, requestsPerMinute, source }: ModelsStatus['quota'][string],
  { words: { texts } }: Output,
  now: Date,
): readonly string[] {
  const words = texts.models.status
  const at = new Date(resetsAt)
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at)
  const left = texts.time.span(Math.round((at.getTime() - now.getTime()) / 1_000))
  return [
    words.resets(local, timeZone, left),
    ...(source === undefined ? [] : [words.limits(limit, requestsPerMinute, source)]),
  ]
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}
