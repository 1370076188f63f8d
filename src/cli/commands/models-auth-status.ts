/** `models auth status`: all that is known of a login, or of each. */
import { resultOf, type LoginDetails } from '../../control/contract.ts'
import { localTime } from '../../core/local-time.ts'
import { textOption, type CommandInput } from '../command.ts'
import { tableLines } from '../layout.ts'
import { expiry, owner } from '../login-lines.ts'
import type { Output } from '../output.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options } = input
  const [profile] = input.arguments
  const provider = textOption(input, 'provider')
  const wish = { ...(profile !== undefined && { profile }), ...(provider !== undefined && { provider }) }
  const logins = await resultOf(app.modelsAuthStatus(wish))
  const now = app.clock.now()
  if (options['json']) output.json(logins)
  else if (logins.profiles.length === 0) output.line(output.words.texts.logins.none)
  for (const [at, login] of options['json'] ? [] : logins.profiles.entries()) {
    if (at > 0) output.line()
    output.line(output.styles.bold(login.id))
    for (const line of cardLines(login, output, now)) output.line(line)
  }
  return 0
}

function cardLines(login: LoginDetails, output: Output, now: Date): readonly string[] {
  const { texts, say } = output.words
  const { fields, kinds, place, renewable, notRenewable, rest } = texts.logins
  const renewal = login.renewable === undefined ? [] : [login.renewable ? renewable : notRenewable]
  const rows: readonly (readonly [string, string | undefined])[] = [
    [fields.state, texts.states[login.state]],
    [fields.reason, login.reason && say(login.reason)],
    [fields.account, owner(login, output.words)],
    [fields.kind, kinds[login.mode]],
    [fields.place, place(login.place)],
    [fields.token, [...expiry(login, texts, now), ...renewal].join(texts.comma)],
    [fields.refreshed, login.refreshedAt && localTime(login.refreshedAt)],
    ...login.rests.map(({ scope, model, kind, until, reason }): [string, string] => [
      fields.rests,
      rest(texts.withReason(model ?? scope, texts.failures[kind]), localTime(until), say(reason)),
    ]),
    [fields.address, login.baseUrl],
    [fields.source, login.source],
  ]
  const shown = rows.flatMap(([label, value]) => (value ? [[`  ${label}`, value]] : []))
  return tableLines(shown, 'fields', output)
}
