/** Loads a plugin that is on: its module's data, checked against its manifest. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { checked } from '../core/checked.ts'
import type { DialectId, ProviderDefinition } from '../core/provider.ts'
import {
  amount as number,
  either,
  filled,
  flag,
  list,
  matching,
  optional,
  record,
  single,
  such,
  text as someText,
  thing as thingOf,
  whole,
  word,
  type Form,
} from '../core/shape.ts'
import { isTimeZone } from '../core/time-zone.ts'
import type { Manifest } from './manifests.ts'

const DIALECTS = ['chat-completions', 'responses', 'messages'] as const satisfies readonly DialectId[]

const NOT_EMPTY = filled('a text that is not empty')
const text = someText('a text', NOT_EMPTY)
const thing = <const Keys extends Readonly<Record<string, Form>>>(keys: Keys) => thingOf(keys, 'an object')

const told = thing({ en: text })
const A_DATE = 'a date, such as 2026-04-15'
const day = someText(
  'a text',
  NOT_EMPTY,
  such((date) => !Number.isNaN(Date.parse(date)), A_DATE),
)
const amount = number('a number from 0 on', 0)
/** Of a model, in USD per million tokens. */
const rates = <const More extends Readonly<Record<string, Form>>>(more: More) =>
  thing({ input: amount, output: amount, cacheRead: optional(amount), cacheWrite: optional(amount), ...more })

const needed = single({ expected: 'a function', holds: (value) => typeof value === 'function' })
const code = optional(needed)
const texts = list(text, 'a list of texts')
const count = whole('a whole number from 1 on', 1)
const yes = optional(single<true>({ expected: 'true, or nothing', holds: (value) => value === true }))

/** What the house relies on; the rest is the plugin's own affair. */
const moduleShape = thing({
  default: thing({
    id: text,
    providers: list(
      thing({
        id: text,
        label: told,
        dialect: word(DIALECTS, `one of ${DIALECTS.join(', ')}`),
        baseUrl: text,
        hosts: list(text, 'a list of hosts'),
        models: list(
          thing({
            id: text,
            input: optional(list(word(['text', 'image'], 'text or image'), 'a list of text and image')),
            contextWindow: optional(count),
            maxTokens: optional(count),
            price: optional(rates({ tiers: optional(list(rates({ aboveInputTokens: count }), 'a list of prices')) })),
            retirement: optional(thing({ on: day, replacement: optional(text), note: optional(told) })),
            source: optional(thing({ name: text, date: day })),
          }),
          'a list of models',
        ),
        aliases: record(text, 'an object with a key for each alias'),
        defaultModel: optional(text),
        headers: optional(record(text, 'an object with a key for each header')),
        quota: optional(
          thing({
            requestsPerDay: whole('a whole number from 0 on', 0),
            requestsPerMinute: optional(count),
            timeZone: someText('a text', NOT_EMPTY, such(isTimeZone, 'the name of a time zone')),
          }),
        ),
        login: optional(
          thing({
            kind: word(['device-code'], 'device-code'),
            baseUrl: text,
            deviceAuthorizationPath: text,
            tokenPath: text,
            revocationPath: optional(text),
            clientId: text,
            scope: someText('a text'),
            verificationHosts: texts,
            readTokenAnswer: code,
            resourceUrl: code,
          }),
        ),
        outside: optional(
          thing({
            id: someText('a text', NOT_EMPTY, matching(/^[a-z0-9-]+$/, 'small letters, digits and -')),
            program: text,
            place: thing({ variable: optional(text), folder: text, file: text }),
            read: needed,
            write: needed,
            lock: thing({
              file: text,
              pollMs: count,
              patienceMs: count,
              touchMs: count,
              abandonedMs: count,
              quietMs: count,
            }),
            lookMs: count,
            earlyMs: count,
          }),
        ),
        key: optional(
          thing({
            needed: flag('true or false'),
            places: list(
              thing({
                flags: thing({ plan: optional(text), region: optional(text), server: optional(text) }),
                label: told,
                baseUrl: text,
                env: texts,
                prefix: optional(text),
                takesAnyPrefix: yes,
              }),
              'a list of at least one place',
              { least: 1 },
            ),
            check: either([thing({ get: text }), thing({ chat: text })], 'an object with get or chat'),
          }),
        ),
        knownAs: optional(record(texts, 'an object with a key for each program')),
        takesAnyModel: yes,
        listsModels: yes,
        priceNote: optional(told),
        retired: optional(
          thing({
            since: text,
            hosts: texts,
            text: told,
            ways: list(told, 'a list of texts by language'),
            run: text,
          }),
        ),
        readFailure: code,
      }),
      'a list of providers',
    ),
  }),
})

/** Throws what the module threw, or an Error that says how its data and its manifest differ. */
export async function loadPlugin(manifest: Manifest, entryFile: string): Promise<readonly ProviderDefinition[]> {
  return providersOf(await moduleAt(entryFile), manifest)
}

async function moduleAt(file: string): Promise<object> {
  // Built, ours are CommonJS that exports the plugin itself; `import` would load half of Node's loader for it.
  if (file.endsWith('.cjs')) return { default: createRequire(file)(file) as unknown }
  return (await import(pathToFileURL(file).href)) as object
}

/** What a plugin's module exports, held against its manifest. Throws an Error that says how they differ. */
export function providersOf(exported: object, manifest: Manifest): readonly ProviderDefinition[] {
  const module = { ...exported }
  const read = checked(module, moduleShape)
  if (!read.ok) {
    const { path, expected } = read.faults[0]
    throw new Error(`what its module exports is not a plugin: ${path.join('.')}: expected ${String(expected)}`)
  }
  const { id, providers } = (module as { readonly default: { id: string; providers: readonly ProviderDefinition[] } })
    .default
  if (id !== manifest.id) throw new Error(`its module calls itself ${id}`)
  const declared = manifest.providers.flatMap(claims).toSorted()
  const returned = providers
    .map(({ id: provider, models, aliases, key }) => ({
      id: provider,
      models: models.map((model) => model.id),
      aliases,
      ...(key && { key: { env: key.places.flatMap((place) => place.env) } }),
    }))
    .flatMap(claims)
    .toSorted()
  const unkept = declared.filter((claim) => !returned.includes(claim))
  const untold = returned.filter((claim) => !declared.includes(claim))
  if (unkept.length + untold.length > 0) {
    const named = (found: readonly string[]): string => found.join(', ') || 'nothing'
    throw new Error(`only its manifest has ${named(unkept)}; only its module has ${named(untold)}`)
  }
  return providers
}

/** What a provider is known by before its plugin runs, one text for each thing. */
function claims({ id, models, aliases, key }: Manifest['providers'][number]): readonly string[] {
  return [
    `provider ${id}`,
    ...(key ? [`key for ${id}`, ...key.env.map((variable) => `key in ${variable} for ${id}`)] : []),
    ...models.map((model) => `model ${id}/${model}`),
    ...Object.entries(aliases).map(([alias, model]) => `alias ${alias} for ${id}/${model}`),
  ]
}
