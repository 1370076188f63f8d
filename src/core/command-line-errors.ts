/** Errors of what was typed. */
import { entry } from './error-entry.ts'
import { helpOf } from './next-command.ts'
import type { Said } from './phrase.ts'

export const COMMAND_LINE_ERRORS = {
  'unknown-command': entry<{ typed: string; nearest?: string; command: string }>({
    status: 400,
    exit: 2,
    message: (p) =>
      `There is no command "openclaw ${p.typed}".${p.nearest ? ` Did you mean "openclaw ${p.nearest}"?` : ''}`,
    run: helpOf,
  }),
  'unknown-option': entry<{ option: string; nearest?: string; command: string }>({
    status: 400,
    exit: 2,
    message: (p) => `There is no option ${p.option}.${p.nearest ? ` Did you mean --${p.nearest}?` : ''}`,
    run: helpOf,
  }),
  'secret-option': entry<{ option: string }>({
    status: 400,
    exit: 2,
    message: (p) =>
      `${p.option} is not taken: a command line is seen by other programs. A key is typed at the terminal, or handed over by --key-stdin or --key-file.`,
    run: () => 'openclaw models auth login --provider <id> --key-stdin',
  }),
  'option-missing': entry<{ option: string; command: string }>({
    status: 400,
    exit: 2,
    message: (p) => `--${p.option} is missing.`,
    run: helpOf,
  }),
  'option-needs-value': entry<{ option: string; value: string; command: string }>({
    status: 400,
    exit: 2,
    message: (p) => `--${p.option} needs a value: <${p.value}>.`,
    run: helpOf,
  }),
  'option-takes-no-value': entry<{ option: string; command: string }>({
    status: 400,
    exit: 2,
    message: (p) => `--${p.option} takes no value.`,
    run: helpOf,
  }),
  'option-value': entry<{ option: string; met: string; allowed: string; command: string }>({
    status: 400,
    exit: 2,
    message: (p) => `--${p.option} takes ${p.allowed}, not "${p.met}".`,
    run: helpOf,
  }),
  'argument-value': entry<{ met: string; allowed: string; command: string }>({
    status: 400,
    exit: 2,
    message: (p) => `"${p.met}" is none of ${p.allowed}.`,
    run: helpOf,
  }),
  'argument-missing': entry<{ argument: string; command: string }>({
    status: 400,
    exit: 2,
    message: (p) => `<${p.argument}> is missing.`,
    run: helpOf,
  }),
  'argument-too-many': entry<{ argument: string; command: string }>({
    status: 400,
    exit: 2,
    message: (p) => `"${p.argument}" is one argument too many.`,
    run: helpOf,
  }),
  'picture-missing': entry<{ file: string }>({
    status: 400,
    exit: 2,
    message: (p) => `There is no picture ${p.file}.`,
  }),
  'picture-too-large': entry<{ file: string; limit: string }>({
    status: 400,
    exit: 2,
    message: (p) => `${p.file} is larger than ${p.limit}.`,
  }),
  'picture-unknown': entry<{ file: string }>({
    status: 400,
    exit: 2,
    message: (p) => `${p.file} is neither PNG, JPEG, GIF nor WebP.`,
  }),
  cancelled: entry<object>({ status: 499, exit: 1, message: () => 'Cancelled.' }),
  internal: entry<{ detail: Said }>({ status: 500, exit: 1, message: (p) => p.detail }),
} as const
