/** The table of phrases: each code with its values and its English words; `texts/` has the other languages. */
import { localTime } from './local-time.ts'

export const PHRASES = {
  // What stood in a text that is no JSON5.
  'end-of-text': () => 'the end of the text',
  'end-of-line': () => 'the end of the line',
  'control-character': () => 'a control character',
  blank: () => 'a blank',
  comma: () => 'a comma',
  colon: () => 'a colon',
  'double-quote': () => 'a double quote',
  'single-quote': () => 'a single quote',
  'curly-quote': (p: { sign: string }) => `a curly quote (${p.sign})`,
  'full-width-comma': () => 'a full-width comma (，)',
  'full-width-colon': () => 'a full-width colon (：)',
  'ideographic-comma': () => 'an ideographic comma (、)',
  'full-width-brace': (p: { sign: string }) => `a full-width brace (${p.sign})`,
  character: (p: { sign: string }) => p.sign,
  'text-without-quotes': () => 'text without quotes',
  'key-without-quotes': () => 'this key without quotes',
  'no-number': () => 'something that is not a number',
  'sign-before-point': () => 'a sign before a point',

  // How it should have gone on.
  'wanted-key': () => 'a key or }',
  'wanted-colon': () => 'a colon after the key',
  'wanted-value': () => 'a value: text in quotes, a number, true, false, null, { or [',
  'wanted-element': () => 'a value or ]',
  'wanted-separator': (p: { close: string }) => `a comma or ${p.close}`,
  'wanted-end': () => 'nothing more',
  'wanted-closing-quote': (p: { quote: string }) => `a closing ${p.quote}`,
  'wanted-escape': () => 'an escape such as \\n, \\\\ or \\u4e2d',
  'wanted-comment-end': (p: { line: number }) => `*/ for the comment that begins on line ${p.line}`,
  'wanted-comment': () => 'a second / or a * (a comment)',
  'wanted-colon-or-quotes': () => 'a colon, or quotes around the whole key',
  'wanted-quotes': () => 'quotes around it',
  'wanted-digit': () => 'a digit between the two',
  'wanted-levels': (p: { most: number }) => `at most ${p.most} brackets inside each other`,
  'still-open': (p: { wanted: string; bracket: string; line: number }) =>
    `${p.wanted} (the ${p.bracket} of line ${p.line} is still open)`,

  // What a setting's value should be, and what it is.
  'wrong-value': (p: { expected: string; met: string }) => `expected ${p.expected}, met ${p.met}`,
  'missing-value': (p: { expected: string }) => `expected ${p.expected}, met nothing`,
  'some-text': () => 'a text',
  'filled-text': () => 'a text that is not empty',
  'true-or-false': () => 'true or false',
  'an-object': () => 'an object',
  'ref-or-alias': () => 'a model ref or alias',
  'web-address': () => 'an http or https address',
  'whole-number': (p: { least: number }) => `a whole number ${p.least} or more`,
  'whole-number-between': (p: { least: number; most: number }) => `a whole number from ${p.least} to ${p.most}`,
  'this-or-that': (p: { one: string; other: string }) => `${p.one} or ${p.other}`,
  'this-or': (p: { one: string; others: string }) => `${p.one}, ${p.others}`,
  'id-without-slash': () => 'a provider id without /',
  'list-of-inputs': () => 'a list with "text", "image" or both of them',
  'proxy-setting': () => '"env", "off" or the http or https address of a proxy',
  'time-zone': () => 'the name of a time zone, such as Asia/Shanghai or UTC',
  'model-entry': () => 'a model id or an object with an id',
  'agent-model': () => 'a model ref, an alias, or an object with primary and fallbacks',
  'list-of-models': () => 'a list of model ids or of objects with an id',
  'list-of-refs': () => 'a list of model refs or aliases',
  'list-of-profiles': () => 'a list of profile ids',
  'list-of-agents': () => 'a list of agents',
  'object-of-providers': () => 'an object with a key for each provider',
  'object-of-aliases': () => 'an object with a key for each alias',
  'object-of-profiles': () => 'an object with a key for each profile',
  'object-of-plugins': () => 'an object with a key for each plugin',
  'list-of-folders': () => 'a list of folders',
  'bind-address': () => '"loopback", "lan" or an IP address of this machine',
  'address-or-range': () => 'an IP address, or a range of them such as 10.0.0.0/8',
  'list-of-addresses': () => 'a list of IP addresses or ranges',
  'host-name': () => 'a host name, with or without a port',
  'list-of-hosts': () => 'a list of host names',
  'empty-text': () => 'an empty text',
  'some-number': () => 'a number',
  'a-list': () => 'a list',
  'whole-file': () => 'the whole file',

  // What `config validate` finds.
  'header-on-or-off': (p: { header: string; met: string }) => `The header ${p.header} takes on or off; met "${p.met}".`,
  'file-emptied': () => 'the file is empty, and was not before. If nothing shall be set, write {} into it',
  'met-instead': (p: { met: string; expected: string }) => `met ${p.met}, expected ${p.expected}`,
  'api-unknown': (p: { api: string }) =>
    `openclaw does not speak ${p.api}; it speaks openai-completions, openai-responses and anthropic-messages`,
  'unknown-setting': () => 'openclaw knows no such setting; it counts for nothing',
  'unknown-setting-meant': (p: { nearest: string }) =>
    `openclaw knows no such setting; it counts for nothing. Did you mean ${p.nearest}?`,
  'key-twice': (p: { line: number }) => `this key stands on line ${p.line} too, and only one of the two counts`,
  'variable-not-set': (p: { variable: string }) => `the variable ${p.variable} is not set in this environment`,
  'no-model': (p: { model: string }) => `there is no model ${p.model}`,
  'no-model-meant': (p: { model: string; nearest: string }) =>
    `there is no model ${p.model}. Did you mean ${p.nearest}?`,
  'provider-off': (p: { provider: string; plugin: string }) =>
    `the plugin ${p.plugin}, which brings ${p.provider}, is not enabled`,
  'provider-without-key': (p: { provider: string }) =>
    `${p.provider} waits for a key: openclaw models auth login --provider ${p.provider}`,
  'mended-by': (p: { what: string; command: string }) =>
    `${p.what}${/[.?!]$/.test(p.what) ? '' : '.'} Run: ${p.command}`,
  'provider-without-server': (p: { provider: string }) =>
    `no server of ${p.provider} is chosen yet: openclaw models auth login --provider ${p.provider}`,
  'provider-not-signed-in': (p: { provider: string }) => `there is no key and no login for ${p.provider}`,
  'provider-id-signs': () =>
    'this id of a provider is hard to name in commands and model refs; letters, digits and "_", "-", ".", "+" are safe',
  'agent-twice': (p: { place: string }) => `${p.place} has the same id, and only the last of them counts`,
  'no-such-plugin-meant': (p: { nearest: string }) => `there is no plugin with this id. Did you mean ${p.nearest}?`,
  'plugin-refused': () => 'this plugin is on and cannot be used',
  'readable-by-others': (p: { mode: string }) =>
    `other users of this machine may read this file, and it holds secrets (mode ${p.mode})`,
  'no-provider': (p: { provider: string }) => `no plugin and no settings entry brings the provider ${p.provider}`,

  // What `config import` leaves behind.
  'not-taken': () => 'openclaw has nothing like it yet',
  'sign-in-anew': (p: { provider: string }) =>
    `a login is not taken over: openclaw models auth login --provider ${p.provider}`,
  'set-already': () => 'it is set here already',

  // What `models auth import` leaves behind.
  'no-login-in-it': () => 'it holds no login that openclaw can read',
  'profile-taken': (p: { profile: string }) =>
    `a login ${p.profile} is here already and is not written over; --profile-id gives this one another name`,

  // Why a name is no alias.
  'alias-means-agent': () => 'openclaw and openclaw/<agent> mean an agent',
  'alias-is-ref': () => 'a name with / is a model ref',
  'alias-is-provider': () => 'a provider has this id',
  'alias-signs': () =>
    'an alias has letters, numbers, dots, underscores, colons and dashes, and begins with one of the first two',
  'alias-circle': (p: { way: string }) => `this alias leads back to itself (${p.way})`,

  // Why a text was not edited.
  'edit-impossible': (p: { place: string; reason: string }) => `${p.place} cannot be edited: ${p.reason}.`,
  'edit-refused': (p: { place: string }) => `${p.place} could not be edited in place, so the text was left as it is.`,
  'no-path': () => 'the path is empty',
  'no-place-in-list': (p: { place: string; length: number; segment: string }) =>
    `${p.place} is a list of ${p.length}, and ${p.segment} is no place in it`,
  'name-taken': (p: { place: string; name: string }) => `${p.place} cannot be called ${p.name}: that name is taken`,
  'no-object-there': (p: { place: string; met: string }) => `${p.place} is ${p.met}, not an object`,

  // Why a file or the state cannot be used.
  'file-of-other': (p: { owner: string }) => `it belongs to ${p.owner}, not to you`,
  'link-of-other': (p: { owner: string }) => `it is a link that belongs to ${p.owner}`,
  'user-with-id': (p: { id: number }) => `the user with the id ${p.id}`,
  'link-circle': () => 'it is a link that leads in a circle',
  'not-a-file': (p: { met: string }) => `it is ${p.met}, not a file`,
  'a-folder': () => 'a folder',
  'a-pipe': () => 'a pipe',
  'a-socket': () => 'a socket',
  'a-link': () => 'a link',
  'a-device': () => 'a device',
  'not-utf8': () => 'it is not UTF-8 text',
  'file-missing': () => 'there is no such file',
  'file-unreadable': (p: { code: string }) => `it cannot be read (${p.code})`,
  'file-too-large': (p: { mib: number }) => `it is larger than ${p.mib} MiB`,
  'no-certificate': () => 'it holds no certificate in PEM form (BEGIN CERTIFICATE)',
  'certificate-unreadable': (p: { place: number; reason: string }) =>
    `certificate ${p.place} in it cannot be read (${p.reason})`,
  'certificate-cut': () => 'its END line is missing',
  'kept-changing': () => 'it was saved by another program each time we were about to',
  'stood-still': () => 'it was not written: this process stood still for so long that another one may be at it now',
  'system-refuses': (p: { code: string }) => `the system refuses it (${p.code})`,
  'not-written': (p: { reason: string }) => `it could not be written (${p.reason})`,
  'state-too-new': (p: { version: number; known: number }) =>
    `a later version of openclaw has written it (schema ${p.version}, this one knows ${p.known})`,
  'state-emptied': () =>
    'it is empty, though it held something; remove it to begin anew: counts of today and issued tokens are lost with it',
  'sqlite-too-old': (p: { version: string }) =>
    `this Node brings SQLite ${p.version}; 3.51.3 or later is needed (Node 24.16 or later has it)`,
  'no-wal-here': (p: { mode: string }) => `it lies on a file system that cannot hold SQLite's WAL (${p.mode})`,
  'state-writer-gone': (p: { reason: string }) => `the writer thread ended (${p.reason})`,
  'state-writer-missing': () => 'the writer thread does not run',
  'at-file': (p: { file: string; reason: string }) => `${p.file}: ${p.reason}`,
  'not-counted': (p: { model: string }) => `${p.model} was not asked, as it must be counted`,

  // Why a login serves no more, or is not renewed.
  'login-spent': () =>
    'its refresh token was used already, and the pair that came of it is not in the file ' +
    '(an older copy came back, or it could not be saved)',
  'login-unrenewable': () => 'the token expired and cannot be refreshed',
  'no-credential': () => 'there is no credential',
  'key-refused': () => 'the key was refused',
  'no-refresh-token': () => 'there is no refresh token',
  'no-login-way': () => 'the provider has no login',
  'not-sent-after-sleep': () =>
    'this process stood still for so long that another one may be renewing the token now; it was not sent',
  'outside-absent': (p: { program: string; file: string }) =>
    `the login of ${p.program} is gone (${p.file}): sign in to ${p.program} again, or here`,
  'outside-unreadable': (p: { program: string; file: string }) => `${p.file} holds no login of ${p.program} just now`,
  'outside-unknown': (p: { id: string }) => `no plugin that is on knows a login called ${p.id}`,
  'outside-busy': (p: { program: string; lock: string }) =>
    `${p.program} or another program holds ${p.lock}, and is renewing it, or was`,
  'used-up-before': (p: { words: string }) =>
    `${p.words} (an earlier renewal ended without an answer and may have used it up)`,
  'renewal-refused': (p: { words: string; times: number; since: string }) =>
    `${p.words} (${p.times} times since ${localTime(p.since)}; it is asked again every ten minutes)`,
  'answer-for-another': () =>
    'the login server answered with the tokens of another account, which were not taken; sign in again',
  'refused-though-renewed': (p: { words: string }) =>
    `${p.words} (with a token that was renewed just before, so that signing in again will hardly help)`,
  'no-tokens-in-file': (p: { file: string; profile: string }) =>
    `${p.file} holds no tokens of ${p.profile}, so a renewed one could not be kept there.`,
  'tokens-kept-changing': (p: { profile: string }) => `the tokens of ${p.profile} kept changing`,
  'held-by-other': (p: { key: string; holder: string }) => `${p.key} is held by another process (${p.holder})`,
  'token-unsaved': (p: { profile: string; reason: string }) =>
    `${p.profile}: the renewed token is not saved yet: ${p.reason}`,
  'token-not-renewed': (p: { profile: string; reason: string }) =>
    `${p.profile}: the token cannot be renewed: ${p.reason}`,
  'token-answer-not-json': (p: { status: number }) =>
    `HTTP ${p.status} with a body that is not a JSON object (a proxy, a login page or a firewall answered)`,
  'token-answer-without-reason': (p: { status: number }) => `HTTP ${p.status} without a reason`,
  'token-answer-without-token': () => 'the answer holds no access token',
  'login-ended-here': () => 'it was logged out on this machine',
  'login-being-renewed': () => 'its token was renewed a moment ago, and the new one is not in the file yet',
  'login-in-variable': (p: { variable: string }) => `its key is in the variable ${p.variable}, not in a file`,
  'login-in-settings': (p: { path: string; file: string }) => `${p.path} stands in ${p.file}, which is yours`,
  'login-of-program': (p: { program: string }) =>
    `its tokens are in the file of ${p.program}; sign out there, or use it no longer here`,
  'login-without-secret': () => 'it has no key and no token',
  'no-such-profile': (p: { profile: string }) => `there is no login ${p.profile}.`,
  'no-address': (p: { provider: string }) => `nobody has said where ${p.provider} is`,
  'day-spent': () => "the day's requests are spent",
  'taken-meanwhile': () => 'taken meanwhile',

  // Why a plugin from an outside folder is not found, not trusted or not used.
  'path-not-absolute': () => 'a folder of plugins begins with / or ~/',
  'path-with-control': () => 'it holds a control character',
  'no-such-folder': () => 'there is no such folder',
  'no-plugin-in-folder': (p: { manifest: string }) => `there is no ${p.manifest} in it, nor in a folder below it`,
  'writable-by-all': () => 'everybody may write to it',
  'link-leaves': (p: { target: string }) => `it is a link to ${p.target}, outside the plugin's folder`,
  'link-to-folder': () => 'it is a link to a folder',
  'hard-linked': (p: { names: number }) =>
    `it has ${p.names} names (hard links), so that it can be changed from elsewhere`,
  'file-name-with-control': () => 'the name of a file in it holds a control character',
  'too-many-files': (p: { most: number }) => `it holds more than ${p.most} files`,
  'too-many-bytes': (p: { mib: number }) => `its files hold more than ${p.mib} MiB`,
  'entry-missing': (p: { entry: string }) => `there is no ${p.entry}.js or ${p.entry}.mjs beside its manifest`,
  'module-too-late': (p: { seconds: number }) => `its module was not ready within ${p.seconds} s`,
  'plugin-id-taken': (p: { id: string; folder: string }) => `the id ${p.id} is taken by the plugin in ${p.folder}`,
  'provider-taken': (p: { provider: string; plugin: string }) =>
    `its provider ${p.provider} is brought by the plugin ${p.plugin} already`,
  'no-such-plugin': () => 'there is no plugin with this id',

  // Why a gateway's token or certificate is not taken.
  'token-too-short': (p: { least: number }) => `it has fewer than ${p.least} characters`,
  'token-repeats': () => 'it is made of few characters, over and over',
  'token-has-word': (p: { word: string }) => `it contains "${p.word}"`,
  'cert-and-key': () => 'certificate and key do not fit each other, or are not PEM',

  // Why the secrets of logins cannot be opened, or kept where they should be.
  'keychain-unknown': (p: { system: string }) => `openclaw knows no keychain on ${p.system}`,
  'keychain-no-tool': (p: { tool: string }) => `${p.tool} is not installed`,
  'keychain-nobody': (p: { reason: string }) =>
    `no keyring answers in this session (GNOME Keyring, KWallet or KeePassXC would): ${p.reason}`,
  'keychain-refuses': (p: { reason: string }) => `it says: ${p.reason}`,
  'keychain-silent': (p: { seconds: number }) => `it has not answered within ${p.seconds} s`,
  'keychain-forgets': () => 'what was put into it does not come out again',
  'keychain-entry-gone': (p: { entry: string }) =>
    `the keychain gives no entry openclaw/${p.entry}, which is their key`,
  'keychain-entry-other': (p: { entry: string }) =>
    `the keychain's entry openclaw/${p.entry} is not the key that they were sealed with`,
  'passphrase-missing': () =>
    'they are encrypted, and there is no passphrase in OPENCLAW_PASSPHRASE, nor in a file named by OPENCLAW_PASSPHRASE_FILE',
  'passphrase-wrong': (p: { variable: string }) =>
    `the passphrase in ${p.variable} is not the one that they were encrypted with`,
  'passphrase-none': () =>
    'there is none in OPENCLAW_PASSPHRASE, nor in a file named by OPENCLAW_PASSPHRASE_FILE, and nobody at a terminal to be asked',
  'passphrase-untyped': () => 'a new one has to be typed at a terminal',
  'no-passphrase': (p: { reason: string }) => `no passphrase to encrypt with: ${p.reason}`,
  'passphrase-short': (p: { least: number }) => `it has fewer than ${p.least} characters`,
  'sealed-by-newer': (p: { profile: string }) => `${p.profile} was sealed by a newer openclaw`,
  'sealed-damaged': (p: { profile: string }) =>
    `what is sealed of ${p.profile} was changed, or sealed for another place`,

  // Why an upstream was not reached.
  'request-unwritable': (p: { reason: string }) => `the request cannot be written (${p.reason})`,
  'name-unresolved': (p: { host: string; code: string }) => `the name ${p.host} could not be resolved (${p.code})`,
  'no-connection': (p: { host: string; code: string }) => `no connection to ${p.host} (${p.code})`,
  'no-answer': (p: { host: string }) => `${p.host} did not answer`,
  'connection-closed': (p: { host: string }) => `${p.host} closed the connection`,
  'connection-closed-early': (p: { host: string }) => `${p.host} closed the connection while it was made`,
  'no-trust': (p: { host: string; reason: string }) => `no trusted connection to ${p.host}: ${p.reason}`,
  'not-http': (p: { host: string; reason: string }) => `what ${p.host} sent is not a well-formed answer (${p.reason})`,
  'connect-too-late': (p: { host: string; ms: number }) => `no connection to ${p.host} within ${p.ms} ms`,
  'head-too-late': (p: { host: string; ms: number }) => `${p.host} did not begin to answer within ${p.ms} ms`,
  'silent-too-long': (p: { host: string; ms: number }) => `${p.host} sent nothing more for ${p.ms} ms`,
  'answer-unreadable': (p: { host: string; reason: string }) => `the answer of ${p.host}: ${p.reason}`,
  'answer-status-line': () => 'it does not begin with an HTTP/1.1 status line',
  'answer-header': () => 'a line of its head is broken',
  'answer-head-long': (p: { kib: number }) => `its head is longer than ${p.kib} KiB`,
  'answer-length': () => 'its length is no number, or is told in two ways',
  'answer-transfer-coding': (p: { coding: string }) => `its transfer coding "${p.coding}" is unknown`,
  'answer-chunk': () => 'a chunk of its body is broken',
  'answer-trailer': () => 'a line after its body is broken',
  'answer-upgrade': () => 'it changes to another protocol, which nobody asked for',
  'header-unwritable': (p: { name: string }) => `the header "${p.name}" must not be sent so`,
  'interim-only': () => 'it sent interim answers only',
  'coding-unknown': (p: { coding: string }) => `its content coding "${p.coding}" cannot be read`,
  'not-taken-in': () => 'the answer could not be taken in',
  'given-up': () => 'the request was given up',
  'client-closed': () => 'the client was closed',
  'address-no-url': () => 'the address is not a URL',
  'address-scheme': () => 'only https addresses are used, or http ones on this machine',
  'address-plain-http': () =>
    'plain http is used toward this machine only; elsewhere the address must begin with https',
  'address-userinfo': () => 'an address must not hold a user name or a password',
  'address-unreadable': () => 'an unreadable address',
  'body-undecodable': (p: { coding: string; reason: string }) => `its ${p.coding} body cannot be read (${p.reason})`,
  'body-grew': (p: { coding: string; times: number }) =>
    `its ${p.coding} body grew to more than ${p.times} times its size`,
  'answer-longer': (p: { bytes: number }) => `the answer is longer than ${p.bytes} bytes`,
  'no-such-status': (p: { status: number }) => `status ${p.status} does not exist`,
  'whole-too-late': (p: { host: string; ms: number }) => `${p.host} had not answered in full within ${p.ms} ms`,
  'late-each-time': (p: { ms: number }) => `it did not begin to answer within ${p.ms} ms, time after time`,
  outrun: () => 'another one spoke first',
  'signs-of-life-only': (p: { ms: number }) => `within ${p.ms} ms there were signs of life, but nothing of an answer`,
  'no-trust-in-issuer': (p: { host: string; reason: string }) =>
    `no trusted connection to ${p.host}: ${p.reason}. ` +
    'Should your network vouch for its certificates itself, name the file of its authority in gateway.ca',
  'proxy-no-url': (p: { place: string }) => `the proxy address in ${p.place} is not a URL`,
  'proxy-scheme': (p: { place: string; scheme: string }) =>
    `the proxy scheme ${p.scheme}// in ${p.place} is not http or https`,
  'proxy-variable-unset': (p: { place: string; variable: string }) =>
    `${p.place} names \${${p.variable}}, which is not set in this environment`,
  'proxy-wants-login': (p: { proxy: string }) =>
    `the proxy ${p.proxy} wants a user and a password (407): http://user:password@host:port`,
  'proxy-refused': (p: { proxy: string; status: number }) => `the proxy ${p.proxy} answered ${p.status} to CONNECT`,
  'proxy-unusable': (p: { proxy: string; reason: string }) => `the proxy ${p.proxy} could not be used: ${p.reason}`,

  // What is wrong with an upstream's answer.
  'done-too-early': () => 'The stream was declared done without a finish reason.',
  'within-tool-call': () => 'The answer was called finished within the arguments of a tool call.',
  'no-finish-reason': () => 'The answer ended without a finish reason.',
  'not-begun': () => 'The answer ended before it began.',
  'content-filter': () => 'The answer was stopped by a content filter.',
  'model-refused': () => 'The model refused to answer.',
  'too-many-parts': () => 'The answer has more choices or tool calls than any answer may have.',
  'broken-event': () => 'An event is not whole JSON.',
  'not-an-event': (p: { words: string }) => `Not an event: ${p.words}`,
  'event-too-large': (p: { mib: number }) => `An event is larger than ${p.mib} MiB.`,
  'answer-not-understood': (p: { error: string }) => `The answer could not be read (${p.error}).`,
  'answer-empty': () => 'The answer is empty.',
  'no-event-stream': () => 'The answer is no event stream.',
  'no-choices': () => 'The answer has no choices.',
  'no-embeddings': () => 'The answer has no embeddings, or broken ones.',
  untitled: () => 'untitled',
  'page-in-answer': (p: { title: string }) => `A web page instead of an answer: ${p.title}`,
  'answer-too-large': (p: { mib: number }) => `The answer is larger than ${p.mib} MiB.`,
  'page-with-status': (p: { status: number; title: string }) =>
    `HTTP ${p.status} with a web page instead of an answer: ${p.title}`,
  'page-elsewhere': (p: { status: number; title: string }) =>
    `HTTP ${p.status} with a web page instead of an answer: is the base URL right? ${p.title}`,
  'wrong-place': (p: { words: string }) => `Is the base URL right? ${p.words}`,
  'words-not-kept': () => 'what it said is not kept, since it may quote the request',
  'no-body': (p: { status: number }) => `HTTP ${p.status} without a body`,
  /** What a plugin says in its own three languages. */
  'plugin-words': (p: { en: string; zhCn: string; zhTw: string }) => p.en,

  // What would have another model chosen.
  'change-plugin-on': (p: { plugin: string }) => `switch the plugin ${p.plugin} on`,
  'change-sign-in': (p: { profile: string }) => `sign in as ${p.profile}`,
  'change-unlock': () => 'have its secrets opened',
  'change-variable': (p: { variable: string }) => `set the variable ${p.variable} where openclaw and its gateway run`,
  'change-base-url': (p: { provider: string }) => `say where ${p.provider} is`,
  'change-https': (p: { provider: string }) => `give ${p.provider} an address that begins with https`,
  'change-list-model': (p: { model: string; path: string }) => `add ${p.model} to ${p.path}`,
  'change-no-picture': () => 'ask without a picture',
  'change-no-tools': () => 'ask without tools',
  'change-shorter': (p: { tokens: number }) => `ask with ${p.tokens} tokens or fewer`,
  'change-wait': (p: { until: string }) => `wait until ${localTime(p.until)}`,
  'change-found-out': () => 'wait for the answer of the request that is finding out whether it is back',
  'change-clear': () => 'forget that it rests',
  'change-limit': (p: { provider: string; limit: number }) =>
    `raise the limit of ${p.provider} to ${p.limit} requests a day or more`,
  'change-rotate': () => 'let another account follow a spent one',
  'change-order': (p: { profile: string }) => `ask ${p.profile} before the other logins of its provider`,
  'change-primary': (p: { ref: string }) => `make ${p.ref} the default model`,
  'change-agent': (p: { ref: string; agent: string }) =>
    `make ${p.ref} the model of the agent ${p.agent} in agents.list`,
  'change-name': (p: { ref: string }) => `name it in the request: model ${p.ref}`,
  'change-fallback': (p: { ref: string }) => `add ${p.ref} to the fallbacks`,
  'change-agent-fallback': (p: { ref: string; agent: string }) =>
    `add ${p.ref} to the fallbacks of the agent ${p.agent} in agents.list`,
  'change-add-key': (p: { profile: string }) => `add ${p.profile} with its key to auth.profiles`,
  'change-image-model': (p: { ref: string }) => `make ${p.ref} the model for pictures`,
  'change-writable': () => 'make state.db writable again',

  // Why a gateway in the background did not start.
  'no-answer-within': (p: { seconds: number }) => `no answer within ${p.seconds} s`,
  'ended-wordless': () => 'it ended without a word',
  'exit-code': (p: { code: number | string }) => `exit ${p.code}`,
}
