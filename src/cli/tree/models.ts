/** The commands that show models, and why one is asked or rests. */
import { argument, json, type CommandSpec } from './spec.ts'

export const MODELS: readonly CommandSpec[] = [
  {
    words: 'models list',
    help: 'modelsList',
    arguments: [],
    options: [{ name: 'all', help: 'all' }, json],
    load: () => import('../commands/models-list.ts'),
  },
  {
    words: 'models show',
    help: 'modelsShow',
    arguments: [argument('ref-or-alias')],
    options: [json],
    load: () => import('../commands/models-show.ts'),
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
    load: () => import('../commands/models-explain.ts'),
  },
  {
    words: 'models cooldowns list',
    help: 'modelsCooldownsList',
    arguments: [],
    options: [json],
    load: () => import('../commands/models-cooldowns-list.ts'),
  },
  {
    words: 'models cooldowns clear',
    help: 'modelsCooldownsClear',
    arguments: [{ name: 'provider|ref|profile', required: false, orSwitch: 'all' }],
    options: [{ name: 'all', help: 'allCooldowns' }, json],
    load: () => import('../commands/models-cooldowns-clear.ts'),
  },
]
