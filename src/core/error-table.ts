/** The table of errors that a person must act on: code, HTTP status, exit code, English words, the command that mends it. */
import { localTime } from './local-time.ts'
import type { Said, Worded } from './phrase.ts'
import { inLanguage, type LocalizedText } from './text.ts'

export type ExitCode = 0 | 1 | 2 | 4

export interface ErrorEntry<Params> {
  readonly status: number
  readonly exit: ExitCode
  /** Line 1 of the guide's five troubles: these letters in every language. */
  readonly headline?: (params: Params) => string | undefined
  /** What was met, and what was expected; phrases come in words. */
  readonly message: (params: Worded<Params>) => string
  /** The command to run next. */
  readonly run?: (params: Params) => string
}

const entry = <Params>(value: ErrorEntry<Params>): ErrorEntry<Params> => value
/** Whom else a request was tried with, and what each said. */
const triedToo = ({ tried }: { readonly tried?: readonly string[] }): string =>
  tried ? ` (tried: ${tried.join(', ')})` : ''
/** As a shell takes it: paths may hold blanks and 中文. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
const helpOf = ({ command }: { readonly command: string }): string => `${command} --help`
const login = (provider: string): string => `openclaw models auth login --provider ${provider}`
/** The same login anew: one that has a name of its own keeps it. */
const loginAgain = (provider: string, profile = ''): string => {
  const name = profile.startsWith(`${provider}:`) ? profile.slice(provider.length + 1) : 'default'
  return name === 'default' ? login(provider) : `${login(provider)} --profile-id ${name}`
}
const setKey = (provider: string): string => `openclaw config set models.providers.${provider}.apiKey '\${YOUR_KEY}'`

/** The same address over TLS, for who knows that it answers there. */
export const setHttps = (path: string, address: string): string =>
  `openclaw config set ${shellWord(path)} ${shellWord(address.replace(/^http:/i, 'https:'))}`

/** A sign-in that came to nothing: the second of the guide's troubles, whatever the cause. */
const signInTrouble = <Params extends { readonly provider: string }>(
  message: ErrorEntry<Params>['message'],
  run: ErrorEntry<Params>['run'] = (p) => login(p.provider),
): ErrorEntry<Params> => ({ status: 401, exit: 1, headline: () => 'OAuth authentication failed', message, run })

