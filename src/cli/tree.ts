/** The command tree as data: what may be typed, and the module that does it. */
import type { Texts } from '../texts/en.ts'
import type { CommandModule } from './command.ts'

export interface OptionSpec {
  readonly name: string
  /** What stands in for its value in help; absent = a switch. */
  readonly value?: string
  /** Help does not list it: for our own processes, or another name of one that it lists. */
  readonly hidden?: true
  readonly help: keyof Texts['options']
}

export interface ArgumentSpec {
  readonly name: string
  readonly required: boolean
  /** The last one, which may be given several times. */
  readonly several?: true
  /** The switch that is given in its place. */
  readonly orSwitch?: string
}

export interface CommandSpec {
  /** The words after `openclaw`. */
  readonly words: string
  readonly help: keyof Texts['commands']
  readonly arguments: readonly ArgumentSpec[]
  readonly options: readonly OptionSpec[]
  /** Shell lines that stand at the end of its help, and what is said around them. */
  readonly examples?: { readonly notes: keyof Texts['notes']; readonly lines: readonly string[] }
  readonly load: () => Promise<CommandModule>
}

const json: OptionSpec = { name: 'json', help: 'json' }
const port: OptionSpec = { name: 'port', value: 'port', help: 'port' }
const bind: OptionSpec = { name: 'bind', value: 'address', help: 'bind' }
const ofProvider: OptionSpec = { name: 'provider', value: 'id', help: 'ofProvider' }
const most: OptionSpec = { name: 'limit', value: 'number', help: 'most' }
const whichRequests: readonly OptionSpec[] = [
  { name: 'model', value: 'ref', help: 'askedModel' },
  { name: 'failed', help: 'failedOnly' },
  { name: 'since', value: 'time', help: 'since' },
]
const argument = (name: string, required = true): ArgumentSpec => ({ name, required })

