/** What was typed, against the command tree. */
import { parseArgs } from 'node:util'
import { OpenClawError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { isSecretKey } from '../core/secret-names.ts'
import { evidenceFrom } from '../dialects/evidence.ts'
import { COMMANDS, COMMON_OPTIONS, GROUP_DEFAULTS, type CommandSpec } from './tree.ts'

export type Parsed =
  /** Of one command, of a group, or (without words) of all. */
  | { readonly kind: 'help'; readonly words: string; readonly command?: CommandSpec }
  | {
      readonly kind: 'command'
      readonly command: CommandSpec
      readonly arguments: readonly string[]
      readonly options: Readonly<Record<string, string | true | undefined>>
    }

export function parseCommandLine(typed: readonly string[]): Parsed {
  refuseSecrets(typed)
  const plain = typed.filter((word) => !word.startsWith('-'))
  const leading = leadingWords(typed)
  const asksFirst = plain[0] === 'help'
  // `openclaw gateway help`: the last word asks, where no command takes it.
  const asksLast = leading.at(-1) === 'help' && groupOf(leading) === leading.slice(0, -1).join(' ')
  const wantsHelp = typed.includes('--help') || typed.includes('-h') || asksFirst || asksLast
  const words = asksFirst ? plain.slice(1) : asksLast ? leading.slice(0, -1) : leading
  if (wantsHelp) {
    const named = commandNamed(words)
    return named ? { kind: 'help', words: named.words, command: named } : { kind: 'help', words: groupOf(words) }
  }
  const found = commandNamed(words) ?? COMMANDS.find((command) => command.words === GROUP_DEFAULTS[words.join(' ')])
  if (!found) {
    const group = groupOf(words)
    const wrong = words.slice(group === '' ? 0 : group.split(' ').length).join(' ')
    if (wrong === '') {
      refuseOptions(typed, group)
      return { kind: 'help', words: group }
    }
    throw unknownCommand(words, group)
  }
  const byDefault = !words.join(' ').startsWith(found.words)
  return {
    kind: 'command',
    command: found,
    ...valuesFor(found, typed, byDefault ? words.length : found.words.split(' ').length),
  }
}

/** `--tokens` is a number of them. */
const OWN_OPTIONS = new Set(COMMANDS.flatMap(({ options }) => options.map(({ name }) => `--${name}`)))

/** No command has such an option, and what follows it is not said back. */
function refuseSecrets(typed: readonly string[]): void {
  const option = typed
    .filter((word) => word.startsWith('-'))
    .map((word) => word.split('=')[0] ?? '')
    .find((name) => name === '--key' || (isSecretKey(name) && !OWN_OPTIONS.has(name)))
  if (option !== undefined) throw new OpenClawError('secret-option', { option })
}

/** The words before the first option; `--lang zh-CN models list` may come first too. */
function leadingWords(typed: readonly string[]): readonly string[] {
  const words: string[] = []
  for (let at = 0; at < typed.length; at += 1) {
    const word = typed[at] ?? ''
    if (word === '--lang') at += 1
    else if (word.startsWith('-')) {
      if (words.length > 0) break
    } else words.push(word)
  }
  return words
}

/** Help answers a group without a command; an option that no command takes is still a mistake. */
function refuseOptions(typed: readonly string[], group: string): void {
  const names = new Set(COMMON_OPTIONS.map(({ name }) => `--${name}`))
  const option = typed.find((word) => word.startsWith('-') && !names.has(word.split('=')[0] ?? ''))
  if (option === undefined) return
  const meant = nearest(option.replace(/^-+/, ''), [...COMMON_OPTIONS.map(({ name }) => name), 'version'])
  throw new OpenClawError('unknown-option', {
    option: evidenceFrom(option),
    ...(meant && { nearest: meant }),
    command: `openclaw ${group}`.trim(),
  })
}

/** The longest: `gateway token` is a command, and `gateway token list` another. */
function commandNamed(words: readonly string[]): CommandSpec | undefined {
  const joined = words.join(' ')
  return COMMANDS.filter((command) => `${joined} `.startsWith(`${command.words} `)).toSorted(
    (one, other) => other.words.length - one.words.length,
  )[0]
}

/** The longest beginning of the words that begins a command. */
function groupOf(words: readonly string[]): string {
  for (let length = words.length; length > 0; length -= 1) {
    const group = words.slice(0, length).join(' ')
    if (COMMANDS.some((command) => command.words.startsWith(`${group} `))) return group
  }
  return ''
}

function unknownCommand(words: readonly string[], group: string): OpenClawError {
  const depth = group === '' ? 1 : group.split(' ').length + 1
  const typed = words.slice(0, depth).join(' ')
  const beginnings = COMMANDS.map((command) => command.words.split(' ').slice(0, depth).join(' ')).filter(
    (name) => group === '' || name.startsWith(`${group} `),
  )
  const meant = nearest(typed, new Set(beginnings))
  return new OpenClawError('unknown-command', {
    typed: evidenceFrom(typed),
    ...(meant && { nearest: meant }),
    command: ['openclaw', group].filter(Boolean).join(' '),
  })
}

function valuesFor(
  command: CommandSpec,
  typed: readonly string[],
  depth: number,
): { arguments: readonly string[]; options: Readonly<Record<string, string | true | undefined>> } {
  const name = `openclaw ${command.words}`
  const known = [...command.options, ...COMMON_OPTIONS]
  const { tokens } = parseArgs({
    args: [...typed],
    options: Object.fromEntries(
      known.map((option) => [option.name, { type: option.value ? 'string' : 'boolean' } as const]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const values: string[] = []
  const options: Record<string, string | true> = {}
  for (const token of tokens) {
    if (token.kind === 'positional') values.push(token.value)
    if (token.kind !== 'option') continue
    const option = known.find((candidate) => candidate.name === token.name)
    if (!option) {
      const meant = nearest(
        token.name,
        known.map((candidate) => candidate.name),
      )
      throw new OpenClawError('unknown-option', {
        option: token.rawName,
        ...(meant && { nearest: meant }),
        command: name,
      })
    }
    if (option.value === undefined) {
      if (token.value !== undefined)
        throw new OpenClawError('option-takes-no-value', { option: option.name, command: name })
      options[option.name] = true
    } else {
      if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) {
        throw new OpenClawError('option-needs-value', { option: option.name, value: option.value, command: name })
      }
      options[option.name] = token.value
    }
  }
  const given = values.slice(depth)
  const missing = command.arguments.find((argument, at) => argument.required && given[at] === undefined)
  if (missing) throw new OpenClawError('argument-missing', { argument: missing.name, command: name })
  const extra = command.arguments.at(-1)?.several ? undefined : given[command.arguments.length]
  // `gateway token lst` was meant to be one of its commands.
  if (extra !== undefined && groupOf(command.words.split(' ')) === command.words) {
    throw unknownCommand([...command.words.split(' '), extra], command.words)
  }
  if (extra !== undefined)
    throw new OpenClawError('argument-too-many', { argument: evidenceFrom(extra), command: name })
  return { arguments: given, options }
}
