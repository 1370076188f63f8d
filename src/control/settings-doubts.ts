/** What both settings files may hold by their form, and what fails later all the same; each with the command that mends it. */
import { valueAt } from '../config/merge.ts'
import { formatPath } from '../config/path.ts'
import { resolveName } from '../config/resolve.ts'
import { setHttps, shellWord } from '../core/next-command.ts'
import { nearest } from '../core/nearest.ts'
import { phrase, type Phrase, type Said } from '../core/phrase.ts'
import type { Provider } from '../core/provider.ts'
import { retirementAt } from '../core/retirement.ts'
import type { Setup } from '../core/setup.ts'
import { checkUpstreamUrl } from '../net/address.ts'
import type { SetupSources } from '../setup/load.ts'
import { manifestsOf, knownPlugins } from './plugins.ts'
import { notReady } from './readiness.ts'

export interface Doubt {
  readonly path: readonly string[]
  readonly message: Said
}

export interface DoubtMeans {
  readonly sources: SetupSources
  /** Providers that the settings name and that wait for a login. */
  readonly waiting: readonly Provider[]
  /** Both files merged, with what is wrong in them. */
  readonly values: unknown
}

export function doubtsOf(setup: Setup, means: DoubtMeans): readonly Doubt[] {
  return [
    ...names(setup, means),
    ...plainAddresses(setup),
    ...strangeProviders(setup),
    ...unknownFormats(setup),
    ...doubledAgents(means.values),
    ...authorities(setup),
    ...plugins(setup, means),
  ]
}

function mending(what: Said, command: string): Phrase {
  return phrase('mended-by', { what, command })
}

/** Models and aliases that nobody offers, or not yet: their requests would fail. */
function names(setup: Setup, { waiting, values }: DoubtMeans): readonly Doubt[] {
  const { settings, providers } = setup
  const named: (readonly [readonly string[], unknown])[] = [
    ...modelNames(['agents', 'defaults', 'model'], values),
    ...modelNames(['agents', 'defaults', 'imageModel'], values),
    ...listAt(['agents', 'list'], values).flatMap((_, at) =>
      modelNames(['agents', 'list', String(at), 'model'], values),
    ),
    ...[...settings.aliases].map(([alias, ref]) => [['models', 'aliases', alias], ref] as const),
  ]
  return named.flatMap(([path, name]) => {
    if (typeof name !== 'string') return []
    const found = resolveName(name, settings, providers)
    if (found.kind === 'ok') {
      const against = notReady(found.ref, setup)
      return against === 'no-login' ? [{ path, message: withoutLogin(found.ref.provider, providers) }] : []
    }
    if (found.kind === 'unknown-model') {
      const { model, nearest: meant } = found
      return [
        { path, message: meant ? phrase('no-model-meant', { model, nearest: meant }) : phrase('no-model', { model }) },
      ]
    }
    return [{ path, message: notBrought(found.provider, setup, waiting) }]
  })
}

function notBrought(provider: string, { withoutKey, switchedOff }: Setup, waiting: readonly Provider[]): Said {
  if (withoutKey.has(provider)) {
    const definition = waiting.find(({ id }) => id === provider)?.definition
    return phrase(definition?.key?.needed === false ? 'provider-without-server' : 'provider-without-key', { provider })
  }
  const plugin = switchedOff.get(provider)
  return plugin ? phrase('provider-off', { provider, plugin }) : phrase('no-provider', { provider })
}

function withoutLogin(id: string, providers: Setup['providers']): Said {
  const provider = providers.get(id)
  const signsIn = provider?.definition?.key ?? provider?.login
  if (!signsIn) {
    const path = formatPath(['models', 'providers', id, 'apiKey'])
    return mending(
      phrase('provider-not-signed-in', { provider: id }),
      `openclaw config set ${shellWord(path)} '\${YOUR_KEY}'`,
    )
  }
  const isClosed = provider !== undefined && retirementAt(provider, provider.baseUrl) !== undefined
  return isClosed
    ? phrase('provider-not-signed-in', { provider: id })
    : mending(phrase('provider-not-signed-in', { provider: id }), `openclaw models auth login --provider ${id}`)
}

function modelNames(path: readonly string[], values: unknown): readonly (readonly [readonly string[], unknown])[] {
  const model = valueAt(values, path)
  if (typeof model === 'string') return [[path, model]]
  return [
    [[...path, 'primary'], valueAt(model, ['primary'])],
    ...listAt([...path, 'fallbacks'], values).map((ref, at) => [[...path, 'fallbacks', String(at)], ref] as const),
  ]
}

