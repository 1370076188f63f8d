/** Errors of plugins. */
import { entry } from './error-entry.ts'
import { shellWord } from './next-command.ts'
import type { Said } from './phrase.ts'

export const PLUGIN_ERRORS = {
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
} as const
