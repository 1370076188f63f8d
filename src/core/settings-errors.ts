/** Errors of the settings files, and of other files and state. */
import { entry } from './error-entry.ts'
import { shellWord } from './next-command.ts'
import type { Said } from './phrase.ts'

export const SETTINGS_ERRORS = {
  'config-syntax': entry<{ file: string; line: number; column: number; met: Said; expected: Said }>({
    status: 500,
    exit: 1,
    message: (p) => `${p.file}:${p.line}:${p.column}: met ${p.met}, expected ${p.expected}.`,
    run: (p) => `\${EDITOR:-vi} +${p.line} ${shellWord(p.file)}`,
  }),
  'config-invalid': entry<{ file: string; line: number; column: number; path: Said; wrong: Said }>({
    status: 500,
    exit: 1,
    message: (p) => `${p.file}:${p.line}:${p.column}: ${p.path}: ${p.wrong}`,
    run: (p) => `\${EDITOR:-vi} +${p.line} ${shellWord(p.file)}`,
  }),
  'config-emptied': entry<{ file: string }>({
    status: 500,
    exit: 1,
    message: (p) => `${p.file}:1:1: the file is empty, and was not before. If nothing shall be set, write {} into it.`,
    run: (p) => `\${EDITOR:-vi} +1 ${shellWord(p.file)}`,
  }),
  'counts-at-start': entry<{ setting: string; port?: number }>({
    status: 503,
    exit: 1,
    message: (p) => `${p.setting} was changed while this gateway runs; it counts from its next start.`,
    run: (p) => `openclaw gateway restart${p.port === undefined ? '' : ` --port ${p.port}`}`,
  }),
  'config-path-invalid': entry<{ path: string }>({
    status: 400,
    exit: 2,
    message: (p) => `"${p.path}" is not a settings path; one looks like agents.defaults.model or agents.list[0].model.`,
  }),
  'config-value-refused': entry<{ path: string; wrong: Said }>({
    status: 400,
    exit: 2,
    message: (p) => `${p.path}: ${p.wrong}`,
  }),
  'config-value-broken': entry<{ path: string; line: number; column: number; met: Said; expected: Said }>({
    status: 400,
    exit: 2,
    message: (p) =>
      `Nothing was changed: the value begins like JSON5 and is none: ${p.line}:${p.column}: met ${p.met}, expected ${p.expected}. --text stores it as it stands.`,
    run: (p) => `openclaw config set ${shellWord(p.path)} '...' --text`,
  }),
  'file-open': entry<{ file: string; mode: string }>({
    status: 500,
    exit: 1,
    message: (p) => `Other users of this machine may read ${p.file}, and it holds secrets (mode ${p.mode}).`,
    run: (p) => `chmod 600 ${shellWord(p.file)}`,
  }),
  'passphrase-file-open': entry<{ file: string; mode: string }>({
    status: 503,
    exit: 1,
    message: (p) =>
      `The passphrase in ${p.file} is not taken: other users of this machine may read the file (mode ${p.mode}).`,
    run: (p) => `chmod 600 ${shellWord(p.file)}`,
  }),
  'config-path-unset': entry<{ path: string; nearest?: string }>({
    status: 404,
    exit: 1,
    message: (p) => (p.nearest ? `${p.path} is not set. Did you mean ${p.nearest}?` : `${p.path} is not set.`),
    run: () => 'openclaw config get',
  }),
  'config-kept-elsewhere': entry<{ path: string; file: string; line: number; profile?: string }>({
    status: 409,
    exit: 1,
    message: (p) =>
      `${p.path} stands in ${p.file}, which openclaw writes itself; this command changes only openclaw.json.`,
    run: (p) => {
      if (p.path === 'auth.store') return 'openclaw models auth store file'
      return p.profile ? `openclaw models auth logout ${p.profile}` : `\${EDITOR:-vi} +${p.line} ${shellWord(p.file)}`
    },
  }),
  'home-relative': entry<{ home: string }>({
    status: 400,
    exit: 2,
    message: (p) => `HOME is ${p.home}, which is another folder wherever this is run; it has to begin with /.`,
    run: (p) => `export HOME="$(cd ${shellWord(p.home)} && pwd)"`,
  }),
  'no-original': entry<{ folder: string }>({
    status: 404,
    exit: 1,
    message: (p) => `${p.folder} holds no settings of the original OpenClaw.`,
    run: () => 'openclaw config import --from <folder>',
  }),
  'config-secret-argument': entry<{ path: string; variable: string }>({
    status: 400,
    exit: 2,
    message: (p) => `${p.path} is a secret, and a command line is seen by other programs. Name a variable instead.`,
    run: (p) => `openclaw config set ${p.path} '\${${p.variable}}'`,
  }),
  'file-unusable': entry<{ file: string; detail: Said; folder?: string }>({
    status: 500,
    exit: 1,
    message: (p) => `${p.file} cannot be used: ${p.detail}.`,
    run: (p) => `ls -ld ${shellWord(p.folder ?? p.file)}`,
  }),
  'ca-unusable': entry<{ file: string; detail: Said; kept?: boolean }>({
    status: 500,
    exit: 1,
    message: (p) =>
      `The certificates of gateway.ca cannot be used: ${p.file}: ${p.detail}. ` +
      (p.kept ? 'Those that were read before stay in use.' : 'Only the usual authorities are trusted.'),
    run: () => 'openclaw config set gateway.ca /path/to/authority.pem',
  }),
  'state-unwritable': entry<{ detail: Said; folder?: string }>({
    status: 503,
    exit: 1,
    message: (p) => `State cannot be written: ${p.detail}`,
    run: (p) => (p.folder === undefined ? 'openclaw gateway status' : `ls -ld ${shellWord(p.folder)}`),
  }),
} as const