export const ERRORS = {
  // The guide's five troubles.
  'provider-not-found': entry<{ provider: string; plugin?: string; isEnabled?: boolean; nearest?: string }>({
    status: 404,
    exit: 1,
    headline: (p) => `Provider "${p.provider}" not found`,
    message: (p) => {
      if (p.plugin && p.isEnabled) return `The plugin ${p.plugin} was enabled after this gateway started.`
      if (p.plugin) return `The plugin ${p.plugin} brings this provider and is not enabled.`
      const meant = p.nearest ? ` Did you mean ${p.nearest}?` : ''
      return `No plugin and no settings entry brings it.${meant}`
    },
    run: (p) => {
      if (!p.plugin) return 'openclaw plugins list'
      return p.isEnabled ? 'openclaw gateway restart' : `openclaw plugins enable ${p.plugin}`
    },
  }),
  'oauth-failed': entry<{
    provider: string
    detail: Said
    profile?: string
    isKey?: boolean
    takesKey?: boolean
    tried?: readonly string[]
  }>({
    status: 401,
    exit: 1,
    headline: (p) => (p.isKey ? 'Authentication failed' : 'OAuth authentication failed'),
    message: (p) => `${p.provider} says: ${p.detail}${triedToo(p)}`,
    run: (p) => (p.isKey && !p.takesKey ? setKey(p.provider) : loginAgain(p.provider, p.profile)),
  }),
  'wrong-address': entry<{ provider: string; status: number; detail: Said; tried?: readonly string[] }>({
    status: 404,
    exit: 1,
    message: (p) =>
      `The address of ${p.provider} answered ${p.status}; its baseUrl may be wrong. ${p.detail}${triedToo(p)}`,
    run: (p) => `openclaw config get models.providers.${p.provider}.baseUrl`,
  }),
  'login-refused': signInTrouble<{ provider: string }>(() => 'The login was refused on the approval page.'),
  'login-expired': signInTrouble<{ provider: string; last?: Said }>(
    (p) => `The code expired before it was approved.${p.last ? ` The last answer: ${p.last}` : ''}`,
  ),
  'login-page': signInTrouble<{ provider: string; met: number }>(
    (p) =>
      `The provider's address answered ${p.met} with something that is not JSON: a proxy, a login page or a firewall stands in between.`,
  ),
  'login-unreachable': entry<{ provider: string; reason: Said }>({
    status: 502,
    exit: 1,
    headline: () => 'OAuth authentication failed',
    message: (p) => `The login server of ${p.provider} was not reached: ${p.reason}.`,
    run: (p) => login(p.provider),
  }),
  'login-no-token': signInTrouble<{ provider: string }>(() => 'The answer holds no access token.'),
  'login-foreign-address': signInTrouble<{ provider: string; host: string }>(
    (p) => `The server sent an approval address at ${p.host}, which is not the provider's.`,
  ),
  'login-bad-address': signInTrouble<{ provider: string }>(
    () => 'The server sent an approval address that is not a web address.',
  ),
  'login-bad-code': signInTrouble<{ provider: string }>(() => 'The server sent a code that cannot be shown.'),
  'login-insecure': signInTrouble<{ provider: string; address: string }>(
    (p) => `${p.address} is not an https address; plain http is for this machine only.`,
    (p) => `openclaw config get models.providers.${p.provider}`,
  ),
  'token-refresh-failed': entry<{ provider: string; detail: Said; profile?: string; tried?: readonly string[] }>({
    status: 401,
    exit: 4,
    headline: () => 'Token refresh failed',
    message: (p) => `The token of ${p.provider} was not renewed: ${p.detail}${triedToo(p)}`,
    run: (p) => loginAgain(p.provider, p.profile),
  }),
  'auth-busy': entry<{ provider: string; detail: Said; tried?: readonly string[] }>({
    status: 503,
    exit: 1,
    message: (p) => `The token of ${p.provider} ended and could not be renewed yet: ${p.detail}${triedToo(p)}`,
    run: () => 'openclaw models status',
  }),
  'model-not-found': entry<{
    model: string
    nearest?: string
    detail?: Said
    profile?: string
    tried?: readonly string[]
  }>({
    status: 404,
    exit: 1,
    headline: () => 'Model not found',
    message: (p) => {
      if (p.nearest) return `There is no model ${p.model}. Did you mean ${p.nearest}?`
      return `${p.detail ? `${p.model}: ${p.detail}` : `There is no model ${p.model}.`}${triedToo(p)}`
    },
    run: (p) => (p.profile === undefined ? 'openclaw models list' : 'openclaw models auth list'),
  }),
  'agent-not-found': entry<{ agent: string; nearest?: string; known: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      `There is no agent ${p.agent}.${p.nearest ? ` Did you mean ${p.nearest}?` : ''} The settings have: ${p.known}`,
    run: () => 'openclaw config get agents.list',
  }),
  'no-vision': entry<{ model: string }>({
    status: 400,
    exit: 1,
    message: (p) => `${p.model} does not take pictures.`,
    run: () => 'openclaw models list',
  }),
  'cooldown-unknown': entry<{ name: string; nearest?: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      `${p.name} is no provider, model or login that openclaw knows.${p.nearest ? ` Did you mean ${p.nearest}?` : ''}`,
    run: () => 'openclaw models cooldowns list',
  }),
  'request-not-found': entry<{ id: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      `No request ${p.id} is known: its answer is still coming, or it was refused before any model was looked for.`,
    run: () => 'openclaw requests list',
  }),
  'no-tools': entry<{ model: string }>({
    status: 400,
    exit: 1,
    message: (p) => `${p.model} does not call tools.`,
    run: () => 'openclaw models list',
  }),
  'window-too-small': entry<{ model: string; window: number; tokens: number }>({
    status: 400,
    exit: 1,
    message: (p) => `The request has at least ${p.tokens} tokens; ${p.model} takes ${p.window}.`,
    run: () => 'openclaw models list',
  }),
  'rate-limit-exceeded': entry<{ provider: string; detail: Said; tried?: readonly string[] }>({
    status: 429,
    exit: 1,
    headline: () => 'Rate limit exceeded',
    message: (p) => `${p.provider} says: ${p.detail}${triedToo(p)}`,
    run: () => 'openclaw models status',
  }),
  'quota-spent': entry<{ used: number; limit: number; resetsAt: string; timeZone: string; tried?: readonly string[] }>({
    status: 429,
    exit: 1,
    headline: () => 'Rate limit exceeded',
    message: (p) =>
      `${p.used} of today's ${p.limit} requests are used; the day ends at ${localTime(p.resetsAt, p.timeZone)} (midnight in ${p.timeZone}).${triedToo(p)}`,
    run: () => 'openclaw models status',
  }),
  'model-resting': entry<{ model: string; until: string; evidence: Said; isLimit: boolean; tried?: readonly string[] }>(
    {
      status: 503,
      exit: 1,
      headline: (p) => (p.isLimit ? 'Rate limit exceeded' : undefined),
      message: (p) => `${p.model} is not asked again before ${localTime(p.until)}: ${p.evidence}${triedToo(p)}`,
      run: () => 'openclaw models status',
    },
  ),

  // Logins.
  'no-login': entry<{ provider: string; variables?: string; detail?: Said }>({
    status: 503,
    exit: 4,
    message: (p) => {
      if (p.detail) return `Not signed in to ${p.provider}: ${p.detail}.`
      return `Not signed in to ${p.provider}.${p.variables ? ` No key is in the settings, nor in ${p.variables}.` : ''}`
    },
    run: (p) => login(p.provider),
  }),
  'no-model-set': entry<{ provider: string; plugin?: string; ref?: string }>({
    status: 503,
    exit: 4,
    message: () => 'No model is set yet.',
    run: (p) => {
      if (p.ref) return `openclaw models set ${p.ref}`
      return p.plugin ? `openclaw plugins enable ${p.plugin}` : `${login(p.provider)} --set-default`
    },
  }),
  'plan-retired': entry<{ words: LocalizedText; run: string; tried?: readonly string[] }>({
    status: 401,
    exit: 1,
    message: (p) => `${inLanguage(p.words, 'en')}${triedToo(p)}`,
    run: (p) => p.run,
  }),
  'login-not-offered': entry<{ provider: string }>({
    status: 400,
    exit: 1,
    message: (p) => `${p.provider} has no login of its own: it takes an API key in the settings.`,
    run: (p) => setKey(p.provider),
  }),
  'no-existing-login': entry<{ provider: string; program?: string; detail?: Said }>({
    status: 404,
    exit: 1,
    message: (p) => {
      if (!p.program) return `openclaw knows no other program that signs in to ${p.provider}.`
      return `There is no login of ${p.program} to use: ${p.detail ?? ''}.`
    },
    run: (p) => login(p.provider),
  }),
  'import-shared': entry<{ program: string; provider: string }>({
    status: 409,
    exit: 1,
    message: (p) =>
      `A copy of ${p.program}'s login would log one of the two programs out: whoever renews it first spends the token that the other one holds. ` +
      'Use it where it stands; --copy copies it all the same.',
    run: (p) => `${login(p.provider)} --use-existing`,
  }),
  'import-several': entry<{ path: string; count: number }>({
    status: 400,
    exit: 2,
    message: (p) => `${p.path} holds ${p.count} logins, and --profile-id names one.`,
  }),
  // Keys.
  'key-refused': entry<{ place: Said; detail: Said; others?: string; command: string }>({
    status: 401,
    exit: 1,
    headline: () => 'Authentication failed',
    message: (p) =>
      `The key was refused at ${p.place}: ${p.detail}${p.others ? ` (Where else it may belong: ${p.others})` : ''}`,
    run: (p) => p.command,
  }),
  'key-of-other-plan': entry<{ place: Said; other: Said; command: string }>({
    status: 400,
    exit: 1,
    message: (p) => `By its beginning this key belongs to "${p.other}", not to "${p.place}". It was not sent.`,
    run: (p) => p.command,
  }),
  'key-unchecked': entry<{ host: string; detail: Said; command: string }>({
    status: 502,
    exit: 1,
    message: (p) => `The key could not be checked at ${p.host}, so nothing was saved: ${p.detail}`,
    run: (p) => p.command,
  }),
  'key-missing': entry<{ provider: string; variables?: string }>({
    status: 400,
    exit: 2,
    message: (p) =>
      `No key was given. Type it at a terminal, or hand it over by --key-stdin or --key-file.${p.variables ? ` One in ${p.variables} needs no login.` : ''}`,
    run: (p) => `${login(p.provider)} --key-file <file>`,
  }),
  'key-unreadable': entry<{ provider: string }>({
    status: 400,
    exit: 2,
    message: () => 'What was given is no key: expected one line of letters, digits and signs without blanks.',
    run: (p) => `${login(p.provider)} --key-file <file>`,
  }),
  'key-not-taken': entry<{ provider: string }>({
    status: 400,
    exit: 2,
    message: (p) => `${p.provider} signs in by a page in the browser and takes no key.`,
    run: (p) => login(p.provider),
  }),
  'place-not-told': entry<{ option: string; provider: string; takes?: string }>({
    status: 400,
    exit: 2,
    message: (p) => `A login to ${p.provider} takes no --${p.option}${p.takes ? `; it takes ${p.takes}` : ''}.`,
    run: (p) => login(p.provider),
  }),
  'profile-name': entry<{ name: string }>({
    status: 400,
    exit: 2,
    message: (p) =>
      `"${p.name}" is no name for a login: expected <provider>:<name> or the name alone, of letters, digits and "_", "-", ".", "@", "+".`,
    run: () => 'openclaw models auth list',
  }),
  'note-unfit': entry<{ option: string; most: number }>({
    status: 400,
    exit: 2,
    message: (p) => `--${p.option} takes one line of at most ${p.most} characters, without control characters.`,
  }),
  'profile-of-other': entry<{ profile: string; provider: string; standing: string; email: string; own: string }>({
    status: 409,
    exit: 1,
    message: (p) =>
      `${p.profile} is the login of ${p.standing}, not of ${p.email}; it was left as it is. Another account has a login of its own.`,
    run: (p) => `${login(p.provider)} --profile-id ${p.own} --email ${shellWord(p.email)}`,
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
  'no-local-server': entry<{ asked: string; command: string }>({
    status: 503,
    exit: 1,
    message: (p) => `No server of models answered on this machine: ${p.asked}. Start one first.`,
    run: (p) => p.command,
  }),
  'server-not-told': entry<{ servers: string; standing?: string; command: string }>({
    status: 400,
    exit: 2,
    message: (p) =>
      p.standing
        ? `The server that was chosen before (${p.standing}) does not answer, and others do: ${p.servers}. --server names one.`
        : `Several servers of models answer on this machine: ${p.servers}. --server names one.`,
    run: (p) => p.command,
  }),
  'login-cancelled': entry<object>({ status: 499, exit: 1, message: () => 'Login cancelled. Nothing was changed.' }),
  cancelled: entry<object>({ status: 499, exit: 1, message: () => 'Cancelled.' }),
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

  // Settings.
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

  // Aliases and fallbacks.
  'alias-refused': entry<{ alias: string; wrong: Said }>({
    status: 400,
    exit: 2,
    message: (p) => `"${p.alias}" cannot be an alias: ${p.wrong}.`,
    run: () => 'openclaw models aliases add --help',
  }),
  'alias-taken': entry<{ alias: string; was: string; ref: string }>({
    status: 409,
    exit: 1,
    message: (p) => `${p.alias} is already an alias of ${p.was}.`,
    run: (p) => `openclaw models aliases add ${p.alias} ${p.ref} --force`,
  }),
  'alias-not-found': entry<{ alias: string; nearest?: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      p.nearest ? `There is no alias ${p.alias}. Did you mean ${p.nearest}?` : `There is no alias ${p.alias}.`,
    run: () => 'openclaw models aliases list',
  }),
  'alias-in-use': entry<{ alias: string; places: string }>({
    status: 409,
    exit: 1,
    message: (p) => `${p.alias} is still named in the settings: ${p.places}`,
    run: (p) => `openclaw models aliases remove ${p.alias} --force`,
  }),
  'fallback-is-primary': entry<{ ref: string; group: string }>({
    status: 409,
    exit: 1,
    message: (p) => `${p.ref} is already the first of this chain; each model is asked once.`,
    run: (p) => `openclaw ${p.group} list`,
  }),
  'fallback-not-found': entry<{ name: string; nearest?: string; group: string }>({
    status: 404,
    exit: 1,
    message: (p) => (p.nearest ? `${p.name} is no fallback. Did you mean ${p.nearest}?` : `${p.name} is no fallback.`),
    run: (p) => `openclaw ${p.group} list`,
  }),

  // Plugins.
  'plugin-not-found': entry<{ plugin: string; nearest?: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      p.nearest ? `There is no plugin ${p.plugin}. Did you mean ${p.nearest}?` : `There is no plugin ${p.plugin}.`,
    run: () => 'openclaw plugins list',
  }),
  'plugin-broken': entry<{ plugin: string; detail: Said; isOff?: boolean }>({
    status: 500,
    exit: 1,
    message: (p) => `The plugin ${p.plugin} cannot be used: ${p.detail}`,
    run: (p) => `openclaw plugins ${p.isOff ? 'info' : 'disable'} ${p.plugin}`,
  }),
  'plugin-unsafe': entry<{ plugin: string; file: string; detail: Said; isWritable?: boolean }>({
    status: 503,
    exit: 1,
    message: (p) =>
      `The plugin ${p.plugin} is not loaded, since its files may not be its author's. ${p.file}: ${p.detail}.`,
    run: (p) => `${p.isWritable ? 'chmod o-w' : 'ls -ld'} ${shellWord(p.file)}`,
  }),
  'plugin-changed': entry<{ plugin: string; folder: string }>({
    status: 503,
    exit: 1,
    message: (p) =>
      `The plugin ${p.plugin} is not loaded: the files in ${p.folder} are not those that you enabled. If the change is meant, enable it again.`,
    run: (p) => `openclaw plugins enable ${p.plugin}`,
  }),
  'plugin-untrusted': entry<{ plugin: string; folder: string }>({
    status: 503,
    exit: 1,
    message: (p) =>
      `The plugin ${p.plugin} is not loaded: the settings switch it on, but nobody has enabled the files in ${p.folder}.`,
    run: (p) => `openclaw plugins enable ${p.plugin}`,
  }),
  'plugin-gone': entry<{ plugin: string }>({
    status: 503,
    exit: 1,
    message: (p) => `The plugin ${p.plugin} is enabled, but lies in no folder of plugins.load.paths.`,
    run: () => 'openclaw plugins doctor',
  }),

  // The gateway.
  'port-in-use': entry<{ port: number; command?: string }>({
    status: 503,
    exit: 1,
    message: (p) => `Port ${p.port} is in use by another program.`,
    run: (p) => `openclaw ${p.command ?? 'gateway run'} --port ${p.port + 1}`,
  }),
  'gateway-running': entry<{ pid: number; url: string }>({
    status: 409,
    exit: 1,
    message: (p) => `A gateway already runs on this state folder: ${p.url} (process ${p.pid}).`,
    run: () => 'openclaw gateway restart',
  }),
  'gateway-not-running': entry<object>({
    status: 503,
    exit: 1,
    message: () => 'No gateway runs on this state folder.',
    run: () => 'openclaw gateway start',
  }),
  'gateway-start-failed': entry<{ detail: Said; log: string }>({
    status: 503,
    exit: 1,
    message: (p) => `The gateway did not start: ${p.detail}`,
    run: (p) => `tail ${shellWord(p.log)}`,
  }),
  'gateway-foreign': entry<{ pid: number; port: number }>({
    status: 409,
    exit: 1,
    message: (p) =>
      `Process ${p.pid} holds this state folder's gateway lease but does not answer on port ${p.port}; it was left alone.`,
    run: (p) => `ps -fp ${p.pid}`,
  }),
  'bind-unprotected': entry<{ address: string; missing?: 'cert' | 'key' }>({
    status: 503,
    exit: 2,
    message: (p) =>
      p.missing
        ? `gateway.tls needs both files, and gateway.tls.${p.missing} is not set.`
        : `${p.address} is reached by other machines too, and nothing would protect the tokens on their way: ` +
          'set gateway.tls.cert and gateway.tls.key (PEM files), or gateway.trustedProxies (the addresses of your own HTTPS proxy).',
    run: (p) => `openclaw config set gateway.tls.${p.missing ?? 'cert'} /path/to/${p.missing ?? 'cert'}.pem`,
  }),
  'bind-elsewhere': entry<{ address: string }>({
    status: 503,
    exit: 2,
    message: (p) => `${p.address} is not an address of this machine.`,
    run: () => 'openclaw config unset gateway.bind',
  }),
  'tls-unusable': entry<{ file: string; detail: Said }>({
    status: 503,
    exit: 2,
    message: (p) => `${p.file} cannot be used for gateway.tls: ${p.detail}.`,
    run: () => 'openclaw config get gateway.tls',
  }),
  'token-weak': entry<{ file: string; detail: Said }>({
    status: 503,
    exit: 2,
    message: (p) => `The token in ${p.file} could be guessed: ${p.detail}. Without the file a new one is made.`,
    run: (p) => `rm ${p.file}`,
  }),
  'token-missing': entry<{ file: string }>({
    status: 503,
    exit: 1,
    message: (p) => `${p.file} is gone or empty; the token that stood in it counts until there is a new one.`,
    run: () => 'openclaw gateway token',
  }),
  'token-exists': entry<{ name: string }>({
    status: 409,
    exit: 1,
    message: (p) => `There is a token called ${p.name} already.`,
    run: () => 'openclaw gateway token list',
  }),
  'token-not-found': entry<{ name: string; nearest?: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      p.nearest ? `There is no token ${p.name}. Did you mean ${p.nearest}?` : `There is no token ${p.name}.`,
    run: () => 'openclaw gateway token list',
  }),
  'scope-missing': entry<{ held: string; needed: string }>({
    status: 403,
    exit: 1,
    message: (p) => `This token has the scope ${p.held}; the scope ${p.needed} is needed here.`,
    run: (p) => `openclaw gateway token create --scope ${p.needed}`,
  }),
  'foreign-peer': entry<object>({
    status: 403,
    exit: 1,
    message: () => 'From other machines this gateway takes requests through its trusted proxies only.',
  }),
  unauthorized: entry<object>({
    status: 401,
    exit: 1,
    message: () => "The gateway's token is missing or wrong. Send it as `Authorization: Bearer <token>`.",
    run: () => 'openclaw gateway token',
  }),
  'foreign-host': entry<{ host: string }>({
    status: 403,
    exit: 1,
    message: (p) => `This gateway does not answer to the host name "${p.host}".`,
    run: () => 'openclaw gateway status',
  }),
  'foreign-origin': entry<object>({
    status: 403,
    exit: 1,
    message: () => 'Requests from other web pages are refused.',
  }),
  'route-not-found': entry<{ route: string }>({
    status: 404,
    exit: 1,
    message: (p) => `There is nothing at ${p.route}. Chat is at POST /v1/chat/completions, models at GET /v1/models.`,
  }),
  'method-not-allowed': entry<{ method: string; allowed: string }>({
    status: 405,
    exit: 1,
    message: (p) => `${p.method} is not allowed here; ${p.allowed} is.`,
  }),
  'body-too-large': entry<{ limit: string }>({
    status: 413,
    exit: 1,
    message: (p) => `The body is larger than ${p.limit}.`,
  }),
  'bad-request': entry<{ detail: Said }>({ status: 400, exit: 2, message: (p) => p.detail }),
  'all-failed': entry<{ model: string; detail: Said; tried?: readonly string[] }>({
    status: 502,
    exit: 1,
    message: (p) => `${p.model} did not answer: ${p.detail}${triedToo(p)}`,
    run: () => 'openclaw models status',
  }),
  'no-candidate': entry<{ tried?: readonly string[] }>({
    status: 503,
    exit: 1,
    message: (p) =>
      p.tried ? `There is no model to ask: ${p.tried.join(', ')}.` : 'There is no model to ask: the chain is empty.',
    run: () => 'openclaw models status',
  }),
  'no-base-url': entry<{ provider: string }>({
    status: 503,
    exit: 1,
    message: (p) => `Nobody has said where ${p.provider} is.`,
    run: (p) => `openclaw config set models.providers.${p.provider}.baseUrl https://...`,
  }),
  'plain-http': entry<{ provider: string; address: string }>({
    status: 503,
    exit: 1,
    message: (p) =>
      `Nothing was sent to ${p.provider}: ${p.address} is plain http to another machine, and all on the way could read the key.`,
    run: (p) => setHttps(`models.providers.${p.provider}.baseUrl`, p.address),
  }),
  'dialect-not-spoken': entry<{ provider: string; api: string }>({
    status: 503,
    exit: 1,
    message: (p) => `${p.provider} speaks "${p.api}", which openclaw does not speak yet.`,
    run: (p) => `openclaw config get models.providers.${p.provider}`,
  }),
  'stream-broken': entry<{ detail: Said }>({
    status: 502,
    exit: 1,
    message: (p) => `The answer broke off: ${p.detail}`,
  }),

  // The command line.
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
  internal: entry<{ detail: Said }>({ status: 500, exit: 1, message: (p) => p.detail }),
} as const
