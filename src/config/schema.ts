/** THE schema of both settings files: what may stand where, and what counts when nothing does. */
import * as z from 'zod/mini'
import type { DialectId } from '../core/provider.ts'
import { LANGUAGES } from '../core/text.ts'

// The words beside each shape are what people read after "expected".
const text = z.string('a text').check(z.minLength(1, 'a text that is not empty'))
const looseText = z.string('a text')
const flag = z.boolean('true or false')
const ref = z.string('a model ref or alias').check(z.minLength(1, 'a model ref or alias'))

/** A `${VAR}` that is not set stands as it was written, and concerns its provider only. */
const address = z
  .string('a text')
  .check(z.refine((written) => isAddress(written) || written.includes('${'), { error: 'an http or https address' }))

const thing = <const Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.looseObject(shape, 'an object')

const whole = (least: number, most: number) => {
  const words = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`
  const expected = `a whole number ${words}`
  return z.int(expected).check(z.minimum(least, expected), z.maximum(most, expected))
}
const tokens = whole(1, Number.MAX_SAFE_INTEGER)
/** A timer that is set to more than this fires at once. */
const milliseconds = whole(1, 2_147_483_647)

const model = z.union(
  [
    text,
    thing({
      id: text,
      name: z.optional(looseText),
      input: z.optional(
        z.array(z.enum(['text', 'image'], '"text" or "image"'), 'a list with "text", "image" or both of them'),
      ),
      contextWindow: z.optional(tokens),
      maxTokens: z.optional(tokens),
    }),
  ],
  'a model id or an object with an id',
)

const quota = thing({
  requestsPerDay: z.optional(whole(0, Number.MAX_SAFE_INTEGER)),
  requestsPerMinute: z.optional(whole(1, Number.MAX_SAFE_INTEGER)),
  timeZone: z.optional(
    text.check(z.refine(isTimeZone, { error: 'the name of a time zone, such as Asia/Shanghai or UTC' })),
  ),
})

const provider = thing({
  baseUrl: z.optional(address),
  oauthBaseUrl: z.optional(address),
  clientId: z.optional(text),
  apiKey: z.optional(text),
  api: z.optional(text),
  models: z.optional(z.array(model, 'a list of model ids or of objects with an id')),
  quota: z.optional(quota),
  accessToken: z.optional(looseText),
  refreshToken: z.optional(looseText),
  expiresAt: z.optional(looseText),
})

const profile = thing({
  provider: text,
  mode: z.enum(['oauth', 'api_key'], '"oauth" or "api_key"'),
  email: z.optional(looseText),
  apiKey: z.optional(looseText),
  accessToken: z.optional(looseText),
  refreshToken: z.optional(looseText),
  expiresAt: z.optional(looseText),
  baseUrl: z.optional(address),
})

/** A ref or alias alone, or a primary with what comes after it. */
const agentModel = z.union(
  [ref, thing({ primary: z.optional(ref), fallbacks: z.optional(z.array(ref, 'a list of model refs or aliases')) })],
  'a model ref, an alias, or an object with primary and fallbacks',
)

export const settingsSchema = thing({
  $schema: z.optional(looseText),
  models: z.optional(
    thing({
      providers: z.optional(z.record(z.string(), provider, 'an object with a key for each provider')),
      aliases: z.optional(z.record(z.string(), ref, 'an object with a key for each alias')),
      limits: z.optional(
        thing({
          connectMs: z.optional(milliseconds),
          firstEventMs: z.optional(milliseconds),
          answerMs: z.optional(milliseconds),
          idleMs: z.optional(milliseconds),
        }),
      ),
    }),
  ),
  auth: z.optional(
    thing({
      profiles: z.optional(z.record(z.string(), profile, 'an object with a key for each profile')),
      order: z.optional(
        z.record(z.string(), z.array(text, 'a list of profile ids'), 'an object with a key for each provider'),
      ),
      rotate: z.optional(flag),
    }),
  ),
  agents: z.optional(
    thing({
      defaults: z.optional(thing({ model: z.optional(agentModel), imageModel: z.optional(agentModel) })),
      list: z.optional(
        z.array(thing({ id: text, default: z.optional(flag), model: z.optional(agentModel) }), 'a list of agents'),
      ),
    }),
  ),
  plugins: z.optional(
    thing({
      entries: z.optional(
        z.record(z.string(), thing({ enabled: z.optional(flag) }), 'an object with a key for each plugin'),
      ),
    }),
  ),
  gateway: z.optional(thing({ port: z.optional(whole(1, 65_535)), refFallback: z.optional(flag) })),
  language: z.optional(z.enum(LANGUAGES, '"en", "zh-CN" or "zh-TW"')),
})

export type RawSettings = z.infer<typeof settingsSchema>
export type RawProvider = z.infer<typeof provider>
export type RawProfile = z.infer<typeof profile>
export type RawAgentModel = z.infer<typeof agentModel>
export type RawModel = z.infer<typeof model>

export const DEFAULT_PORT = 18_789

/** A stream must begin within a minute and never be silent for half of one; a whole answer may take five. */
export const DEFAULT_LIMITS = { connectMs: 5_000, firstEventMs: 60_000, answerMs: 300_000, idleMs: 30_000 } as const

/** Keys that hold a secret wherever they stand, ours and the original program's: never shown, never taken from a command line. */
const SECRET_KEY =
  /(?:api[-_]?key|(?<!max|context|input|output)token|secret|passw(?:or)?d|authorization|cookie|credential)s?$/i

export function isSecretKey(key: string | undefined): boolean {
  return key !== undefined && SECRET_KEY.test(key)
}

/** Words of OpenClaw's `api` that name a dialect we speak. */
export const API_DIALECTS: ReadonlyMap<string, DialectId> = new Map([['openai-completions', 'chat-completions']])

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== ''
  } catch {
    // Intl has no question for this, only an exception; the schema turns it into a message.
    return false
  }
}

function isAddress(written: string): boolean {
  const url = URL.parse(written)
  // A password in an address would be shown wherever the address is.
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}
