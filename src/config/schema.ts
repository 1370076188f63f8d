/** THE schema of both settings files: what may stand where, and what counts when nothing does. */
import * as z from 'zod/mini'
import type { Limits } from '../core/network.ts'
import type { DialectId } from '../core/provider.ts'
import { keptSaid, phrase, type PhraseCode, type PhraseValues, type Said } from '../core/phrase.ts'
import { SECRET_HOMES } from '../core/settings.ts'
import { LANGUAGES } from '../core/text.ts'
import { isTimeZone } from '../core/time-zone.ts'
import { isProxySetting } from './proxy.ts'
import { isAddressOrRange, isBindAddress } from './ip-address.ts'

/** What people read after "expected", as a text that the library carries for us. */
const say = <Code extends PhraseCode>(code: Code, ...values: PhraseValues<Code>): string =>
  keptSaid(phrase(code, ...values))

/** `"a", "b" or "c"` */
const oneOf = (words: readonly string[]): string => keptSaid(anyOf(words.map((word) => JSON.stringify(word))))
const anyOf = ([one = '', other, ...more]: readonly string[]): Said => {
  if (other === undefined) return one
  if (more.length === 0) return phrase('this-or-that', { one, other })
  return phrase('this-or', { one, others: anyOf([other, ...more]) })
}

const text = z.string(say('some-text')).check(z.minLength(1, say('filled-text')))
const looseText = z.string(say('some-text'))
const flag = z.boolean(say('true-or-false'))
const ref = z.string(say('ref-or-alias')).check(z.minLength(1, say('ref-or-alias')))

/** A `${VAR}` that is not set stands as it was written, and concerns its provider only. */
const address = z
  .string(say('some-text'))
  .check(z.refine((written) => isAddress(written) || written.includes('${'), { error: say('web-address') }))

/** The same with a user and a password, if it must be. */
const proxy = z
  .string(say('proxy-setting'))
  .check(z.refine((written) => isProxySetting(written) || written.includes('${'), { error: say('proxy-setting') }))

const thing = <const Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.looseObject(shape, say('an-object'))

const whole = (least: number, most: number) => {
  const isOpen = most === Number.MAX_SAFE_INTEGER
  const expected = isOpen ? say('whole-number', { least }) : say('whole-number-between', { least, most })
  return z.int(expected).check(z.minimum(least, expected), z.maximum(most, expected))
}
const tokens = whole(1, Number.MAX_SAFE_INTEGER)
/** A timer that is set to more than this fires at once. */
const milliseconds = whole(1, 2_147_483_647)

/** Where a gateway may listen. */
const bindAddress = z
  .string(say('bind-address'))
  .check(z.refine((written) => isBindAddress(written), { error: say('bind-address') }))
const addressOrRange = z
  .string(say('address-or-range'))
  .check(z.refine((written) => isAddressOrRange(written), { error: say('address-or-range') }))
const hostName = z
  .string(say('host-name'))
  .check(z.regex(/^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::\d{1,5})?$/i, { error: say('host-name') }))

const model = z.union(
  [
    text,
    thing({
      id: text,
      name: z.optional(looseText),
      input: z.optional(z.array(z.enum(['text', 'image'], oneOf(['text', 'image'])), say('list-of-inputs'))),
      contextWindow: z.optional(tokens),
      maxTokens: z.optional(tokens),
    }),
  ],
  say('model-entry'),
)

const limits = thing({
  connectMs: z.optional(milliseconds),
  firstEventMs: z.optional(milliseconds),
  answerMs: z.optional(milliseconds),
  idleMs: z.optional(milliseconds),
  streamMs: z.optional(milliseconds),
})

const quota = thing({
  requestsPerDay: z.optional(whole(0, Number.MAX_SAFE_INTEGER)),
  requestsPerMinute: z.optional(whole(1, Number.MAX_SAFE_INTEGER)),
  timeZone: z.optional(text.check(z.refine(isTimeZone, { error: say('time-zone') }))),
})

