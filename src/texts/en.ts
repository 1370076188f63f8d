/** What people read, in English: the table that the other languages fill. */
const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

const english = {
  tagline: 'openclaw: one local gateway, one CLI and one address for all your AI programs',
  usage: 'Usage',
  command: 'command',
  firstSteps: 'See all of it at work, without an account or a network:',
  run: 'Run',
  next: 'Next',
  none: '-',
  /** A label and what it labels, on one line. */
  labelled: (label: string, value: string) => `${label}: ${value}`,
  withReason: (what: string, reason: string) => `${what} (${reason})`,
  comma: ', ',

  commands: {
    quickstart: 'See the whole path at work, in a folder that is gone afterwards',
    agent: 'Ask a model from here',
    modelsList: 'List the models that can be asked',
    modelsSet: 'Choose the default model',
    modelsSetImage: 'Choose the model for pictures',
    modelsAliasesList: 'List the short names of models',
    modelsAliasesAdd: 'Give a model a short name',
    modelsAliasesRemove: 'Remove a short name',
    modelsFallbacksList: 'List who is asked when the default model fails',
    modelsFallbacksAdd: 'Add a model at the end of the fallbacks',
    modelsFallbacksRemove: 'Take a model out of the fallbacks',
    modelsFallbacksClear: 'Have no fallbacks',
    modelsImageFallbacksList: 'List who is asked when the model for pictures fails',
    modelsImageFallbacksAdd: 'Add a model at the end of the fallbacks for pictures',
    modelsImageFallbacksRemove: 'Take a model out of the fallbacks for pictures',
    modelsImageFallbacksClear: 'Have no fallbacks for pictures',
    modelsStatus: 'Show default, logins and what is left of the day',
    modelsAuthLogin: 'Sign in to a provider',
    pluginsList: 'List plugins',
    pluginsInfo: 'Show what a plugin is and brings, without running it',
    pluginsDoctor: 'Check plugins and the folders they come from',
    pluginsEnable: 'Switch a plugin on',
    pluginsDisable: 'Switch a plugin off',
    gatewayRun: 'Run the gateway in this terminal',
    gatewayStart: 'Start the gateway in the background',
    gatewayStop: 'Stop the gateway; running answers finish first',
    gatewayRestart: 'Start the gateway anew (a stopped one too)',
    gatewayStatus: 'Show whether the gateway runs',
    gatewayToken: 'Print the token that programs need',
    configValidate: 'Check both settings files, with the place of everything wrong',
    configSchema: 'Print the JSON Schema of the settings, for editors',
    configPath: 'Print where the settings lie',
    configImport: 'Take over the settings of the original OpenClaw; its files stay as they are',
    configGet: 'Show a setting, or all of them',
    configSet: 'Change a setting in openclaw.json',
    configUnset: 'Remove a setting from openclaw.json',
    emulatorStart: 'Run a stand-in Qwen portal on this machine',
  },

  options: {
    json: 'print JSON',
    port: 'the port to listen on',
    lang: 'en, zh-CN or zh-TW',
    noColor: 'no colours',
    help: 'show this help',
    version: 'show the version',
    message: 'what to ask',
    agentId: 'the agent whose model answers',
    model: 'a ref (provider/model) or an alias',
    image: 'a picture to ask about (PNG, JPEG, GIF, WebP)',
    provider: 'the provider to sign in to',
    setDefault: 'make its model the default',
    email: 'a note of whose login this is; the provider does not tell',
    exitWithStdin: 'end when whoever started it ends',
    from: 'The state folder of the original OpenClaw',
    dryRun: 'Show what would be done, and do nothing',
    noBrowser: 'do not open a browser',
    forceAlias: 'also when the name is taken by another model',
    forceRemove: 'also when the settings still name it',
    clearImage: 'have no model for pictures',
  },

  states: {
    on: 'on',
    off: 'off',
    broken: 'broken',
    refused: 'not loaded',
    ok: 'ok',
    refreshable: 'expired, renewed at the next request',
    expiring: 'expiring',
    expired: 'expired',
    'needs-login': 'needs login',
    'plan-retired': 'plan retired',
    resting: 'resting',
    'unset-variable': 'variable not set',
  },

  plugins: {
    none: 'There are no plugins.',
    enabled: (id: string) => `Plugin ${id} is on.`,
    alreadyOn: (id: string) => `Plugin ${id} was on already.`,
    disabled: (id: string) => `Plugin ${id} is off.`,
    alreadyOff: (id: string) => `Plugin ${id} was off already.`,
    trust: 'A plugin runs inside openclaw and can do what openclaw can do.',
    hash: (sha256: string) => `Its files are trusted as they are now (sha256 ${sha256}); a change switches it off.`,
    info: {
      version: 'Version',
      state: 'State',
      folder: 'Folder',
      problem: 'Problem',
      providers: 'Providers',
      models: 'Models',
      aliases: 'Aliases',
      files: 'Files',
      hash: 'sha256 now',
      enabledHash: 'sha256 enabled',
      counted: (files: number, bytes: number) => `${plural(files, 'file')}, ${plural(bytes, 'byte')}`,
    },
    allWell: (checked: number) => `${plural(checked, 'plugin')} checked, nothing to mend.`,
    finding: (subject: string, problem: string) => `${subject}: ${problem}`,
  },

  models: {
    none: 'There are no models yet.',
    columns: ['Model', 'Takes', 'Context', 'Ready', 'Tags'] as readonly string[],
    takes: { text: 'text', image: 'pictures' },
    yes: 'yes',
    no: 'no',
    set: (ref: string) => `Default model: ${ref}`,
    kept: (ref: string) => `Default model: ${ref} (as before)`,
    asBefore: 'as before',
    hiddenPrimary: (agent: string, path: string) =>
      `The default agent ${agent} has a model of its own (${path}), so "openclaw" does not mean this one.`,
    hiddenFallbacks: (agent: string, path: string) =>
      `The default agent ${agent} has a chain of its own (${path}), so these do not follow its model.`,
    askedOnce: (ref: string) => `${ref} also stands among the fallbacks; it is asked only once.`,
    noAliases: 'There are no aliases.',
    aliasWas: (was: string) => `it was ${was}`,
    aliasRemoved: (alias: string, was: string) => `Alias ${alias} removed; it was ${was}.`,
    remains: (file: string, value: string) => `${file} says it too, so this counts now: ${value}`,
    status: {
      settings: 'Settings',
      default: 'Default',
      fallbacks: 'Fallbacks',
      imageModel: 'For pictures',
      imageFallbacks: 'Fallbacks for pictures',
      aliases: 'Aliases',
      logins: 'Logins',
      noLogins: 'none yet',
      quota: 'Today',
      used: (used: number, limit: number) => `${used} of ${limit} requests used`,
      resets: (when: string, zone: string, left: string) => `the day ends ${when} (${zone}), in ${left}`,
      limits: (day: number, minute: number | undefined, source: string) =>
        `${day} a day${minute === undefined ? '' : ` and ${minute} a minute`}: ${source}`,
      counted: 'Counted here; the provider tells no count of its own.',
      retired: (label: string, since: string) => `${label} closed this plan on ${since}.`,
      expiresIn: (left: string) => `token good for ${left}`,
      expiredAgo: (past: string) => `token expired ${past} ago`,
      until: (when: string) => `until ${when}`,
      unknownSetting: (path: string) => `Unknown setting, kept but without effect: ${path}`,
    },
  },

  login: {
    open: 'Open this page to sign in:',
    code: (code: string) =>
      `The code is ${code}. You started this sign-in here; never enter a code that somebody sent you.`,
    typeCode: (code: string) => `and type this code there: ${code}`,
    browserOpened: 'A browser was opened.',
    waiting: (left: string) => `Waiting for your approval, ${left} left (Ctrl-C to cancel)`,
    problem: (what: string) => `Asking again after a problem: ${what}`,
    addressIgnored: (host: string) =>
      `The server named ${host} for requests; it is not one of the provider's hosts and was ignored.`,
    done: (provider: string) => `Signed in to ${provider}.`,
    profile: (profile: string, file: string) => `Login ${profile} saved in ${file}`,
    alias: (alias: string, ref: string) => `Alias ${alias} = ${ref}`,
    defaultSet: (ref: string) => `Default model: ${ref}`,
    defaultNotSet: (ref: string) => `Not the default yet: openclaw models set ${ref}`,
    retired: (text: string) => `Note: ${text}`,
  },

  config: {
    original: (original: string, folder: string) =>
      `${original} belongs to the original OpenClaw and is left as it is; openclaw works in ${folder}.`,
    taken: (path: string) => `taken over: ${path}`,
    wouldTake: (path: string) => `would be taken over: ${path}`,
    left: (path: string, reason: string) => `left: ${path} (${reason})`,
    nothingTaken: 'There was nothing to take over.',
    contested: 'Another program saved the file at the same moment; its change is kept.',
    backup: (file: string) => `The text that was there before is kept as ${file}`,
    fine: 'Nothing is wrong with the settings.',
    found: (errors: number, warnings: number) => `Errors: ${errors}, warnings: ${warnings}`,
    level: { error: 'error', warning: 'warning' },
    set: (path: string, file: string) => `${path} set in ${file}`,
    unset: (path: string, file: string) => `${path} removed from ${file}`,
    same: (path: string) => `${path} had this value already`,
    unknown: (path: string, nearest?: string) =>
      `${path} is not a setting that openclaw knows; it was kept but has no effect.${nearest ? ` Did you mean ${nearest}?` : ''}`,
  },

  gateway: {
    listening: (url: string, pid: number) => `Gateway listening on ${url} (process ${pid})`,
    started: (url: string, pid: number) => `Gateway started: ${url} (process ${pid})`,
    starting: (port: number) => `Starting the gateway on port ${port}`,
    stopping: (pid: number) => `Stopping process ${pid}`,
    stopped: (pid: number) => `Gateway stopped (process ${pid}).`,
    draining: (streams: number, pid: number) =>
      `${streams === 1 ? 'One answer is' : `${streams} answers are`} still running; process ${pid} ends after the last of them, after 120 s at most.`,
    noLonger: (pid: number) => `The gateway no longer takes requests (process ${pid}).`,
    drainingHere: (streams: number) =>
      `No longer listening. Waiting for ${plural(streams, 'answer')} to end, 120 s at most; a second signal ends now.`,
    ended: 'Gateway ended.',
    notRunning: 'No gateway runs on this state folder.',
    settingsTaken: 'Settings read anew.',
    settingsRefused: (problem: string) => `The new settings were refused, the last good ones stay in use: ${problem}`,
    putBack: (profile: string) =>
      `An older copy of ${profile}'s tokens had come back into models.json; the newest pair was put in its place.`,
    since: (uptime: string, streams: number) => `running for ${uptime}, ${plural(streams, 'request')} under way`,
    stateFolder: (folder: string) => `State folder: ${folder}`,
    problem: (text: string) => `Problem: ${text}`,
    tokenFor: 'Programs need this address and the token of `openclaw gateway token`.',
  },

  agent: {
    answeredBy: (model: string) => `answered by ${model}`,
    insteadOf: (attempts: string) => `instead of ${attempts}`,
  },

  network: {
    proxy: 'Proxy',
    ca: 'Extra authorities',
    limits: 'Deadlines',
    none: 'none',
    from: (address: string, place: string) => `${address} (by ${place})`,
    exceptFor: (hosts: string) => `not for ${hosts}`,
    certificates: (file: string, count: number) => `${file} (${plural(count, 'certificate')})`,
    waits: (connect: string, first: string, answer: string, idle: string, stream: string) =>
      `connect ${connect}, first event ${first}, answer ${answer}, silence ${idle}, stream ${stream}`,
    ofProvider: (provider: string, what: string) => `${what} of ${provider}`,
  },

  failures: {
    auth: 'login refused',
    'auth-retired': 'plan retired',
    billing: 'payment needed',
    'rate-limit': 'rate limit',
    quota: "the day's requests are spent",
    overload: 'overloaded',
    network: 'not reachable',
    malformed: 'unreadable answer',
    timeout: 'no answer in time',
    'model-missing': 'no such model',
    'context-too-long': 'too long for it',
    filtered: 'stopped by a content filter',
    'bad-request': 'refused the request',
    'quota-spent': "the day's requests are spent",
    'no-login': 'not signed in',
    'needs-login': 'needs login',
    'no-vision': 'takes no pictures',
    'unset-variable': 'variable not set',
    'provider-not-found': 'no such provider',
    'model-not-found': 'no such model',
    'profile-not-found': 'no such login',
    'no-base-url': 'no address set',
    'dialect-not-spoken': 'wire format not spoken',
    'state-unwritable': 'state cannot be written',
    'too-many-hops': 'too many tries',
    resting: 'resting',
  },

  emulator: {
    listening: (url: string) => `Emulator of the Qwen portal on ${url} (a stand-in, not Qwen)`,
    approve: (url: string) => `Approval page: ${url}`,
    use: 'Point openclaw at it with these lines of openclaw.json:',
    stop: 'Ctrl-C ends it.',
  },

  quickstart: {
    title: 'openclaw quickstart: everything runs on this machine, in a temporary folder.',
    emulator: (url: string) => `A stand-in for Qwen's portal runs on ${url}`,
    plugin: (plugin: string) => `Plugin switched on: openclaw plugins enable ${plugin}`,
    login: (provider: string) => `Signing in: openclaw models auth login --provider ${provider} --set-default`,
    page: (url: string) => `approval page ${url}`,
    approved: 'approved by the quickstart itself; you would press "Approve" there',
    signedIn: (profile: string) => `signed in as ${profile}`,
    gateway: (url: string) => `Gateway: ${url}`,
    portTaken: (wished: number, port: string) => `port ${wished} is taken, so ${port}`,
    about: { text: 'A streamed answer', picture: 'An answer about a picture', fallback: 'An answer by fallback' },
    daySpent: "the day's free requests are spent by a switch of the emulator",
    questions: {
      first: 'What does a gateway do?',
      picture: 'What do you see in this picture?',
      afterwards: 'And who answers when the day is spent?',
    },
    by: (model: string) => `answered by ${model}`,
    because: (attempts: string) => `because ${attempts}`,
    try: 'Try it yourself, in another terminal:',
    tryMessage: 'Hello',
    stop: 'Ctrl-C ends all of it and removes the folder.',
    ended: 'Ended; nothing is left behind.',
    childEnded: 'A process of the quickstart ended by itself.',
  },

  time: {
    exact: (seconds: number) => `${seconds} s`,
    span: (seconds: number) => {
      const minutes = Math.floor(seconds / 60)
      const hours = Math.floor(minutes / 60)
      const days = Math.floor(hours / 24)
      if (days > 1) return `${days} days`
      if (hours > 0) return `${hours} h ${minutes % 60} min`
      return minutes > 0 ? `${minutes} min` : `${seconds} s`
    },
  },
}

/** The shape without English in it: a text stays a text, a function keeps its parameters. */
type Shape<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends string
    ? string
    : Table[Key] extends readonly string[]
      ? readonly string[]
      : Table[Key] extends (...parameters: infer Parameters) => string
        ? (...parameters: Parameters) => string
        : Shape<Table[Key]>
}

export type Texts = Shape<typeof english>

export const en: Texts = english
