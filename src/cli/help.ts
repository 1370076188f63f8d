/** Help: of all, of a group, of a command. */
import widthOf from 'fast-string-width'
import { PLACE_FLAGS, valuesOf, type KeyLogin } from '../core/key-login.ts'
import { fold } from '../system/fold.ts'
import { proseLines } from './layout.ts'
import type { Output } from './output.ts'
import { COMMANDS, COMMON_OPTIONS, type ArgumentSpec, type CommandSpec, type OptionSpec } from './tree.ts'

/** Where it is put: the words, and the columns of the screen if there is one. */
interface Page extends Pick<Output, 'words' | 'width'> {
  /** Whose keys need to be told where they belong, where that was looked up. */
  readonly logins?: readonly { readonly id: string; readonly key: KeyLogin }[]
}

export function helpLines(page: Page, group: string, command?: CommandSpec): readonly string[] {
  return command ? commandHelp(page, command) : groupHelp(page, group)
}

function groupHelp(page: Page, group: string): readonly string[] {
  const { texts } = page.words
  const inGroup = COMMANDS.filter((command) => group === '' || command.words.startsWith(`${group} `))
  return [
    ...(group === '' ? [...proseLines(texts.tagline, page, 0), ''] : []),
    texts.labelled(texts.usage, `openclaw ${group === '' ? '' : `${group} `}<${texts.command}>`),
    '',
    ...columns(
      page,
      inGroup.map((command) => [`openclaw ${usageOf(command)}`, texts.commands[command.help]]),
    ),
    '',
    ...columns(page, [
      ...COMMON_OPTIONS.map((option): [string, string] => [optionUsage(option), texts.options[option.help]]),
      ...(group === '' ? [['--version', texts.options.version] as [string, string]] : []),
    ]),
    ...(group === '' ? ['', ...proseLines(texts.firstSteps, page, 0), '  openclaw quickstart'] : []),
  ]
}

function commandHelp(page: Page, command: CommandSpec): readonly string[] {
  const { texts } = page.words
  const below = COMMANDS.filter(({ words }) => words.startsWith(`${command.words} `))
  return [
    ...proseLines(texts.commands[command.help], page, 0),
    '',
    ...usageLines(texts.labelled(texts.usage, `openclaw ${usageOf(command)}`), page),
    '',
    ...(below.length > 0
      ? [
          ...columns(
            page,
            below.map((each) => [`openclaw ${usageOf(each)}`, texts.commands[each.help]]),
          ),
          '',
        ]
      : []),
    ...columns(
      page,
      [...command.options, ...COMMON_OPTIONS]
        .filter((option) => !option.hidden)
        .map((option) => [optionUsage(option), aboutOption(option, page)]),
    ),
    ...examplesOf(command, page),
  ]
}

/** Shell lines stay whole, so that they can be copied. */
function examplesOf({ examples }: CommandSpec, page: Page): readonly string[] {
  if (!examples) return []
  const { before, after } = page.words.texts.notes[examples.notes]
  return [
    '',
    ...proseLines(before, page, 0),
    ...examples.lines.map((line) => `  ${line}`),
    ...proseLines(after, page, 0),
  ]
}

function usageOf(command: CommandSpec): string {
  return [command.words, ...command.arguments.map(argumentUsage)].join(' ')
}

function argumentUsage({ name, required, several, orSwitch }: ArgumentSpec): string {
  if (orSwitch !== undefined) return `<${name}|--${orSwitch}>`
  return (required ? `<${name}>` : `[${name}]`) + (several ? '...' : '')
}

function optionUsage(option: OptionSpec): string {
  return option.value ? `--${option.name} <${option.value}>` : `--${option.name}`
}

/** With the values that each provider knows. */
function aboutOption({ name, help }: OptionSpec, { words: { texts }, logins = [] }: Page): string {
  const about = texts.options[help]
  const flag = PLACE_FLAGS.find((each) => each === name)
  const known = logins.flatMap(({ id, key }) => {
    const values = flag === undefined ? [] : valuesOf(key.places, flag)
    return values.length === 0 ? [] : [texts.labelled(id, values.join(texts.comma))]
  })
  return known.length === 0 ? about : texts.withReason(about, known.join(texts.semicolon))
}

const MARGIN = 2
const GAP = 2
/** A screen with less than this has no room for two columns of sentences. */
const TWO_COLUMNS = 60

/** What is typed and what it does, side by side; what is longer than its half stands on a line of its own. */
function columns({ width }: Page, rows: readonly (readonly [string, string])[]): readonly string[] {
  const longest = Math.max(0, ...rows.map(([usage]) => widthOf(usage)))
  const margin = ' '.repeat(MARGIN)
  if (width === undefined) return rows.map(([usage, what]) => `${margin}${padded(usage, longest + GAP)}${what}`)
  if (width < TWO_COLUMNS) {
    return rows.flatMap(([usage, what]) => [
      ...usageLines(margin + usage, { width }),
      ...fold(' '.repeat(MARGIN + 4) + what, width),
    ])
  }
  const indent = MARGIN + Math.min(longest, Math.floor(width * 0.45)) + GAP
  return rows.flatMap(([usage, what]) => {
    const [first = '', ...more] = fold(' '.repeat(indent) + what, width)
    const beside = padded(margin + usage, indent)
    return widthOf(margin + usage) + GAP <= indent
      ? [beside + first.slice(indent), ...more]
      : [margin + usage, first, ...more]
  })
}

/** Nobody pastes it as it stands, so it may be folded like a sentence. */
function usageLines(usage: string, { width }: Pick<Page, 'width'>): readonly string[] {
  if (width === undefined || widthOf(usage) <= width) return [usage]
  const [command = '', ...values] = usage.split(/(?= [<[])/)
  return [command, ...fold(' '.repeat(MARGIN + 4) + values.join('').trimStart(), width)]
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}
