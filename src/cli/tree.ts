/** The command tree as data: what may be typed, and the module that does it; a file a group in tree/. */
import { MODELS } from './tree/models.ts'
import { CHOICES } from './tree/choices.ts'
import { LOGINS } from './tree/logins.ts'
import { REQUESTS } from './tree/requests.ts'
import { PLUGINS } from './tree/plugins.ts'
import { GATEWAY } from './tree/gateway.ts'
import { CONFIG } from './tree/config.ts'
import { json, port, type CommandSpec, type OptionSpec } from './tree/spec.ts'

export type { ArgumentSpec, CommandSpec, OptionSpec } from './tree/spec.ts'

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
  ...MODELS,
  ...CHOICES,
  ...LOGINS,
  ...REQUESTS,
  ...PLUGINS,
  ...GATEWAY,
  ...CONFIG,
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
