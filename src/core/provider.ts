/** A provider: what a plugin declares of it, what the settings say, and the two as one. */
import type { ModelRetirement, Price } from './catalogue.ts'
import type { Profile } from './credential.ts'
import type { UpstreamFailure } from './failure.ts'
import type { KeyLogin } from './key-login.ts'
import type { Limits, ProxyRule } from './network.ts'
import type { OutsideLogin } from './outside-login.ts'
import type { Quirks } from './quirks.ts'
import type { QuotaPolicy } from './quota-policy.ts'
import { defaultProfile } from './ref.ts'
import type { LocalizedText } from './text.ts'

/** A wire format: OpenAI's Chat Completions and Responses, Anthropic's Messages, and those who speak like them. */
export type DialectId = 'chat-completions' | 'responses' | 'messages'

export interface ModelDefinition {
  readonly id: string
  readonly name?: string
  /** Undefined = nobody said; then nothing is refused for it. */
  readonly input?: readonly ('text' | 'image')[]
  /** False = it is known to call none; undefined = nobody said, and nothing is refused for it. */
  readonly tools?: boolean
  /** How it is told to reason, where its format knows two ways: by itself (an effort may be named), or within a budget of tokens. */
  readonly reasoning?: 'adaptive' | 'budget'
  /** Tokens. */
  readonly contextWindow?: number
  /** Tokens. */
  readonly maxTokens?: number
  /** As of `source`. */
  readonly price?: Price
  readonly retirement?: ModelRetirement
  /** Where these figures come from; `date` is ISO. */
  readonly source?: { readonly name: string; readonly date: string }
}

/** An answer that is not a success, as a provider's `readFailure` gets it. */
export interface FailedAnswer {
  readonly status: number
  readonly contentType: string
  /** The body as text, cut at 64 KiB. */
  readonly text: string
  /** The body as JSON, undefined where it is none. */
  readonly json: unknown
  readonly retryAfter?: string
  /** Its headers about limits (`x-ratelimit-reset-requests` and kin), by lower-case name. */
  readonly rateLimit?: Readonly<Record<string, string>>
  readonly now: Date
}

/** What a provider's own reading made of it; a provider brings its own languages. */
export type ToldFailure = Omit<UpstreamFailure, 'evidence'> & { readonly evidence: string | LocalizedText }

/** Device-code login (RFC 8628) as data. */
export interface DeviceLogin {
  readonly kind: 'device-code'
  /** Origin of both endpoints, no trailing slash; `oauthBaseUrl` in the settings replaces it. */
  readonly baseUrl: string
  readonly deviceAuthorizationPath: string
  readonly tokenPath: string
  /** Where a logout gives its token back (RFC 7009); undefined = the server knows no such thing. */
  readonly revocationPath?: string
  readonly clientId: string
  readonly scope: string
  /** Hosts whose `verification_uri` may be shown and opened: exact, or `*.example.com`. */
  readonly verificationHosts: readonly string[]
  /** Puts a server's oddities right before they are read: the standard's shape comes out. */
  readonly readTokenAnswer?: (answer: TokenAnswer) => TokenAnswer
  /** The base URL that a token answer names for this login's requests; followed only to allowed hosts. */
  readonly resourceUrl?: (body: Readonly<Record<string, unknown>>) => string | undefined
}

export interface TokenAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** The plan behind a login was closed: shown, and acted on only after a 401 that outlives a refresh. */
export interface Retirement {
  /** ISO date. */
  readonly since: string
  /** Hosts at which it is so; elsewhere (an emulator) nothing was retired. */
  readonly hosts: readonly string[]
  readonly text: LocalizedText
  /** What people can do instead, one line each. */
  readonly ways: readonly LocalizedText[]
  /** The command that begins the first way. */
  readonly run: string
}

/** What an upstream that speaks Chat Completions does with what not all of them know. Undefined = it does not. */
export interface ChatHabits {
  /** Its name for the most tokens of an answer; `max_tokens` where nobody said. */
  readonly maxTokens?: 'max_tokens' | 'max_completion_tokens'
  /** Takes an assistant's earlier reasoning back as `reasoning_content`. */
  readonly reasoningContent?: true
  readonly topK?: true
  /** Fields that tell it not to reason. */
  readonly noReasoning?: Readonly<Record<string, unknown>>
  /** False = it refuses to be asked for the usage of a stream (`stream_options`). */
  readonly streamUsage?: false
}

/** What a plugin returns for each provider. */
export interface ProviderDefinition {
  readonly id: string
  readonly label: LocalizedText
  readonly dialect: DialectId
  /** With its path, no trailing slash: `https://host/v1`. */
  readonly baseUrl: string
  /** Hosts that a login's answer may send requests to: exact, or `*.example.com`. */
  readonly hosts: readonly string[]
  readonly models: readonly ModelDefinition[]
  /** Short names that a login adds, never over one that exists: alias -> model id. */
  readonly aliases: Readonly<Record<string, string>>
  /** Undefined = which models there are, its own server tells. */
  readonly defaultModel?: string
  readonly login?: DeviceLogin
  /** A login of it that another program may have left on this machine. */
  readonly outside?: OutsideLogin
  readonly key?: KeyLogin
  /** Its names in the files of other programs, for a login that comes from there: program -> names. */
  readonly knownAs?: Readonly<Record<string, readonly string[]>>
  /** Its list is not all there is: other ids are asked for as they are. */
  readonly takesAnyModel?: true
  /** It lists its own models: asked when a person looks, never on the way of a request. */
  readonly listsModels?: true
  /** What the prices of its models do not tell. */
  readonly priceNote?: LocalizedText
  readonly quota?: QuotaPolicy
  readonly retired?: Retirement
  readonly chat?: ChatHabits
  readonly quirks?: Quirks
  /** Headers sent with each request, beside the credential. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * Reads this provider's own error bodies; undefined = the dialect's reading holds. Evidence is shortened and secrets in
   * it are hidden afterwards, and `retryAt` is filled in from headers and words.
   */
  readonly readFailure?: (answer: FailedAnswer) => ToldFailure | undefined
}

