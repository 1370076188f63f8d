/** An option that is a whole number. */
import { OpenClawError } from '../core/errors.ts'
import { textOption, type CommandInput } from './command.ts'

export function wholeOption(input: CommandInput, option: string, command: string, least = 0): number | undefined {
  const text = textOption(input, option)
  if (text === undefined) return undefined
  const value = /^\d{1,15}$/.test(text) ? Number(text) : -1
  if (value >= least) return value
  throw new OpenClawError('option-value', { option, met: text, allowed: `${least}, ${least + 1}, ...`, command })
}
