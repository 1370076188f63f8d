/** THE schema of both settings files: what may stand where, and what counts when nothing does. */
import type { Limits } from '../core/network.ts'
import type { DialectId } from '../core/provider.ts'
import { phrase, type Said } from '../core/phrase.ts'
import {
  either,
  filled,
  flag,
  list,
  matching,
  optional,
  record,
  such,
  suchWord,
  text,
  thing as thingOf,
  whole as wholeNumber,
  word,
  type Form,
  type ValueOf,
} from '../core/shape.ts'
import { HEDGES, REMEMBERINGS, SECRET_HOMES } from '../core/settings.ts'
import { LANGUAGES } from '../core/text.ts'
import { isTimeZone } from '../core/time-zone.ts'
import { isProxySetting } from './proxy.ts'
import { isAddressOrRange, isBindAddress } from './ip-address.ts'

/** `"a", "b" or "c"` */
const anyOf = ([one = '', other, ...more]: readonly string[]): Said => {
  if (other === undefined) return one
  if (more.length === 0) return phrase('this-or-that', { one, other })
  return phrase('this-or', { one, others: anyOf([other, ...more]) })
}
const oneOf = <const Word extends string>(words: readonly Word[]) =>
  word(words, anyOf(words.map((each) => JSON.stringify(each))))

const thing = <const Keys extends Readonly<Record<string, Form>>>(keys: Keys) => thingOf(keys, phrase('an-object'))

const someText = text(phrase('some-text'))
const filledText = text(phrase('some-text'), filled(phrase('filled-text')))
const trueOrFalse = flag(phrase('true-or-false'))
const ref = text(phrase('ref-or-alias'), filled(phrase('ref-or-alias')))

/** A `${VAR}` that is not set stands as it was written, and concerns its provider only. */
const address = text(
  phrase('some-text'),
  such((written) => isAddress(written) || written.includes('${'), phrase('web-address')),
)

/** The same with a user and a password, if it must be. */
const proxy = text(
  phrase('proxy-setting'),
  such((written) => isProxySetting(written) || written.includes('${'), phrase('proxy-setting')),
)

const whole = (least: number, most: number) => wholeNumber(phrase('whole-number-between', { least, most }), least, most)
const wholeFrom = (least: number) => wholeNumber(phrase('whole-number', { least }), least)
const tokens = wholeFrom(1)
/** A timer that is set to more than this fires at once. */
const milliseconds = whole(1, 2_147_483_647)

/** Where a gateway may listen. */
const bindAddress = text(phrase('bind-address'), suchWord(isBindAddress, phrase('bind-address')))
const addressOrRange = text(phrase('address-or-range'), suchWord(isAddressOrRange, phrase('address-or-range')))
const hostName = text(
  phrase('host-name'),
  matching(/^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::\d{1,5})?$/i, phrase('host-name')),
)

const model = either(
  [
    filledText,
    thing({
      id: filledText,
      name: optional(someText),
      input: optional(list(oneOf(['text', 'image']), phrase('list-of-inputs'))),
      tools: optional(trueOrFalse),
      contextWindow: optional(tokens),
      maxTokens: optional(tokens),
    }),
  ],
  phrase('model-entry'),
)

const limits = thing({
  connectMs: optional(milliseconds),
  firstEventMs: optional(milliseconds),
  answerMs: optional(milliseconds),
  idleMs: optional(milliseconds),
  streamMs: optional(milliseconds),
})

const timeZone = text(phrase('some-text'), filled(phrase('filled-text')), suchWord(isTimeZone, phrase('time-zone')))
const quota = thing({
  requestsPerDay: optional(wholeFrom(0)),
  requestsPerMinute: optional(wholeFrom(1)),
  timeZone: optional(timeZone),
})

const provider = thing({
  baseUrl: optional(address),
  oauthBaseUrl: optional(address),
  clientId: optional(filledText),
  apiKey: optional(filledText),
  api: optional(filledText),
  models: optional(list(model, phrase('list-of-models'))),
  quota: optional(quota),
  limits: optional(limits),
  proxy: optional(proxy),
  accessToken: optional(someText),
  refreshToken: optional(someText),
  expiresAt: optional(someText),
})