/** What the settings say of a provider, both files merged. */
export interface ProviderSettings {
  readonly id: string
  readonly baseUrl?: string
  /** True when the person wrote `baseUrl` into openclaw.json, so that it goes over a login's own. */
  readonly baseUrlIsChosen: boolean
  readonly oauthBaseUrl?: string
  readonly clientId?: string
  readonly dialect?: DialectId
  /** Words of a dialect we do not speak (yet). */
  readonly unknownApi?: string
  readonly models?: readonly ModelDefinition[]
  readonly quota?: Partial<QuotaPolicy>
  readonly limits?: Partial<Limits>
  readonly proxy?: ProxyRule
  /** Unset variables that this provider's values name. */
  readonly unsetVariables: readonly string[]
}

/** A provider as the rest of the house knows it. */
export interface Provider {
  readonly id: string
  readonly label: LocalizedText
  readonly dialect: DialectId
  /** Undefined = nobody said where it is. */
  readonly baseUrl?: string
  readonly baseUrlIsChosen: boolean
  readonly models: readonly ModelDefinition[]
  readonly takesAnyModel?: true
  readonly quota?: QuotaPolicy
  readonly login?: DeviceLogin
  /** Its own, over the general ones. */
  readonly limits?: Partial<Limits>
  /** Its own, in the place of the general one; for its login too. */
  readonly proxy?: ProxyRule
  readonly definition?: ProviderDefinition
  readonly unsetVariables: readonly string[]
  readonly unknownApi?: string
}

/** The settings lie over the plugin's declaration; either may be missing, not both. */
export function providerFrom(
  id: string,
  definition: ProviderDefinition | undefined,
  settings: ProviderSettings | undefined,
): Provider {
  const baseUrl = settings?.baseUrl ?? definition?.baseUrl
  const quota = quotaFrom(definition?.quota, settings?.quota)
  const login = definition?.login && loginFrom(definition.login, settings)
  return {
    id,
    label: definition?.label ?? { en: id },
    dialect: settings?.dialect ?? definition?.dialect ?? 'chat-completions',
    ...(baseUrl && { baseUrl: baseUrl.replace(/\/+$/, '') }),
    baseUrlIsChosen: settings?.baseUrlIsChosen ?? false,
    models: settings?.models?.map((model) => described(model, definition)) ?? definition?.models ?? [],
    ...(definition?.takesAnyModel && !settings?.models && { takesAnyModel: true }),
    ...(quota && { quota }),
    ...(login && { login }),
    ...(settings?.limits && { limits: settings.limits }),
    ...(settings?.proxy && { proxy: settings.proxy }),
    ...(definition && { definition }),
    unsetVariables: settings?.unsetVariables ?? [],
    ...(settings?.unknownApi && { unknownApi: settings.unknownApi }),
  }
}

/** What the person wrote of a model lies over what the plugin knows of it. */
function described(model: ModelDefinition, definition: ProviderDefinition | undefined): ModelDefinition {
  return { ...definition?.models.find(({ id }) => id === model.id), ...model }
}

/** A provider that lists no models takes any id, and so does one whose list is not all there is. */
export function modelIn({ models, takesAnyModel }: Provider, id: string): ModelDefinition | undefined {
  return models.find((model) => model.id === id) ?? (models.length === 0 || takesAnyModel ? { id } : undefined)
}

/** A person's figure or zone goes over the plugin's; without a figure on either side nothing is counted. */
function quotaFrom(declared: QuotaPolicy | undefined, set: Partial<QuotaPolicy> | undefined): QuotaPolicy | undefined {
  const requestsPerDay = set?.requestsPerDay ?? declared?.requestsPerDay
  if (requestsPerDay === undefined) return undefined
  const { source, ...policy } = { timeZone: 'UTC', ...declared, ...set, requestsPerDay }
  // The plugin's source speaks of its own figure only.
  return { ...policy, ...(source !== undefined && set?.requestsPerDay === undefined && { source }) }
}

function loginFrom(declared: DeviceLogin, settings: ProviderSettings | undefined): DeviceLogin {
  return {
    ...declared,
    ...(settings?.oauthBaseUrl && { baseUrl: settings.oauthBaseUrl.replace(/\/+$/, '') }),
    ...(settings?.clientId && { clientId: settings.clientId }),
  }
}

/**
 * Where a profile's requests go: what the person wrote in openclaw.json, then the profile's own, then the plugin's.
 * What a login wrote into the provider's entry in models.json is the default profile's own, and no other's.
 */
export function addressOf(provider: Provider, profile: Profile): string | undefined {
  if (provider.baseUrlIsChosen) return provider.baseUrl
  const own = profile.id === defaultProfile(provider.id) ? undefined : provider.definition?.baseUrl
  return (profile.baseUrl ?? own ?? provider.baseUrl)?.replace(/\/+$/, '')
}
