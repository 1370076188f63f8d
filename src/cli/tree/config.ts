/** The commands on the settings files. */
import { argument, json, type CommandSpec } from './spec.ts'

export const CONFIG: readonly CommandSpec[] = [
  {
    words: 'config validate',
    help: 'configValidate',
    arguments: [],
    options: [json],
    load: () => import('../commands/config-validate.ts'),
  },
  {
    words: 'config schema',
    help: 'configSchema',
    arguments: [],
    options: [],
    load: () => import('../commands/config-schema.ts'),
  },
  {
    words: 'config path',
    help: 'configPath',
    arguments: [],
    options: [json],
    load: () => import('../commands/config-path.ts'),
  },
  {
    words: 'config import',
    help: 'configImport',
    arguments: [],
    options: [{ name: 'from', value: 'folder', help: 'from' }, { name: 'dry-run', help: 'dryRun' }, json],
    load: () => import('../commands/config-import.ts'),
  },
  {
    words: 'config get',
    help: 'configGet',
    arguments: [argument('path', false)],
    options: [json],
    load: () => import('../commands/config-get.ts'),
  },
  {
    words: 'config set',
    help: 'configSet',
    arguments: [argument('path'), argument('value')],
    options: [{ name: 'text', help: 'asText' }, json],
    load: () => import('../commands/config-set.ts'),
  },
  {
    words: 'config unset',
    help: 'configUnset',
    arguments: [argument('path')],
    options: [json],
    load: () => import('../commands/config-unset.ts'),
  },
]
