/** Errors of names: of providers, models, agents, aliases, fallbacks. */
import { entry, triedToo, type Tried } from './error-entry.ts'
import { login } from './next-command.ts'
import type { Said } from './phrase.ts'

export const MODEL_ERRORS = {
  'provider-not-found': entry<{ provider: string; plugin?: string; isEnabled?: boolean; nearest?: string }>({
    status: 404,
    exit: 1,
    headline: (p) => `Provider "${p.provider}" not found`,
    message: (p) => {
      if (p.plugin && p.isEnabled) return `The plugin ${p.plugin} was enabled after this gateway started.`
      if (p.plugin) return `The plugin ${p.plugin} brings this provider and is not enabled.`
      const meant = p.nearest ? ` Did you mean ${p.nearest}?` : ''
      return `No plugin and no settings entry brings it.${meant}`
    },
    run: (p) => {
      if (!p.plugin) return 'openclaw plugins list'
      return p.isEnabled ? 'openclaw gateway restart' : `openclaw plugins enable ${p.plugin}`
    },
  }),
  'model-not-found': entry<
    {
      model: string
      nearest?: string
      detail?: Said
      profile?: string
    } & Tried
  >({
    status: 404,
    exit: 1,
    headline: () => 'Model not found',
    message: (p) => {
      if (p.nearest) return `There is no model ${p.model}. Did you mean ${p.nearest}?`
      return `${p.detail ? `${p.model}: ${p.detail}` : `There is no model ${p.model}.`}${triedToo(p)}`
    },
    run: (p) => (p.profile === undefined ? 'openclaw models list' : 'openclaw models auth list'),
  }),
  'agent-not-found': entry<{ agent: string; nearest?: string; known: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      `There is no agent ${p.agent}.${p.nearest ? ` Did you mean ${p.nearest}?` : ''} The settings have: ${p.known}`,
    run: () => 'openclaw config get agents.list',
  }),
  'no-model-set': entry<{ provider: string; plugin?: string; ref?: string }>({
    status: 503,
    exit: 4,
    message: () => 'No model is set yet.',
    run: (p) => {
      if (p.ref) return `openclaw models set ${p.ref}`
      return p.plugin ? `openclaw plugins enable ${p.plugin}` : `${login(p.provider)} --set-default`
    },
  }),
  'cooldown-unknown': entry<{ name: string; nearest?: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      `${p.name} is no provider, model or login that openclaw knows.${p.nearest ? ` Did you mean ${p.nearest}?` : ''}`,
    run: () => 'openclaw models cooldowns list',
  }),
  'alias-refused': entry<{ alias: string; wrong: Said }>({
    status: 400,
    exit: 2,
    message: (p) => `"${p.alias}" cannot be an alias: ${p.wrong}.`,
    run: () => 'openclaw models aliases add --help',
  }),
  'alias-taken': entry<{ alias: string; was: string; ref: string }>({
    status: 409,
    exit: 1,
    message: (p) => `${p.alias} is already an alias of ${p.was}.`,
    run: (p) => `openclaw models aliases add ${p.alias} ${p.ref} --force`,
  }),
  'alias-not-found': entry<{ alias: string; nearest?: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      p.nearest ? `There is no alias ${p.alias}. Did you mean ${p.nearest}?` : `There is no alias ${p.alias}.`,
    run: () => 'openclaw models aliases list',
  }),
  'alias-in-use': entry<{ alias: string; places: string }>({
    status: 409,
    exit: 1,
    message: (p) => `${p.alias} is still named in the settings: ${p.places}`,
    run: (p) => `openclaw models aliases remove ${p.alias} --force`,
  }),
  'fallback-is-primary': entry<{ ref: string; group: string }>({
    status: 409,
    exit: 1,
    message: (p) => `${p.ref} is already the first of this chain; each model is asked once.`,
    run: (p) => `openclaw ${p.group} list`,
  }),
  'fallback-not-found': entry<{ name: string; nearest?: string; group: string }>({
    status: 404,
    exit: 1,
    message: (p) => (p.nearest ? `${p.name} is no fallback. Did you mean ${p.nearest}?` : `${p.name} is no fallback.`),
    run: (p) => `openclaw ${p.group} list`,
  }),
} as const
