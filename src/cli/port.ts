/** `--port` as a number. */
import { OpenClawError } from '../core/errors.ts'
import { textOption, type CommandInput } from './command.ts'

export function portOption(input: CommandInput, command: string): { readonly port?: number } {
  const text = textOption(input, 'port')
  if (text === undefined) return {}
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return { port }
  throw new OpenClawError('option-value', {
    option: 'port',
    met: text,
    allowed: '1-65535',
    command: `openclaw ${command}`,
  })
}
