/** A login by key as a person has it: plan and region asked, the key typed unseen or handed over, what came of it told. */
import { readFile } from 'node:fs/promises'
import { resultOf, type FoundServer, type KeyLoggedIn } from '../control/contract.ts'
import { shellWord } from '../core/next-command.ts'
import { OpenClawError } from '../core/errors.ts'
import { flagsInWords, PLACE_FLAGS, type KeyLogin, type PlaceFlags } from '../core/key-login.ts'
import type { Provider } from '../core/provider.ts'
import { Secret } from '../core/secret.ts'
import { inLanguage } from '../core/text.ts'
import { askLine, readPiped } from '../system/ask.ts'
import { textOption, type CommandInput } from './command.ts'
import { tellNotes, whoseLogin } from './whose-login.ts'

/** No key is longer. */
const LONGEST_BYTES = 65_536

export async function loginByKey(provider: Provider, login: KeyLogin, input: CommandInput): Promise<0> {
  const { app, output, options, signal } = input
  const { texts } = output.words
  const given = givenFlags(input)
  // A server on this machine is looked for first, and asked about when several are found.
  const flags = output.interactive && login.needed ? await askedFlags(login, given, input) : given
  const whose = await whoseLogin(provider.id, input)
  const key = await keyFrom(provider, login, input)
  const wish = {
    ...whose,
    provider: provider.id,
    flags,
    ...(key !== undefined && { key }),
    ...handedBy(input),
    setDefault: options['set-default'] === true,
    signal,
    ...(output.interactive && { choose: (found: readonly FoundServer[]) => chosenServer(found, input) }),
  }
  const signedIn = await resultOf(app.modelsAuthKey(wish), (event) => {
    if (options['json']) return output.note(JSON.stringify(event))
    if (event.kind === 'looking') return output.note(texts.login.looking(event.servers.join(texts.comma)))
    output.note(key === undefined ? texts.login.checkingServer(event.host) : texts.login.checking(event.host))
  })
  if (options['json']) output.json(signedIn)
  else await report(signedIn, provider, input)
  tellNotes(signedIn, input)
  return 0
}

/** As it was typed: what mends a refusal is the same command with other flags. */
function handedBy(input: CommandInput): { readonly handedBy?: string } {
  const file = textOption(input, 'key-file')
  return file === undefined ? {} : { handedBy: `--key-file ${shellWord(file)}` }
}

function givenFlags(input: CommandInput): PlaceFlags {
  return Object.fromEntries(
    PLACE_FLAGS.flatMap((flag) => {
      const value = textOption(input, flag)
      return value === undefined ? [] : [[flag, value]]
    }),
  )
}

/** Asked where the flags leave several places open. */
async function askedFlags({ places }: KeyLogin, given: PlaceFlags, input: CommandInput): Promise<PlaceFlags> {
  const { texts, language } = input.output.words
  const left = places.filter(({ flags }) => PLACE_FLAGS.every((flag) => [undefined, flags[flag]].includes(given[flag])))
  if (left.length < 2) return given
  const labels = left.map(({ label, flags }) => texts.labelled(inLanguage(label, language), flagsInWords(flags)))
  return left[await askNumber(texts.login.askPlace, labels, input)]?.flags ?? given
}

async function chosenServer(found: readonly FoundServer[], input: CommandInput): Promise<FoundServer> {
  const { texts, language } = input.output.words
  const labels = found.map(({ place, models }) =>
    texts.withReason(inLanguage(place.label, language), texts.login.modelCount(models.length)),
  )
  const server = found[await askNumber(texts.login.askServer, labels, input)]
  if (!server) throw new OpenClawError('login-cancelled', {})
  return server
}

/** The place of the chosen one in the list; asked again until it is one. */
async function askNumber(
  question: string,
  labels: readonly string[],
  { output, signal }: CommandInput,
): Promise<number> {
  const { askNumber: ask } = output.words.texts.login
  output.note(question)
  for (const [at, label] of labels.entries()) output.note(`  ${at + 1}  ${label}`)
  for (;;) {
    const answer = await askLine(ask(labels.length), 'shown', signal)
    if (answer === undefined) throw new OpenClawError('login-cancelled', {})
    const number = answer.trim() === '' ? 1 : Number(answer)
    if (Number.isInteger(number) && number >= 1 && number <= labels.length) return number - 1
  }
}

/** Never from the command line, which other programs see. */
async function keyFrom(provider: Provider, login: KeyLogin, input: CommandInput): Promise<Secret | undefined> {
  const { output, options, signal } = input
  const file = textOption(input, 'key-file')
  if (file !== undefined && options['key-stdin']) {
    throw new OpenClawError('argument-too-many', { argument: '--key-stdin', command: 'openclaw models auth login' })
  }
  if (options['key-stdin']) return new Secret((await readPiped(LONGEST_BYTES)).trim())
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new OpenClawError('file-unusable', { file, detail: error.code ?? error.message })
    })
    return new Secret(text.trim())
  }
  if (!login.needed || !output.interactive) return undefined
  const question = output.words.texts.login.askKey(inLanguage(provider.label, output.words.language))
  for (;;) {
    const typed = await askLine(question, 'hidden', signal)
    if (typed === undefined) throw new OpenClawError('login-cancelled', {})
    if (typed.trim() !== '') return new Secret(typed.trim())
  }
}

async function report(signedIn: KeyLoggedIn, provider: Provider, { app, output }: CommandInput): Promise<void> {
  const { texts, language, say } = output.words
  const { login, next, labelled } = texts
  const { settings } = await app.setup()
  output.line(login.keySaved(inLanguage(provider.label, language), signedIn.baseUrl))
  output.line(login.profile(signedIn.profile, signedIn.files[0] ?? ''))
  if (signedIn.models) output.line(login.modelsThere(signedIn.models.length))
  for (const [alias, ref] of Object.entries(signedIn.aliases)) output.line(login.alias(alias, ref))
  const { defaultModel } = signedIn
  if (defaultModel !== undefined) {
    const { primary = '' } = settings.defaults
    const isDefault = (settings.aliases.get(primary) ?? primary) === defaultModel
    if (!isDefault) output.line(login.defaultNotSet(defaultModel))
    else if (signedIn.setDefault) output.line(login.defaultSet(defaultModel))
  }
  if (signedIn.problem !== undefined) output.line(output.styles.yellow(login.spent(say(signedIn.problem))))
  output.line(labelled(next, 'openclaw agent --message "..."'))
}
