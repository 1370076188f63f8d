/** The commands on logins. */
import { argument, json, type CommandSpec, type OptionSpec } from './spec.ts'

const ofProvider: OptionSpec = { name: 'provider', value: 'id', help: 'ofProvider' }

export const LOGINS: readonly CommandSpec[] = [
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
    load: () => import('../commands/models-auth-login.ts'),
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
    load: () => import('../commands/models-auth-import.ts'),
  },
  {
    words: 'models auth store',
    help: 'modelsAuthStore',
    arguments: [argument('file|keychain|encrypted', false)],
    options: [{ name: 'new-passphrase', help: 'newPassphrase' }, json],
    load: () => import('../commands/models-auth-store.ts'),
  },
  {
    words: 'models auth list',
    help: 'modelsAuthList',
    arguments: [],
    options: [ofProvider, json],
    load: () => import('../commands/models-auth-list.ts'),
  },
  {
    words: 'models auth status',
    help: 'modelsAuthStatus',
    arguments: [argument('profile', false)],
    options: [ofProvider, json],
    load: () => import('../commands/models-auth-status.ts'),
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
    load: () => import('../commands/models-auth-logout.ts'),
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
    load: () => import('../commands/models-auth-rename.ts'),
  },
  {
    words: 'models auth order get',
    help: 'modelsAuthOrderGet',
    arguments: [],
    options: [ofProvider, json],
    load: async () => (await import('../commands/models-auth-order.ts')).getOrder,
  },
  {
    words: 'models auth order set',
    help: 'modelsAuthOrderSet',
    arguments: [{ name: 'profile', required: true, several: true }],
    options: [ofProvider, json],
    load: async () => (await import('../commands/models-auth-order.ts')).setOrder,
  },
  {
    words: 'models auth order clear',
    help: 'modelsAuthOrderClear',
    arguments: [],
    options: [ofProvider, json],
    load: async () => (await import('../commands/models-auth-order.ts')).clearOrder,
  },
]