const provider = thing({
  baseUrl: z.optional(address),
  oauthBaseUrl: z.optional(address),
  clientId: z.optional(text),
  apiKey: z.optional(text),
  api: z.optional(text),
  models: z.optional(z.array(model, say('list-of-models'))),
  quota: z.optional(quota),
  limits: z.optional(limits),
  proxy: z.optional(proxy),
  accessToken: z.optional(looseText),
  refreshToken: z.optional(looseText),
  expiresAt: z.optional(looseText),
})

const profile = thing({
  provider: text,
  mode: z.enum(['oauth', 'api_key'], oneOf(['oauth', 'api_key'])),
  email: z.optional(looseText),
  label: z.optional(looseText),
  apiKey: z.optional(looseText),
  accessToken: z.optional(looseText),
  refreshToken: z.optional(looseText),
  expiresAt: z.optional(looseText),
  baseUrl: z.optional(address),
  source: z.optional(text),
  file: z.optional(text),
})

/** A ref or alias alone, or a primary with what comes after it. */
const agentModel = z.union(
  [ref, thing({ primary: z.optional(ref), fallbacks: z.optional(z.array(ref, say('list-of-refs'))) })],
  say('agent-model'),
)

export const settingsSchema = thing({
  $schema: z.optional(looseText),
  models: z.optional(
    thing({
      providers: z.optional(
        z.record(
          z.string().check(z.refine((id) => !id.includes('/'), { error: say('id-without-slash') })),
          provider,
          say('object-of-providers'),
        ),
      ),
      aliases: z.optional(z.record(z.string(), ref, say('object-of-aliases'))),
      limits: z.optional(limits),
    }),
  ),
  auth: z.optional(
    thing({
      profiles: z.optional(z.record(z.string(), profile, say('object-of-profiles'))),
      order: z.optional(z.record(z.string(), z.array(text, say('list-of-profiles')), say('object-of-providers'))),
      rotate: z.optional(flag),
      store: z.optional(z.enum(SECRET_HOMES, oneOf(SECRET_HOMES))),
    }),
  ),
  agents: z.optional(
    thing({
      defaults: z.optional(thing({ model: z.optional(agentModel), imageModel: z.optional(agentModel) })),
      list: z.optional(
        z.array(thing({ id: text, default: z.optional(flag), model: z.optional(agentModel) }), say('list-of-agents')),
      ),
    }),
  ),
  plugins: z.optional(
    thing({
      load: z.optional(thing({ paths: z.optional(z.array(text, say('list-of-folders'))) })),
      entries: z.optional(
        z.record(
          z.string(),
          thing({ enabled: z.optional(flag), sha256: z.optional(looseText) }),
          say('object-of-plugins'),
        ),
      ),
    }),
  ),
  gateway: z.optional(
    thing({
      port: z.optional(whole(1, 65_535)),
      refFallback: z.optional(flag),
      proxy: z.optional(proxy),
      ca: z.optional(text),
      bind: z.optional(bindAddress),
      tls: z.optional(thing({ cert: z.optional(text), key: z.optional(text) })),
      trustedProxies: z.optional(z.array(addressOrRange, say('list-of-addresses'))),
      hosts: z.optional(z.array(hostName, say('list-of-hosts'))),
    }),
  ),
  language: z.optional(z.enum(LANGUAGES, oneOf(LANGUAGES))),
})

export type RawSettings = z.infer<typeof settingsSchema>
export type RawProvider = z.infer<typeof provider>
export type RawProfile = z.infer<typeof profile>
export type RawAgentModel = z.infer<typeof agentModel>
export type RawModel = z.infer<typeof model>
export type RawLimits = z.infer<typeof limits>

export const DEFAULT_PORT = 18_789

/** A stream must begin within a minute, never be silent for half of one and end within six hours; a whole answer may take five minutes. */
export const DEFAULT_LIMITS: Limits = {
  connectMs: 5_000,
  firstEventMs: 60_000,
  answerMs: 300_000,
  idleMs: 30_000,
  streamMs: 21_600_000,
}

/** Words of OpenClaw's `api` that name a dialect we speak. */
export const API_DIALECTS: ReadonlyMap<string, DialectId> = new Map([['openai-completions', 'chat-completions']])

function isAddress(written: string): boolean {
  const url = URL.parse(written)
  // A password in an address would be shown wherever the address is.
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}
