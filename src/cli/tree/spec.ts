/** What is said of a command, an argument and an option; and those that many commands take. */
import type { Texts } from '../../texts/en.ts'
import type { CommandModule } from '../command.ts'

export interface OptionSpec {
  readonly name: string
  /** What stands in for its value in help; absent = a switch. */
  readonly value?: string
  /** Help does not list it: for our own processes, or another name of one that it lists. */
  readonly hidden?: true
  readonly help: keyof Texts['options']
}

export interface ArgumentSpec {
  readonly name: string
  readonly required: boolean
  /** The last one, which may be given several times. */
  readonly several?: true
  /** The switch that is given in its place. */
  readonly orSwitch?: string
}

export interface CommandSpec {
  /** The words after `openclaw`. */
  readonly words: string
  readonly help: keyof Texts['commands']
  readonly arguments: readonly ArgumentSpec[]
  readonly options: readonly OptionSpec[]
  /** Shell lines that stand at the end of its help, and what is said around them. */
  readonly examples?: { readonly notes: keyof Texts['notes']; readonly lines: readonly string[] }
  readonly load: () => Promise<CommandModule>
}

export const json: OptionSpec = { name: 'json', help: 'json' }
export const port: OptionSpec = { name: 'port', value: 'port', help: 'port' }
export const argument = (name: string, required = true): ArgumentSpec => ({ name, required })
