/** Errors of logins that are there: refused, ended, not renewed, not found, locked. */
import { entry, triedToo, type Tried } from './error-entry.ts'
import { login, loginAgain, setKey } from './next-command.ts'
import type { Said } from './phrase.ts'
import { inLanguage, type LocalizedText } from './text.ts'

export const LOGIN_ERRORS = {
  'oauth-failed': entry<
    {
      provider: string
      detail: Said
      profile?: string
      isKey?: boolean
      takesKey?: boolean
    } & Tried
  >({
    status: 401,
    exit: 1,
    headline: (p) => (p.isKey ? 'Authentication failed' : 'OAuth authentication failed'),
    message: (p) => `${p.provider} says: ${p.detail}${triedToo(p)}`,
    run: (p) => (p.isKey && !p.takesKey ? setKey(p.provider) : loginAgain(p.provider, p.profile)),
  }),
  'token-refresh-failed': entry<{ provider: string; detail: Said; profile?: string } & Tried>({
    status: 401,
    exit: 4,
    headline: () => 'Token refresh failed',
    message: (p) => `The token of ${p.provider} was not renewed: ${p.detail}${triedToo(p)}`,
    run: (p) => loginAgain(p.provider, p.profile),
  }),
  'auth-busy': entry<{ provider: string; detail: Said } & Tried>({
    status: 503,
    exit: 1,
    message: (p) => `The token of ${p.provider} ended and could not be renewed yet: ${p.detail}${triedToo(p)}`,
    run: () => 'openclaw models status',
  }),
  'no-login': entry<{ provider: string; variables?: string; detail?: Said }>({
    status: 503,
    exit: 4,
    message: (p) => {
      if (p.detail) return `Not signed in to ${p.provider}: ${p.detail}.`
      return `Not signed in to ${p.provider}.${p.variables ? ` No key is in the settings, nor in ${p.variables}.` : ''}`
    },
    run: (p) => login(p.provider),
  }),
  'plan-retired': entry<{ words: LocalizedText; run: string } & Tried>({
    status: 401,
    exit: 1,
    message: (p) => `${inLanguage(p.words, 'en')}${triedToo(p)}`,
    run: (p) => p.run,
  }),
  'login-not-found': entry<{ profile: string; nearest?: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      p.nearest ? `There is no login ${p.profile}. Did you mean ${p.nearest}?` : `There is no login ${p.profile}.`,
    run: () => 'openclaw models auth list',
  }),
  'login-of-other': entry<{ profile: string; owner: string; provider: string }>({
    status: 400,
    exit: 1,
    message: (p) => `${p.profile} is a login of ${p.owner}, not of ${p.provider}.`,
    run: (p) => `openclaw models auth list --provider ${p.provider}`,
  }),
  'login-ambiguous': entry<{ name: string; profiles: string }>({
    status: 400,
    exit: 2,
    message: (p) => `Several logins have the name ${p.name}: ${p.profiles}. Give the whole id.`,
    run: () => 'openclaw models auth list',
  }),
  'login-exists': entry<{ profile: string; command?: string }>({
    status: 409,
    exit: 1,
    message: (p) =>
      p.command
        ? `There is a login ${p.profile} already, and it was left as it is. Sign it out first, or give another --profile-id.`
        : `There is a login ${p.profile} already.`,
    run: (p) => p.command ?? 'openclaw models auth list',
  }),
  'login-fixed': entry<{ profile: string; why: Said; command: string }>({
    status: 409,
    exit: 1,
    message: (p) => `${p.profile} was left as it is: ${p.why}.`,
    run: (p) => p.command,
  }),
  'login-changed': entry<{ profile: string; command: string }>({
    status: 409,
    exit: 1,
    message: (p) => `Somebody signed in to ${p.profile} anew at the same moment; that login was left as it is.`,
    run: (p) => p.command,
  }),
  'logout-untold': entry<{ profile: string; detail: Said }>({
    status: 502,
    exit: 1,
    message: (p) => `The login server could not be told to end ${p.profile}, so nothing was removed: ${p.detail}`,
    run: (p) => `openclaw models auth logout ${p.profile} --local`,
  }),
  'confirmation-missing': entry<{ command: string }>({
    status: 400,
    exit: 2,
    message: () => 'Nobody is here to confirm this.',
    run: (p) => `${p.command} --yes`,
  }),
  'setting-in-the-way': entry<{ path: string; file: string; isOurs: boolean }>({
    status: 409,
    exit: 1,
    message: (p) => `${p.path} stands in ${p.file} and goes before what this login would write.`,
    run: (p) => (p.isOurs ? `\${EDITOR:-vi} ${p.file}` : `openclaw config unset ${p.path}`),
  }),
  'secrets-locked': entry<{ detail: Said; command: string }>({
    status: 503,
    exit: 1,
    message: (p) => `The secrets of the logins cannot be opened: ${p.detail}.`,
    run: (p) => p.command,
  }),
  'keychain-unusable': entry<{ detail: Said; command: string }>({
    status: 503,
    exit: 1,
    message: (p) => `The keychain cannot be used: ${p.detail}.`,
    run: (p) => p.command,
  }),
  'passphrase-unfit': entry<{ detail: Said }>({
    status: 400,
    exit: 2,
    message: (p) => `No passphrase to encrypt with: ${p.detail}.`,
    run: () => 'OPENCLAW_PASSPHRASE_FILE=<file> openclaw models auth store encrypted',
  }),
  'passphrases-differ': entry<object>({
    status: 400,
    exit: 2,
    message: () => 'The two passphrases differ. Nothing was changed.',
    run: () => 'openclaw models auth store encrypted',
  }),
  'unset-variable': entry<{ provider: string; variable: string }>({
    status: 503,
    exit: 1,
    message: (p) =>
      `The settings of ${p.provider} name \${${p.variable}}, which is not set in this environment. A running gateway knows what was set when it started.`,
    run: (p) => `export ${p.variable}=...`,
  }),
} as const
