/** The commands on plugins. */
import { argument, json, type CommandSpec } from './spec.ts'

export const PLUGINS: readonly CommandSpec[] = [
  {
    words: 'plugins list',
    help: 'pluginsList',
    arguments: [],
    options: [json],
    load: () => import('../commands/plugins-list.ts'),
  },
  {
    words: 'plugins info',
    help: 'pluginsInfo',
    arguments: [argument('plugin')],
    options: [json],
    load: () => import('../commands/plugins-info.ts'),
  },
  {
    words: 'plugins doctor',
    help: 'pluginsDoctor',
    arguments: [],
    options: [json],
    load: () => import('../commands/plugins-doctor.ts'),
  },
  {
    words: 'plugins enable',
    help: 'pluginsEnable',
    arguments: [argument('plugin')],
    options: [json],
    load: () => import('../commands/plugins-enable.ts'),
  },
  {
    words: 'plugins disable',
    help: 'pluginsDisable',
    arguments: [argument('plugin')],
    options: [json],
    load: () => import('../commands/plugins-disable.ts'),
  },
]
