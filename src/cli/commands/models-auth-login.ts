/** `models auth login`: code, address and QR code shown, a browser opened where somebody sits, the time left told. */
import { resultOf, type SignedIn, type SignInEvent } from '../../control/contract.ts'
import { OpenClawError } from '../../core/errors.ts'
import { inLanguage } from '../../core/text.ts'
import { mayOpenBrowser, openBrowser } from '../../system/browser.ts'
import { qrCode } from '../../system/qr.ts'
import { textOption, type CommandInput } from '../command.ts'
import { statusLine } from '../status-line.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options, signal } = input
  const provider = textOption(input, 'provider')
  if (provider === undefined)
    throw new OpenClawError('option-missing', { option: 'provider', command: 'openclaw models auth login' })
  const waiting = statusLine(output.interactive)
  const opens =
    options['no-browser'] !== true &&
    mayOpenBrowser({ env: process.env, platform: process.platform, interactive: output.interactive })
  let opening = Promise.resolve()
  try {
    const signedIn = await resultOf(
      app.modelsAuthLogin({ provider, setDefault: options['set-default'] === true, signal }),
      (event) => {
        if (options['json']) return void (event.kind === 'waiting' || output.note(JSON.stringify(event)))
        if (event.kind === 'code') opening = showCode(event, input, opens)
        else tell(event, input, waiting.show)
      },
    )
    waiting.clear()
    await opening
    if (options['json']) output.json(signedIn)
    else await report(signedIn, input)
    return 0
  } finally {
    waiting.clear()
  }
}

async function showCode(
  event: Extract<SignInEvent, { kind: 'code' }>,
  { output }: CommandInput,
  opens: boolean,
): Promise<void> {
  const { login } = output.words.texts
  output.note(login.open)
  output.note(`  ${event.url}`)
  if (!event.complete) output.note(login.typeCode(event.userCode))
  output.note(login.code(event.userCode))
  if (output.interactive) output.note(`\n${await qrCode(event.url)}`)
  if (opens && (await openBrowser(event.url)) === 'opened') output.note(login.browserOpened)
}

function tell(
  event: Exclude<SignInEvent, { kind: 'code' }>,
  { output }: CommandInput,
  show: (text: string) => void,
): void {
  const { login, time } = output.words.texts
  if (event.kind === 'address-ignored') return output.note(login.addressIgnored(event.host))
  if (event.problem) output.note(login.problem(event.problem))
  show(login.waiting(time.span(Math.ceil(event.leftMs / 1_000))))
}

async function report(signedIn: SignedIn, { app, output }: CommandInput): Promise<void> {
  const { login, next, labelled } = output.words.texts
  const provider = (await app.setup()).providers.get(signedIn.provider)
  output.line(login.done(provider ? inLanguage(provider.label, output.words.language) : signedIn.provider))
  output.line(login.profile(signedIn.profile, signedIn.files[0] ?? ''))
  for (const [alias, ref] of Object.entries(signedIn.aliases)) output.line(login.alias(alias, ref))
  output.line(
    signedIn.setDefault ? login.defaultSet(signedIn.defaultModel) : login.defaultNotSet(signedIn.defaultModel),
  )
  const retired = provider?.definition?.retired
  // Told before the first request fails, where requests really go to the host that closed the plan.
  if (retired && provider?.definition?.baseUrl === signedIn.baseUrl)
    output.line(output.styles.yellow(login.retired(inLanguage(retired.text, output.words.language))))
  output.line(labelled(next, 'openclaw agent --message "..."'))
}
