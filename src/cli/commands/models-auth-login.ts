/** `models auth login`: code, address and QR code shown, a browser opened where somebody sits, the time left told. */
import { hasOwnCredential } from '../../accounts/whose-login.ts'
import { resultOf, type LoggedIn, type SignInEvent } from '../../control/contract.ts'
import { OpenClawError } from '../../core/errors.ts'
import type { Provider } from '../../core/provider.ts'
import { profileIdFrom } from '../../core/ref.ts'
import { inLanguage } from '../../core/text.ts'
import { askLine } from '../../system/ask.ts'
import { mayOpenBrowser, openBrowser } from '../../system/browser.ts'
import { stderr } from '../../system/outlets.ts'
import { qrCode, qrColumns } from '../../system/qr.ts'
import { codeLines } from '../code-lines.ts'
import { textOption, type CommandInput } from '../command.ts'
import { proseLines } from '../layout.ts'
import { statusLine } from '../status-line.ts'
import { saidOfLogin, tellNotes, whoseLogin } from '../whose-login.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options, signal } = input
  const provider = textOption(input, 'provider')
  if (provider === undefined)
    throw new OpenClawError('option-missing', { option: 'provider', command: 'openclaw models auth login' })
  const offered = await app.providerToSignIn(provider)
  if (options['use-existing'] && !offered.definition?.outside)
    throw new OpenClawError('no-existing-login', { provider })
  const key = offered.definition?.key
  if (key) {
    const { loginByKey } = await import('../login-by-key.ts')
    return loginByKey(offered, key, input)
  }
  if (KEY_OPTIONS.some((name) => options[name] !== undefined)) throw new OpenClawError('key-not-taken', { provider })
  const useExisting = options['use-existing'] === true || (await wantsExisting(offered, input))
  const waiting = statusLine(output.interactive)
  let ticking: NodeJS.Timeout | undefined
  try {
    const wish = {
      ...(useExisting ? saidOfLogin(input) : await whoseLogin(provider, input)),
      provider,
      setDefault: options['set-default'] === true,
      ...(useExisting && { useExisting }),
      signal,
    }
    const signedIn = await resultOf(app.modelsAuthLogin(wish), async (event) => {
      if (options['json']) return tellJson(event, input)
      if (event.kind === 'address-ignored')
        output.note(output.words.texts.login.addressIgnored(output.words.say(event.host)))
      if (event.kind === 'waiting' && event.problem) {
        output.note(output.words.texts.login.problem(output.words.say(event.problem)))
      }
      if (event.kind !== 'code') return
      await showCode(event, offered, input)
      ticking = setInterval(() => waiting.show(timeLeft(event.expiresAt, input)), 1_000)
    })
    clearInterval(ticking)
    waiting.clear()
    if (options['json']) output.json(signedIn)
    else await report(signedIn, input)
    tellNotes(signedIn, input)
    return 0
  } finally {
    clearInterval(ticking)
    waiting.clear()
  }
}

/** Asked of somebody who sits there; nobody else's login is taken into use unsaid. */
async function wantsExisting(provider: Provider, input: CommandInput): Promise<boolean> {
  const { app, output, signal } = input
  if (!output.interactive || (await hasOwn(provider, input))) return false
  const found = await app.existingLogin(provider)
  if (!found) return false
  const { login } = output.words.texts
  output.note(login.existing(found.program, found.file))
  for (;;) {
    const answer = await askLine(login.askExisting(found.program), 'shown', signal)
    if (answer === undefined) throw new OpenClawError('login-cancelled', {})
    const word = answer.trim().toLowerCase()
    if (['', 'y', 'yes', '是'].includes(word)) return true
    if (['n', 'no', '否'].includes(word)) return false
  }
}

/** Another program's login never takes the place of a credential that is there: then there is nothing to ask. */
async function hasOwn({ id, definition }: Provider, input: CommandInput): Promise<boolean> {
  const named = saidOfLogin(input).profile ?? definition?.outside?.id
  const profile = named === undefined ? undefined : profileIdFrom(id, named)
  if (profile === undefined) return false
  const standing = (await input.app.setup()).settings.profiles.get(profile)
  return standing !== undefined && hasOwnCredential(standing)
}

/** What says something of a key only. */
const KEY_OPTIONS = ['plan', 'region', 'server', 'key-stdin', 'key-file']

async function showCode(
  event: Extract<SignInEvent, { kind: 'code' }>,
  provider: Provider,
  { output, options }: CommandInput,
): Promise<void> {
  const { texts, language } = output.words
  for (const line of codeLines(event, inLanguage(provider.label, language), texts)) {
    for (const folded of proseLines(line, output, 0)) output.note(folded)
  }
  if (output.interactive) {
    const code = await qrCode(event.url)
    // Broken by a narrower screen it would be a picture of nothing.
    if (qrColumns(code) <= (stderr.screen.columns || 80)) output.note(`\n${code}`)
  }
  const opens = mayOpenBrowser({ env: process.env, platform: process.platform, interactive: output.interactive })
  if (opens && !options['no-browser'] && (await openBrowser(event.url)) === 'opened')
    output.note(texts.login.browserOpened)
}

/** Minutes and seconds until the code expires. */
function timeLeft(expiresAt: Date, { app, output }: CommandInput): string {
  const leftS = Math.max(0, Math.ceil((expiresAt.getTime() - app.clock.now().getTime()) / 1_000))
  return output.words.texts.login.waiting(`${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')}`)
}

/** For programs: a line an event on stderr, the result alone on stdout. */
function tellJson(event: SignInEvent, { output }: CommandInput): void {
  if (event.kind !== 'waiting') output.note(JSON.stringify(event))
}

async function report(signedIn: LoggedIn, { app, output, options }: CommandInput): Promise<void> {
  const { login, next, labelled } = output.words.texts
  const { providers, settings } = await app.setup()
  const provider = providers.get(signedIn.provider)
  const label = provider ? inLanguage(provider.label, output.words.language) : signedIn.provider
  const { existing } = signedIn
  if (existing) output.line(login.usesExisting(label, existing.program, existing.file))
  else output.line(login.done(label))
  const { primary = '' } = settings.defaults
  const isDefault = (settings.aliases.get(primary) ?? primary) === signedIn.defaultModel
  output.line(login.profile(signedIn.profile, signedIn.files[0] ?? ''))
  for (const [alias, ref] of Object.entries(signedIn.aliases)) output.line(login.alias(alias, ref))
  // What this login did not change is not told.
  if (!isDefault) output.line(login.defaultNotSet(signedIn.defaultModel))
  else if (options['set-default']) output.line(login.defaultSet(signedIn.defaultModel))
  if (signedIn.retired)
    output.line(output.styles.yellow(login.retired(inLanguage(signedIn.retired, output.words.language))))
  output.line(labelled(next, 'openclaw agent --message "..."'))
}
