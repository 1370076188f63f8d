/** Errors on the way to a login: signing in, a key, a copy from another program. */
import { entry, type ErrorEntry } from './error-entry.ts'
import { login, setKey, shellWord } from './next-command.ts'
import type { Said } from './phrase.ts'

/** A sign-in that came to nothing: the second of the guide's troubles, whatever the cause. */
const signInTrouble = <Params extends { readonly provider: string }>(
  message: ErrorEntry<Params>['message'],
  run: ErrorEntry<Params>['run'] = (p) => login(p.provider),
): ErrorEntry<Params> => ({ status: 401, exit: 1, headline: () => 'OAuth authentication failed', message, run })

export const SIGN_IN_ERRORS = {
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
} as const