const profile = thing({
  provider: filledText,
  mode: oneOf(['oauth', 'api_key']),
  email: optional(someText),
  label: optional(someText),
  apiKey: optional(someText),
  accessToken: optional(someText),
  refreshToken: optional(someText),
  expiresAt: optional(someText),
  baseUrl: optional(address),
  source: optional(filledText),
  file: optional(filledText),
})

/** A ref or alias alone, or a primary with what comes after it. */
const agentModel = either(
  [ref, thing({ primary: optional(ref), fallbacks: optional(list(ref, phrase('list-of-refs'))) })],
  phrase('agent-model'),
)

export const settingsSchema = thing({
  $schema: optional(someText),
  models: optional(
    thing({
      providers: optional(
        record(
          provider,
          phrase('object-of-providers'),
          such((id) => !id.includes('/'), phrase('id-without-slash')),
        ),
      ),
      aliases: optional(record(ref, phrase('object-of-aliases'))),
      limits: optional(limits),
    }),
  ),
  auth: optional(
    thing({
      profiles: optional(record(profile, phrase('object-of-profiles'))),
      order: optional(record(list(filledText, phrase('list-of-profiles')), phrase('object-of-providers'))),
      rotate: optional(trueOrFalse),
      store: optional(oneOf(SECRET_HOMES)),
    }),
  ),
  agents: optional(
    thing({
      defaults: optional(thing({ model: optional(agentModel), imageModel: optional(agentModel) })),
      list: optional(
        list(
          thing({ id: filledText, default: optional(trueOrFalse), model: optional(agentModel) }),
          phrase('list-of-agents'),
        ),
      ),
    }),
  ),
  plugins: optional(
    thing({
      load: optional(thing({ paths: optional(list(filledText, phrase('list-of-folders'))) })),
      entries: optional(
        record(thing({ enabled: optional(trueOrFalse), sha256: optional(someText) }), phrase('object-of-plugins')),
      ),
    }),
  ),
  gateway: optional(
    thing({
      port: optional(whole(1, 65_535)),
      refFallback: optional(trueOrFalse),
      hedge: optional(oneOf(HEDGES)),
      hedgeAfterMs: optional(milliseconds),
      filterFallback: optional(trueOrFalse),
      rememberResponses: optional(oneOf(REMEMBERINGS)),
      proxy: optional(proxy),
      ca: optional(filledText),
      bind: optional(bindAddress),
      tls: optional(thing({ cert: optional(filledText), key: optional(filledText) })),
      trustedProxies: optional(list(addressOrRange, phrase('list-of-addresses'))),
      hosts: optional(list(hostName, phrase('list-of-hosts'))),
    }),
  ),
  language: optional(oneOf(LANGUAGES)),
})

export type RawSettings = ValueOf<typeof settingsSchema>
export type RawProvider = ValueOf<typeof provider>
export type RawProfile = ValueOf<typeof profile>
export type RawAgentModel = ValueOf<typeof agentModel>
export type RawModel = ValueOf<typeof model>
export type RawLimits = ValueOf<typeof limits>

export const DEFAULT_PORT = 18_789
/** Programs wait longer than this for a first word, people do not like to. */
export const DEFAULT_HEDGE_AFTER_MS = 10_000

/** A stream must begin within a minute, never be silent for half of one and end within six hours; a whole answer may take five minutes. */
export const DEFAULT_LIMITS: Limits = {
  connectMs: 5_000,
  firstEventMs: 60_000,
  answerMs: 300_000,
  idleMs: 30_000,
  streamMs: 21_600_000,
}

/** Words of OpenClaw's `api` that name a dialect we speak, and our own names for them. */
export const API_DIALECTS: ReadonlyMap<string, DialectId> = new Map([
  ['openai-completions', 'chat-completions'],
  ['openai-responses', 'responses'],
  ['anthropic-messages', 'messages'],
  ['chat-completions', 'chat-completions'],
  ['responses', 'responses'],
  ['messages', 'messages'],
])

function isAddress(written: string): boolean {
  const url = URL.parse(written)
  // A password in an address would be shown wherever the address is.
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}
