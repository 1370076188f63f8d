/** `models auth store`: where the secrets of logins are kept; with a word, they are moved there. */
import { resultOf, type SecretsMoved, type SecretStore } from '../../control/contract.ts'
import { OpenClawError } from '../../core/errors.ts'
import { SECRET_HOMES } from '../../core/settings.ts'
import type { CommandInput } from '../command.ts'
import { tableLines } from '../layout.ts'

const COMMAND = 'openclaw models auth store'

export async function run(input: CommandInput): Promise<0> {
  const {
    app,
    output,
    options,
    arguments: [wished],
  } = input
  const passphrase = options['new-passphrase'] ? 'another' : 'same'
  const places = passphrase === 'same' ? SECRET_HOMES : (['encrypted'] as const)
  if (wished === undefined && passphrase === 'same') {
    const store = await resultOf(app.modelsAuthStore())
    if (options['json']) output.json(store)
    else showStore(store, input)
    return 0
  }
  if (wished === undefined)
    throw new OpenClawError('argument-missing', { argument: places.join('|'), command: COMMAND })
  const to = places.find((place) => place === wished)
  if (to === undefined) {
    throw new OpenClawError('argument-value', { met: wished, allowed: places.join(', '), command: COMMAND })
  }
  const moved = await resultOf(app.modelsAuthStoreMove({ to, passphrase }))
  if (options['json']) output.json(moved)
  else showMoved(moved, input)
  return 0
}

function showStore({ store, secrets, elsewhere, keychain }: SecretStore, { output }: CommandInput): void {
  const { texts, say } = output.words
  const words = texts.secrets
  const rows = [
    [words.store, texts.withReason(store, words.homes[store])],
    [words.counted, words.counts(secrets.file, secrets.keychain, secrets.encrypted)],
    ...(elsewhere.length > 0 ? [[words.elsewhere, elsewhere.join(texts.comma)]] : []),
    [words.keychain, keychain.usable ? words.usable : say(keychain.reason)],
  ]
  for (const line of tableLines(rows, 'fields', output)) output.line(line)
  if (store !== 'file' && secrets.file + elsewhere.length > 0) output.line(output.styles.yellow(words.notYet(store)))
}

function showMoved({ store, moved, passwords, gatewayRuns }: SecretsMoved, { app, output }: CommandInput): void {
  const { texts } = output.words
  const words = texts.secrets
  output.line(moved === 0 ? words.nothingToMove : words.moved(moved))
  output.line(texts.labelled(words.store, texts.withReason(store, words.homes[store])))
  for (const path of passwords) output.note(words.stays(path, app.paths.openclawJson))
  if (store !== 'file' && moved > 0) output.note(words.deleted)
  if (store !== 'encrypted') return
  output.note(words.noWayBack)
  if (!gatewayRuns) return
  output.note(words.forGateway)
  output.note(texts.labelled(texts.run, 'openclaw gateway restart'))
}
