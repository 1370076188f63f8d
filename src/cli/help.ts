/** Help: of all, of a group, of a command. */
import { renderTable } from '../system/table.ts'
import type { Words } from '../texts/index.ts'
import { COMMANDS, COMMON_OPTIONS, type CommandSpec, type OptionSpec } from './tree.ts'

export function helpLines(words: Words, group: string, command?: CommandSpec): readonly string[] {
  return command ? commandHelp(words, command) : groupHelp(words, group)
}

function groupHelp({ texts }: Words, group: string): readonly string[] {
  const inGroup = COMMANDS.filter((command) => group === '' || command.words.startsWith(`${group} `))
  return [
    ...(group === '' ? [texts.tagline, ''] : []),
    texts.labelled(texts.usage, `openclaw ${group === '' ? '' : `${group} `}<${texts.command}>`),
    '',
    ...columns(inGroup.map((command) => [`openclaw ${usageOf(command)}`, texts.commands[command.help]])),
    '',
    ...columns([
      ...COMMON_OPTIONS.map((option): [string, string] => [optionUsage(option), texts.options[option.help]]),
      ...(group === '' ? [['--version', texts.options.version] as [string, string]] : []),
    ]),
    ...(group === '' ? ['', texts.firstSteps, '  openclaw quickstart'] : []),
  ]
}

function commandHelp({ texts }: Words, command: CommandSpec): readonly string[] {
  const below = COMMANDS.filter(({ words }) => words.startsWith(`${command.words} `))
  return [
    texts.commands[command.help],
    '',
    texts.labelled(texts.usage, `openclaw ${usageOf(command)}`),
    '',
    ...(below.length > 0
      ? [...columns(below.map((each) => [`openclaw ${usageOf(each)}`, texts.commands[each.help]])), '']
      : []),
    ...columns(
      [...command.options, ...COMMON_OPTIONS]
        .filter((option) => !option.hidden)
        .map((option) => [optionUsage(option), texts.options[option.help]]),
    ),
  ]
}

function usageOf(command: CommandSpec): string {
  const given = command.arguments.map(
    ({ name, required, several }) => (required ? `<${name}>` : `[${name}]`) + (several ? '...' : ''),
  )
  return [command.words, ...given].join(' ')
}

function optionUsage(option: OptionSpec): string {
  return option.value ? `--${option.name} <${option.value}>` : `--${option.name}`
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  return renderTable(rows)
    .split('\n')
    .map((line) => `  ${line}`)
}
