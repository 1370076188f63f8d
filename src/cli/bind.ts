/** `--bind` as a place to listen. */
import { isBindAddress } from '../config/ip-address.ts'
import { OpenClawError } from '../core/errors.ts'
import { textOption, type CommandInput } from './command.ts'

export function bindOption(input: CommandInput, command: string): { readonly bind?: string } {
  const bind = textOption(input, 'bind')
  if (bind === undefined) return {}
  if (isBindAddress(bind)) return { bind }
  throw new OpenClawError('option-value', {
    option: 'bind',
    met: bind,
    allowed: 'loopback, lan, 192.0.2.1, fd00::1',
    command: `openclaw ${command}`,
  })
}