/** Taken by every command. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  { name: 'lang', value: 'language', help: 'lang' },
  { name: 'no-color', help: 'noColor' },
  { name: 'help', help: 'help' },
]

export const COMMANDS: readonly CommandSpec[] = [
  {
    words: 'quickstart',
    help: 'quickstart',
    arguments: [],
    options: [port],
    load: () => import('./commands/quickstart.ts'),
  },
  {
    words: 'agent',
    help: 'agent',
    arguments: [],
    options: [
      { name: 'message', value: 'text', help: 'message' },
      { name: 'agent', value: 'id', help: 'agentId' },
      { name: 'model', value: 'ref', help: 'model' },
      { name: 'image', value: 'file', help: 'image' },
      json,
    ],
    load: () => import('./commands/agent.ts'),
  },
  {
    words: 'models list',
    help: 'modelsList',
    arguments: [],
    options: [{ name: 'all', help: 'all' }, json],
    load: () => import('./commands/models-list.ts'),
  },
  {
    words: 'models show',
    help: 'modelsShow',
    arguments: [argument('ref-or-alias')],
    options: [json],
    load: () => import('./commands/models-show.ts'),
  },
  {
    words: 'models explain',
    help: 'modelsExplain',
    arguments: [],
    options: [
      { name: 'model', value: 'ref', help: 'model' },
      { name: 'agent', value: 'id', help: 'agentId' },
      { name: 'image', help: 'withImage' },
      { name: 'tools', help: 'withTools' },
      { name: 'tokens', value: 'number', help: 'tokens' },
      json,
    ],
    load: () => import('./commands/models-explain.ts'),
  },
  {
    words: 'models cooldowns list',
    help: 'modelsCooldownsList',
    arguments: [],
    options: [json],
    load: () => import('./commands/models-cooldowns-list.ts'),
  },
  {
    words: 'models cooldowns clear',
    help: 'modelsCooldownsClear',
    arguments: [{ name: 'provider|ref|profile', required: false, orSwitch: 'all' }],
    options: [{ name: 'all', help: 'allCooldowns' }, json],
    load: () => import('./commands/models-cooldowns-clear.ts'),
  },
  {
    words: 'models set',
    help: 'modelsSet',
    arguments: [argument('ref-or-alias')],
    options: [json],
    load: () => import('./commands/models-set.ts'),
  },
  {
    words: 'models set-image',
    help: 'modelsSetImage',
    arguments: [{ name: 'ref-or-alias', required: false, orSwitch: 'clear' }],
    options: [{ name: 'clear', help: 'clearImage' }, json],
    load: () => import('./commands/models-set-image.ts'),
  },
  {
    words: 'models aliases list',
    help: 'modelsAliasesList',
    arguments: [],
    options: [json],
    load: () => import('./commands/models-aliases-list.ts'),
  },
  {
    words: 'models aliases add',
    help: 'modelsAliasesAdd',
    arguments: [argument('alias'), argument('ref-or-alias')],
    options: [{ name: 'force', help: 'forceAlias' }, json],
    load: () => import('./commands/models-aliases-add.ts'),
  },
  {
    words: 'models aliases remove',
    help: 'modelsAliasesRemove',
    arguments: [argument('alias')],
    options: [{ name: 'force', help: 'forceRemove' }, json],
    load: () => import('./commands/models-aliases-remove.ts'),
  },
  {
    words: 'models fallbacks list',
    help: 'modelsFallbacksList',
    arguments: [],
    options: [json],
    load: async () => (await import('./commands/models-fallbacks.ts')).listOf('model'),
  },
  {
    words: 'models fallbacks add',
    help: 'modelsFallbacksAdd',
    arguments: [argument('ref-or-alias')],
    options: [json],
    load: async () => (await import('./commands/models-fallbacks.ts')).addOf('model'),
  },
  {
    words: 'models fallbacks remove',
    help: 'modelsFallbacksRemove',
    arguments: [argument('ref-or-alias')],
    options: [json],
    load: async () => (await import('./commands/models-fallbacks.ts')).removeOf('model'),
  },
  {
    words: 'models fallbacks clear',
    help: 'modelsFallbacksClear',
    arguments: [],
    options: [json],
    load: async () => (await import('./commands/models-fallbacks.ts')).clearOf('model'),
  },
  {
    words: 'models image-fallbacks list',
    help: 'modelsImageFallbacksList',
    arguments: [],
    options: [json],
    load: async () => (await import('./commands/models-fallbacks.ts')).listOf('imageModel'),
  },
  {
    words: 'models image-fallbacks add',
    help: 'modelsImageFallbacksAdd',
    arguments: [argument('ref-or-alias')],
    options: [json],
    load: async () => (await import('./commands/models-fallbacks.ts')).addOf('imageModel'),
  },
  {
    words: 'models image-fallbacks remove',
    help: 'modelsImageFallbacksRemove',
    arguments: [argument('ref-or-alias')],
    options: [json],
    load: async () => (await import('./commands/models-fallbacks.ts')).removeOf('imageModel'),
  },
  {
    words: 'models image-fallbacks clear',
    help: 'modelsImageFallbacksClear',
    arguments: [],
    options: [json],
    load: async () => (await import('./commands/models-fallbacks.ts')).clearOf('imageModel'),
  },
  {
    words: 'models status',
    help: 'modelsStatus',
    arguments: [],
    options: [{ name: 'check', help: 'check' }, { name: 'probe', help: 'probe' }, json],
    load: () => import('./commands/models-status.ts'),
  },
  {
    words: 'models auth login',
    help: 'modelsAuthLogin',
    arguments: [],
    options: [
      { name: 'provider', value: 'id', help: 'provider' },
      { name: 'set-default', help: 'setDefault' },
      { name: 'profile-id', value: 'name', help: 'profile' },
      { name: 'email', value: 'address', help: 'email' },
      { name: 'label', value: 'text', help: 'label' },
      { name: 'no-browser', help: 'noBrowser' },
      { name: 'use-existing', help: 'useExisting' },
      { name: 'plan', value: 'plan', help: 'plan' },
      { name: 'region', value: 'region', help: 'region' },
      { name: 'server', value: 'name', help: 'server' },
      { name: 'profile', value: 'name', help: 'profile', hidden: true },
      { name: 'key-stdin', help: 'keyStdin' },
      { name: 'key-file', value: 'file', help: 'keyFile' },
      json,
    ],
    load: () => import('./commands/models-auth-login.ts'),
  },
  {
    words: 'models auth import',
    help: 'modelsAuthImport',
    arguments: [argument('path')],
    options: [
      { name: 'from', value: 'program', help: 'fromProgram' },
      { name: 'profile-id', value: 'id', help: 'profileId' },
      { name: 'copy', help: 'copy' },
      { name: 'dry-run', help: 'dryRun' },
      json,
    ],
    load: () => import('./commands/models-auth-import.ts'),
  },
  {
    words: 'models auth store',
    help: 'modelsAuthStore',
    arguments: [argument('file|keychain|encrypted', false)],
    options: [{ name: 'new-passphrase', help: 'newPassphrase' }, json],
    load: () => import('./commands/models-auth-store.ts'),
  },
  {
    words: 'models auth list',
    help: 'modelsAuthList',
    arguments: [],
    options: [ofProvider, json],
    load: () => import('./commands/models-auth-list.ts'),
  },
  {
    words: 'models auth status',
    help: 'modelsAuthStatus',
    arguments: [argument('profile', false)],
    options: [ofProvider, json],
    load: () => import('./commands/models-auth-status.ts'),
  },
  {
    words: 'models auth logout',
    help: 'modelsAuthLogout',
    arguments: [argument('profile')],
    options: [
      ofProvider,
      { name: 'forget', help: 'forget' },
      { name: 'local', help: 'logoutLocal' },
      { name: 'yes', help: 'yes' },
      json,
    ],
    load: () => import('./commands/models-auth-logout.ts'),
  },
  {
    words: 'models auth rename',
    help: 'modelsAuthRename',
    arguments: [argument('profile'), argument('new-name', false)],
    options: [
      { name: 'label', value: 'text', help: 'label' },
      { name: 'email', value: 'address', help: 'email' },
      ofProvider,
      json,
    ],
    load: () => import('./commands/models-auth-rename.ts'),
  },
  {
    words: 'models auth order get',
    help: 'modelsAuthOrderGet',
    arguments: [],
    options: [ofProvider, json],
    load: async () => (await import('./commands/models-auth-order.ts')).getOrder,
  },
  {
    words: 'models auth order set',
    help: 'modelsAuthOrderSet',
    arguments: [{ name: 'profile', required: true, several: true }],
    options: [ofProvider, json],
    load: async () => (await import('./commands/models-auth-order.ts')).setOrder,
  },
  {
    words: 'models auth order clear',
    help: 'modelsAuthOrderClear',
    arguments: [],
    options: [ofProvider, json],
    load: async () => (await import('./commands/models-auth-order.ts')).clearOrder,
  },
  {
    words: 'requests list',
    help: 'requestsList',
    arguments: [],
    options: [...whichRequests, most, json],
    load: () => import('./commands/requests-list.ts'),
  },
  {
    words: 'requests show',
    help: 'requestsShow',
    arguments: [argument('id')],
    options: [json],
    load: () => import('./commands/requests-show.ts'),
  },
  {
    words: 'requests tail',
    help: 'requestsTail',
    arguments: [],
    options: [...whichRequests, most, { name: 'follow', help: 'follow', hidden: true }, json],
    load: () => import('./commands/requests-tail.ts'),
  },
  {
    words: 'plugins list',
    help: 'pluginsList',
    arguments: [],
    options: [json],
    load: () => import('./commands/plugins-list.ts'),
  },
  {
    words: 'plugins info',
    help: 'pluginsInfo',
    arguments: [argument('plugin')],
    options: [json],
    load: () => import('./commands/plugins-info.ts'),
  },
  {
    words: 'plugins doctor',
    help: 'pluginsDoctor',
    arguments: [],
    options: [json],
    load: () => import('./commands/plugins-doctor.ts'),
  },
  {
    words: 'plugins enable',
    help: 'pluginsEnable',
    arguments: [argument('plugin')],
    options: [json],
    load: () => import('./commands/plugins-enable.ts'),
  },
  {
    words: 'plugins disable',
    help: 'pluginsDisable',
    arguments: [argument('plugin')],
    options: [json],
    load: () => import('./commands/plugins-disable.ts'),
  },
  {
    words: 'gateway run',
    help: 'gatewayRun',
    arguments: [],
    options: [
      port,
      bind,
      { name: 'exit-with-stdin', help: 'exitWithStdin', hidden: true },
      { name: 'successor', help: 'successor', hidden: true },
    ],
    load: () => import('./commands/gateway-run.ts'),
  },
  {
    words: 'gateway start',
    help: 'gatewayStart',
    arguments: [],
    options: [port, bind, json],
    load: () => import('./commands/gateway-start.ts'),
  },
  {
    words: 'gateway stop',
    help: 'gatewayStop',
    arguments: [],
    options: [json],
    load: () => import('./commands/gateway-stop.ts'),
  },
  {
    words: 'gateway restart',
    help: 'gatewayRestart',
    arguments: [],
    options: [port, bind, json],
    load: () => import('./commands/gateway-restart.ts'),
  },
  {
    words: 'gateway status',
    help: 'gatewayStatus',
    arguments: [],
    options: [json],
    load: () => import('./commands/gateway-status.ts'),
  },
  {
    words: 'gateway token',
    help: 'gatewayToken',
    arguments: [],
    options: [{ name: 'rotate', help: 'rotate' }],
    load: () => import('./commands/gateway-token.ts'),
  },
  {
    words: 'gateway token create',
    help: 'gatewayTokenCreate',
    arguments: [],
    options: [
      { name: 'name', value: 'name', help: 'tokenName' },
      { name: 'scope', value: 'scope', help: 'scope' },
      json,
    ],
    load: () => import('./commands/gateway-token-create.ts'),
  },
  {
    words: 'gateway token list',
    help: 'gatewayTokenList',
    arguments: [],
    options: [json],
    load: () => import('./commands/gateway-token-list.ts'),
  },
  {
    words: 'gateway token revoke',
    help: 'gatewayTokenRevoke',
    arguments: [argument('name-or-id')],
    options: [json],
    load: () => import('./commands/gateway-token-revoke.ts'),
  },
  {
    words: 'config validate',
    help: 'configValidate',
    arguments: [],
    options: [json],
    load: () => import('./commands/config-validate.ts'),
  },
  {
    words: 'config schema',
    help: 'configSchema',
    arguments: [],
    options: [],
    load: () => import('./commands/config-schema.ts'),
  },
  {
    words: 'config path',
    help: 'configPath',
    arguments: [],
    options: [json],
    load: () => import('./commands/config-path.ts'),
  },
  {
    words: 'config import',
    help: 'configImport',
    arguments: [],
    options: [{ name: 'from', value: 'folder', help: 'from' }, { name: 'dry-run', help: 'dryRun' }, json],
    load: () => import('./commands/config-import.ts'),
  },
  {
    words: 'config get',
    help: 'configGet',
    arguments: [argument('path', false)],
    options: [json],
    load: () => import('./commands/config-get.ts'),
  },
  {
    words: 'config set',
    help: 'configSet',
    arguments: [argument('path'), argument('value')],
    options: [{ name: 'text', help: 'asText' }, json],
    load: () => import('./commands/config-set.ts'),
  },
  {
    words: 'config unset',
    help: 'configUnset',
    arguments: [argument('path')],
    options: [json],
    load: () => import('./commands/config-unset.ts'),
  },
  {
    words: 'emulator start',
    help: 'emulatorStart',
    arguments: [],
    options: [port],
    examples: {
      notes: 'emulatorStart',
      lines: [
        `curl URL/__emulator/faults -d '{"path":"/v1","kind":"status","status":503,"times":2}'`,
        `curl URL/__emulator/limits -d '{"path":"/v1","requestsPerMinute":3}'`,
      ],
    },
    load: () => import('./commands/emulator-start.ts'),
  },
]

/** A group typed alone does this. */
export const GROUP_DEFAULTS: Readonly<Record<string, string>> = {
  models: 'models status',
  'models auth': 'models auth list',
  'models auth order': 'models auth order get',
  'models cooldowns': 'models cooldowns list',
  requests: 'requests list',
  'models aliases': 'models aliases list',
  'models fallbacks': 'models fallbacks list',
  'models image-fallbacks': 'models image-fallbacks list',
}