/** A key would travel in clear: nothing is sent there. */
function plainAddresses({ settings, values }: Setup): readonly Doubt[] {
  const addresses = [...settings.providers.values()].flatMap(({ id, baseUrl, oauthBaseUrl }) => [
    { id, path: ['models', 'providers', id, 'baseUrl'], address: baseUrl },
    { id, path: ['models', 'providers', id, 'oauthBaseUrl'], address: oauthBaseUrl },
  ])
  const ofLogins = [...settings.profiles.values()].map(({ id, provider, baseUrl }) => ({
    id: provider,
    path: ['auth', 'profiles', id, 'baseUrl'],
    address: baseUrl,
  }))
  return [...addresses, ...ofLogins].flatMap(({ path, address }) => {
    if (address === undefined || valueAt(values, path) === undefined) return []
    const checked = checkUpstreamUrl(address)
    if (checked.kind === 'ok' || checked.reason !== 'plain-http') return []
    return [{ path, message: mending(phrase('address-plain-http'), setHttps(formatPath(path), address)) }]
  })
}

/** A ref is typed into a shell, and travels in headers. */
function strangeProviders({ settings }: Setup): readonly Doubt[] {
  return [...settings.providers.keys()]
    .filter((id) => !/^\w[\w.+-]*$/.test(id))
    .map((id) => {
      const path = ['models', 'providers', id]
      return {
        path,
        message: mending(phrase('provider-id-signs'), `openclaw config unset ${shellWord(formatPath(path))}`),
      }
    })
}

function unknownFormats({ settings }: Setup): readonly Doubt[] {
  return [...settings.providers].flatMap(([id, { unknownApi }]) => {
    if (unknownApi === undefined) return []
    const path = ['models', 'providers', id, 'api']
    const command = `openclaw config set ${shellWord(formatPath(path))} openai-completions`
    return [{ path, message: mending(phrase('api-unknown', { api: unknownApi }), command) }]
  })
}

function doubledAgents(values: unknown): readonly Doubt[] {
  const ids = listAt(['agents', 'list'], values).map((agent) => valueAt(agent, ['id']))
  return ids.flatMap((id, at) => {
    const before = ids.indexOf(id)
    if (typeof id !== 'string' || before === at) return []
    const path = ['agents', 'list', String(at), 'id']
    const first = formatPath(['agents', 'list', String(before)])
    return [
      { path, message: mending(phrase('agent-twice', { place: first }), `openclaw config unset ${shellWord(first)}`) },
    ]
  })
}

function authorities({ problems }: Setup): readonly Doubt[] {
  return problems.flatMap((problem) => {
    if (problem.code !== 'ca-unusable') return []
    const { file, detail } = problem.params as { readonly file: string; readonly detail: Said }
    return [
      { path: ['gateway', 'ca'], message: mending(phrase('at-file', { file, reason: detail }), problem.run ?? '') },
    ]
  })
}

/** Their code does not run. */
function plugins({ settings, refused }: Setup, means: DoubtMeans): readonly Doubt[] {
  const { bundled, outside } = knownPlugins(settings, means)
  const known = manifestsOf([...bundled, ...outside.found]).map(({ id }) => id)
  const folders = settings.pluginPaths.flatMap((written, at) => {
    const path = ['plugins', 'load', 'paths', String(at)]
    const problem = outside.problems.find((each) => each.path === written)?.problem
    if (problem === undefined) return []
    return [{ path, message: mending(problem, `openclaw config unset ${shellWord(formatPath(path))}`) }]
  })
  const unknown = [...settings.plugins.keys()]
    .filter((id) => !known.includes(id))
    .map((id) => {
      const path = ['plugins', 'entries', id]
      const meant = nearest(id, known)
      const what = meant ? phrase('no-such-plugin-meant', { nearest: meant }) : phrase('no-such-plugin')
      return { path, message: mending(what, `openclaw config unset ${shellWord(formatPath(path))}`) }
    })
  const broken = refused
    .filter(({ plugin }) => known.includes(plugin))
    .map(({ plugin }) => ({
      path: ['plugins', 'entries', plugin],
      message: mending(phrase('plugin-refused'), 'openclaw plugins doctor'),
    }))
  return [...folders, ...unknown, ...broken]
}

function listAt(path: readonly string[], values: unknown): readonly unknown[] {
  const found = valueAt(values, path)
  return Array.isArray(found) ? found : []
}
