/** Loads a plugin that is on: its module's data, checked against its manifest. */
import { pathToFileURL } from 'node:url'
import * as z from 'zod/mini'
import type { DialectId, ProviderDefinition } from '../core/provider.ts'
import { isTimeZone } from '../core/time-zone.ts'
import type { Manifest } from './manifests.ts'

const DIALECTS = ['chat-completions'] as const satisfies readonly DialectId[]

const text = z.string('a text').check(z.minLength(1, 'a text that is not empty'))
const thing = <const Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.looseObject(shape, 'an object')

const told = thing({ en: text })
const day = text.check(z.refine((date) => !Number.isNaN(Date.parse(date)), 'a date, such as 2026-04-15'))
const amount = z.number('a number').check(z.minimum(0, 'a number from 0 on'))
/** Of a model, in USD per million tokens. */
const rates = <const Shape extends z.core.$ZodLooseShape>(more: Shape) =>
  thing({ input: amount, output: amount, cacheRead: z.optional(amount), cacheWrite: z.optional(amount), ...more })

const needed = z.custom((value) => typeof value === 'function', 'a function')
const code = z.optional(needed)
const texts = z.array(text, 'a list of texts')
const count = z.int('a whole number').check(z.minimum(1, 'a whole number from 1 on'))

/** What the house relies on; the rest is the plugin's own affair. */
const moduleSchema = thing({
  default: thing({
    id: text,
    providers: z.array(
      thing({
        id: text,
        label: told,
        dialect: z.enum(DIALECTS, `one of ${DIALECTS.join(', ')}`),
        baseUrl: text,
        hosts: z.array(text, 'a list of hosts'),
        models: z.array(
          thing({
            id: text,
            input: z.optional(z.array(z.enum(['text', 'image'], 'text or image'), 'a list of text and image')),
            contextWindow: z.optional(count),
            maxTokens: z.optional(count),
            price: z.optional(
              rates({ tiers: z.optional(z.array(rates({ aboveInputTokens: count }), 'a list of prices')) }),
            ),
            retirement: z.optional(thing({ on: day, replacement: z.optional(text), note: z.optional(told) })),
            source: z.optional(thing({ name: text, date: day })),
          }),
          'a list of models',
        ),
        aliases: z.record(z.string(), text, 'an object with a key for each alias'),
        defaultModel: z.optional(text),
        headers: z.optional(z.record(z.string(), text, 'an object with a key for each header')),
        quota: z.optional(
          thing({
            requestsPerDay: z.int('a whole number').check(z.minimum(0, 'a whole number from 0 on')),
            requestsPerMinute: z.optional(count),
            timeZone: text.check(z.refine(isTimeZone, 'the name of a time zone')),
          }),
        ),
        login: z.optional(
          thing({
            kind: z.literal('device-code', 'device-code'),
            baseUrl: text,
            deviceAuthorizationPath: text,
            tokenPath: text,
            revocationPath: z.optional(text),
            clientId: text,
            scope: z.string('a text'),
            verificationHosts: texts,
            readTokenAnswer: code,
            resourceUrl: code,
          }),
        ),
        outside: z.optional(
          thing({
            id: text.check(z.regex(/^[a-z0-9-]+$/, 'small letters, digits and -')),
            program: text,
            place: thing({ variable: z.optional(text), folder: text, file: text }),
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
        key: z.optional(
          thing({
            needed: z.boolean('true or false'),
            places: z
              .array(
                thing({
                  flags: thing({ plan: z.optional(text), region: z.optional(text), server: z.optional(text) }),
                  label: told,
                  baseUrl: text,
                  env: texts,
                  prefix: z.optional(text),
                  takesAnyPrefix: z.optional(z.literal(true, 'true, or nothing')),
                }),
                'a list of places',
              )
              .check(z.minLength(1, 'a list of at least one place')),
            check: z.union([thing({ get: text }), thing({ chat: text })], 'an object with get or chat'),
          }),
        ),
        knownAs: z.optional(z.record(z.string(), texts, 'an object with a key for each program')),
        takesAnyModel: z.optional(z.literal(true, 'true, or nothing')),
        listsModels: z.optional(z.literal(true, 'true, or nothing')),
        priceNote: z.optional(told),
        retired: z.optional(
          thing({
            since: text,
            hosts: texts,
            text: told,
            ways: z.array(told, 'a list of texts by language'),
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
  return providersOf((await import(pathToFileURL(entryFile).href)) as object, manifest)
}

/** What a plugin's module exports, held against its manifest. Throws an Error that says how they differ. */
export function providersOf(exported: object, manifest: Manifest): readonly ProviderDefinition[] {
  const module = { ...exported }
  const checked = moduleSchema.safeParse(module)
  if (!checked.success) {
    const { path = [], message = '' } = checked.error.issues[0] ?? {}
    throw new Error(`what its module exports is not a plugin: ${path.join('.')}: expected ${message}`)
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
    const list = (found: readonly string[]): string => found.join(', ') || 'nothing'
    throw new Error(`only its manifest has ${list(unkept)}; only its module has ${list(untold)}`)
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
