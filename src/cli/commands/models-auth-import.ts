/** `models auth import`: logins of other programs copied, a line for each, with what that means for the other program. */
import { resolve } from 'node:path'
import { resultOf } from '../../control/contract.ts'
import { OpenClawError } from '../../core/errors.ts'
import { textOption, type CommandInput } from '../command.ts'

export async function run(input: CommandInput): Promise<0 | 1> {
  const { app, output, options } = input
  const from = textOption(input, 'from')
  if (from === undefined)
    throw new OpenClawError('option-missing', { option: 'from', command: 'openclaw models auth import' })
  const [path = ''] = input.arguments
  const profileId = textOption(input, 'profile-id')
  const dryRun = options['dry-run'] === true
  const wish = {
    from,
    path: resolve(path),
    dryRun,
    copy: options['copy'] === true,
    ...(profileId !== undefined && { profileId }),
  }
  const { taken, left, ...rest } = await resultOf(app.modelsAuthImport(wish))
  const { loginImport } = output.words.texts
  if (options['json']) output.json({ ...rest, taken, left })
  else {
    for (const { profile, file } of taken) {
      output.line(dryRun ? loginImport.wouldTake(profile, file) : loginImport.taken(profile, file))
    }
    for (const { name, reason } of left)
      output.line(output.styles.dim(loginImport.left(name, output.words.say(reason))))
    if (taken.length === 0) output.line(loginImport.nothing)
    for (const { profile } of taken.filter(({ shared }) => shared)) {
      output.note(output.styles.yellow(loginImport.shared(profile)))
    }
  }
  return taken.length > 0 ? 0 : 1
}
