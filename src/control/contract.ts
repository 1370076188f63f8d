/** Every act: its input, the events on its way, its result. */
import type { ExistingLogin } from '../accounts/existing-login.ts'
import type { SignedIn, SignInEvent } from '../accounts/sign-in.ts'
import type { SaidOfLogin } from '../accounts/whose-login.ts'
import type { HiddenBy } from '../config/hidden-default.ts'
import type { ModelRetirement, ModelStanding, Price } from '../core/catalogue.ts'
import type { OpenClawError } from '../core/errors.ts'
import type { RejectionReason } from '../core/decision.ts'
import type { FailureKind, Rest } from '../core/failure.ts'
import type { KeyPlace, PlaceFlags } from '../core/key-login.ts'
import type { Said } from '../core/phrase.ts'
import type { AttemptOutcome } from '../core/ports.ts'
import type { Scope } from '../core/scope.ts'
import type { Secret } from '../core/secret.ts'
import type { SecretHome, SettingsWarning } from '../core/settings.ts'
import type { Language, LocalizedText } from '../core/text.ts'
import type { Usage, VerdictKind } from '../core/verdict.ts'
import type { Leaving } from '../service/leaving.ts'
import type { NetworkStatus } from './network-status.ts'
import type { NotReady } from './readiness.ts'

/** An act tells events while it lasts, ends in its result, or throws an OpenClawError. This waits for the result. */
export async function resultOf<Event, Result>(
  act: AsyncGenerator<Event, Result>,
  onEvent?: (event: Event) => void | Promise<void>,
): Promise<Result> {
  for (;;) {
    const step = await act.next()
    if (step.done) return step.value
    await onEvent?.(step.value)
  }
}

export type { ExistingLogin, HiddenBy, SignedIn, SignInEvent }

export interface LoggedIn extends SignedIn {
  /** The plan was closed where this login's requests go: told before the first of them fails. */
  readonly retired?: LocalizedText
}

/** Something wrong (`error`: the file is not used) or doubtful in a settings file. */
export interface SettingsFinding {
  readonly level: 'error' | 'warning'
  readonly file: string
  readonly line: number
  readonly column: number
  /** A settings path; empty = the file as a whole. */
  readonly path: string
  readonly message: Said
}

export interface SettingsReport {
  /** No error among the findings. */
  readonly ok: boolean
  readonly files: readonly string[]
  /** In the order of the files. */
  readonly findings: readonly SettingsFinding[]
}

/** What `config import` took over; paths are settings paths. */
export interface SettingsImported {
  readonly source: string
  readonly dryRun: boolean
  readonly taken: readonly string[]
  readonly left: readonly { readonly path: string; readonly reason: Said }[]
}

/** A login that was copied from another program; without secrets. */
export interface LoginImported {
  readonly profile: string
  readonly provider: string
  readonly mode: 'oauth' | 'api_key'
  readonly email?: string
  readonly expiresAt?: string
  /** Where it came from. */
  readonly file: string
  /** Its refresh token stands in two programs now, of which only one can go on with it. */
  readonly shared: boolean
}

/** What `models auth import` took over. */
export interface LoginsImported {
  readonly from: string
  readonly path: string
  readonly dryRun: boolean
  readonly taken: readonly LoginImported[]
  readonly left: readonly { readonly file: string; readonly name: string; readonly reason: Said }[]
  /** The file that was written. */
  readonly file?: string
}

export interface FoundServer {
  readonly place: KeyPlace
  readonly models: readonly string[]
}

export interface KeyWish extends SaidOfLogin {
  readonly provider: string
  readonly flags: PlaceFlags
  readonly key?: Secret
  readonly setDefault: boolean
  readonly signal: AbortSignal
  /** The option that handed the key over, for the command that mends a refusal. */
  readonly handedBy?: string
  /** Which of several servers; without it the one that was chosen before, or the only one. */
  readonly choose?: (found: readonly FoundServer[]) => Promise<FoundServer>
}

export type KeyLoginEvent =
  | { readonly kind: 'looking'; readonly servers: readonly string[] }
  | { readonly kind: 'checking'; readonly host: string }

export interface KeyLoggedIn extends Pick<SignedIn, 'provider' | 'profile' | 'email' | 'label' | 'droppedEmail'> {
  /** Where this login's requests go: there the key was checked. */
  readonly baseUrl: string
  readonly place?: PlaceFlags
  /** Undefined = the server has no model yet. */
  readonly defaultModel?: string
  readonly setDefault: boolean
  readonly aliases: Readonly<Record<string, string>>
  /** Where the server tells which there are. */
  readonly models?: readonly string[]
  readonly files: readonly string[]
  /** The key is genuine and saved, but its account cannot be asked now. */
  readonly problem?: Said
}

export interface PluginRow {
  readonly id: string
  readonly label: LocalizedText
  readonly version: string
  /** `waits-for-key`: on as soon as there is one. `refused`: it is switched on, and may not be loaded. */
  readonly state: 'on' | 'off' | 'waits-for-key' | 'refused' | 'broken'
  readonly providers: readonly string[]
  /** `outside` = from a folder of `plugins.load.paths`. */
  readonly origin: 'bundled' | 'outside'
  readonly folder: string
  readonly problem?: Said | OpenClawError
}

/** All that is known of a plugin without running it. */
export interface PluginInfo extends PluginRow {
  /** Refs. */
  readonly models: readonly string[]
  /** Alias -> ref: what a login adds. */
  readonly aliases: Readonly<Record<string, string>>
  /** Of an outside plugin, as they are now. */
  readonly files?: readonly { readonly path: string; readonly bytes: number }[]
  readonly sha256?: string
  /** What the files were when they were enabled. */
  readonly enabledSha256?: string
}

export interface PluginsChecked {
  /** How many plugins were looked at. */
  readonly checked: number
  readonly findings: readonly PluginFinding[]
}

export interface PluginFinding {
  /** A plugin's id, a folder or a settings path. */
  readonly subject: string
  readonly problem: Said | OpenClawError
  /** The command that mends it. */
  readonly run?: string
}

export interface PluginSwitched {
  readonly plugin: string
  readonly state: 'on' | 'off'
  /** False = it was so already. */
  readonly changed: boolean
  readonly gatewayRunning: boolean
  /** Of the outside plugin's files, which are trusted from now on. */
  readonly sha256?: string
}

export interface ModelRow {
  readonly ref: string
  readonly name?: string
  readonly input?: readonly string[]
  readonly contextWindow?: number
  readonly maxTokens?: number
  readonly price?: Price
  readonly retirement?: ModelRetirementRow
  /** Where the figures come from. */
  readonly source?: { readonly name: string; readonly date: string }
  /** A request for it can be sent; what rests, or is spent for today, counts as ready. */
  readonly available: boolean
  /** Why not, in the word of a rejection: `no-login`, `switched-off`. */
  readonly unready?: NotReady
  /** `default`, `fallback#1`, `image`, `img-fallback#1`, `alias:qwen`, `missing`, `retired`, `retiring`, `found:ollama`. */
  readonly tags: readonly string[]
}

/** `replacement` is a ref. */
export interface ModelRetirementRow extends Omit<ModelRetirement, 'note'> {
  readonly standing: ModelStanding
  /** In the reader's language. */
  readonly note?: string
}

/** `models list --json`; its JSON Schema is schemas/models-list.schema.json. */
export interface ModelList {
  readonly schema: 1
  readonly models: readonly ModelRow[]
}

/** `models show --json`; its JSON Schema is schemas/models-show.schema.json. */
export interface ModelShown extends ModelRow {
  readonly schema: 1
  readonly provider: {
    readonly id: string
    readonly label: string
    readonly baseUrl: string | null
    /** It can be asked: switched on, or its key is there. */
    readonly on: boolean
    readonly priceNote?: string
  }
}

/** A model that the settings name, and what stands against it. */
export interface ChainLink {
  /** `default`, `fallback#1`, `image`, `img-fallback#1`, `agent:<id>`. */
  readonly use: string
  /** As written: a ref or an alias. */
  readonly name: string
  readonly ref: string
  /** `unlisted`: its provider's list does not have it, but takes other ids too. */
  readonly state: 'ok' | 'unlisted' | 'unknown-model' | 'unknown-provider' | 'switched-off' | 'no-key'
  readonly retirement?: ModelRetirementRow
}

export interface ModelSet {
  readonly ref: string
  readonly retirement?: ModelRetirementRow
  readonly changed: boolean
  readonly file: string
  /** `openclaw` still means another model. */
  readonly hiddenBy?: HiddenBy
  /** It stands among the fallbacks too, where it is not asked again. */
  readonly isFallback?: true
}

export interface ImageModelSet {
  /** What counts now; null = no model for pictures. */
  readonly ref: string | null
  readonly changed: boolean
  readonly file: string
}

export interface AliasList {
  readonly aliases: Readonly<Record<string, string>>
  /** Aliases whose model nobody offers. */
  readonly missing: readonly string[]
}

export interface AliasSet {
  readonly alias: string
  readonly ref: string
  /** What it meant before; only where that was something else. */
  readonly was?: string
  readonly changed: boolean
  readonly file: string
}

export interface AliasRemoved {
  readonly alias: string
  readonly was: string
  /** What it means now, since models.json says it too. */
  readonly remains?: string
  readonly changed: boolean
  readonly file: string
}

export interface FallbackList {
  /** Refs or aliases, as written. */
  readonly fallbacks: readonly string[]
  /** Those that nobody offers. */
  readonly missing: readonly string[]
}

export interface FallbacksSet {
  readonly fallbacks: readonly string[]
  readonly changed: boolean
  readonly file: string
  /** The default agent's own list stands before this one. */
  readonly hiddenBy?: HiddenBy
}

/** Where the secrets of logins are kept. */
export interface SecretStore {
  /** What is written from now on goes there. */
  readonly store: SecretHome
  /** How many of models.json are kept in which way; `file` = written out. */
  readonly secrets: Readonly<Record<SecretHome, number>>
  /** Paths of openclaw.json at which one is written out. */
  readonly elsewhere: readonly string[]
  readonly keychain: { readonly usable: true } | { readonly usable: false; readonly reason: Said }
}

export interface SecretsMoved {
  readonly store: SecretHome
  readonly moved: number
  /** Paths of openclaw.json at which a proxy's password stays. */
  readonly passwords: readonly string[]
  readonly gatewayRuns: boolean
  readonly files: readonly string[]
}

export type ProfileState =
  | 'ok'
  | 'refreshable'
  | 'expiring'
  | 'expired'
  | 'needs-login'
  | 'plan-retired'
  | 'resting'
  | 'unset-variable'
  | 'locked'

/** One login in `models status`; without secrets. */
export interface ProfileStatus {
  readonly provider: string
  readonly mode: 'oauth' | 'api_key'
  readonly label?: string
  readonly email?: string
  readonly state: ProfileState
  readonly expiresAt?: string
  readonly reason?: Said
  readonly until?: string
  readonly baseUrl?: string
  /** The other program whose login it is. */
  readonly program?: string
  /** The file that carries it, or the variable: `${NAME}`. */
  readonly source: string
}

/** One login in `models auth list`. */
export interface LoginRow extends ProfileStatus {
  readonly id: string
  /** When it is asked among the logins of its provider: 1 = first. */
  readonly place: number
}

/** One login in `models auth status`. */
export interface LoginDetails extends LoginRow {
  /** Only where there is a token: can it be renewed? */
  readonly renewable?: boolean
  /** ISO 8601, UTC; undefined = it was not renewed on this machine. */
  readonly refreshedAt?: string
  readonly rests: readonly {
    readonly scope: Rest['scope']
    /** Where it is not the whole account that rests. */
    readonly model?: string
    readonly kind: Rest['kind']
    readonly reason: Said
    readonly since: string
    readonly until: string
  }[]
}

export interface Logins<Row extends LoginRow> {
  readonly schema: 1
  readonly profiles: readonly Row[]
}

export interface LoggedOut {
  readonly profile: string
  /** The server ended it. */
  readonly revoked: boolean
  /** Why not. */
  readonly why?: 'not-offered' | 'left-alone' | 'provider-off' | 'is-key' | 'nothing-there'
  readonly forgotten: boolean
  /** Those that were changed. */
  readonly files: readonly string[]
  /** Copies of a person's own text in which the secret still stands. */
  readonly copies: readonly string[]
  /** Settings paths of refs that are pinned to a login that was forgotten. */
  readonly stillNamed: readonly string[]
}

export interface LoginRenamed {
  readonly profile: string
  readonly was: string
  readonly label?: string
  readonly email?: string
  readonly changed: boolean
  readonly files: readonly string[]
}

export interface ProfileOrder {
  /** All of them, as they are asked. */
  readonly profiles: readonly string[]
  /** As the settings have it; null = they say nothing, and the default login comes first. */
  readonly set: readonly string[] | null
}

/** `models auth order get --json`; by provider. */
export interface ProfileOrders {
  readonly schema: 1
  readonly orders: Readonly<Record<string, ProfileOrder>>
}

export interface ProfileOrderSet extends ProfileOrder {
  readonly provider: string
  readonly changed: boolean
  readonly file: string
}

/** What one small real call with a login came to. */
export interface ProbeResult {
  /** The model that was asked. */
  readonly ref: string
  readonly result: 'answered' | 'spent' | 'refused' | 'failed' | 'not-asked'
  readonly reason?: Said
  readonly status?: number
  readonly ms?: number
}

/** `models status --check`: the logins that the default chain uses. */
export interface LoginsChecked {
  /** 0 = good, 1 = expired or missing, 2 = expiring. */
  readonly exit: 0 | 1 | 2
  readonly profiles: readonly {
    readonly profile: string
    /** The first model of the chain for which it is used. */
    readonly ref: string
    readonly state: ProfileState
    readonly verdict: 'ok' | 'expiring' | 'bad'
  }[]
  /** Refs of the chain for which there is no login at all. */
  readonly without: readonly string[]
}

export interface QuotaStatus {
  readonly used: number
  readonly limit: number
  readonly resetsAt: string
  readonly timeZone: string
  /** Requests are counted here, since the provider tells no count. */
  readonly countedBy: 'openclaw'
  /** Told, not counted here: the upstream enforces it. */
  readonly requestsPerMinute?: number
  /** Where the figures come from, with dates. */
  readonly source?: string
}

export interface StatusWish {
  readonly language: Language
  readonly check: boolean
  /** Asks each login in use once. */
  readonly probe: boolean
  readonly signal: AbortSignal
}

/** `models status --json`; its JSON Schema is schemas/models-status.schema.json. */
export interface ModelsStatus {
  readonly schema: 1
  readonly configPath: string
  readonly default: string | null
  readonly fallbacks: readonly string[]
  readonly imageModel: string | null
  readonly imageFallbacks: readonly string[]
  /** Every model that the settings name, once. */
  readonly chain: readonly ChainLink[]
  readonly aliases: Readonly<Record<string, string>>
  readonly providers: Readonly<
    Record<
      string,
      {
        readonly label: string
        readonly baseUrl: string | null
        readonly models: number
        readonly retiredSince?: string
        /** Of a server on this machine: does it answer now? */
        readonly answers?: boolean
      }
    >
  >
  readonly quota: Readonly<Record<string, QuotaStatus>>
  readonly auth: {
    readonly order: Readonly<Record<string, readonly string[]>>
    readonly profiles: Readonly<Record<string, ProfileStatus>>
    /** Logins that other programs keep on this machine, and that nobody uses here. */
    readonly existing: readonly ExistingLogin[]
  }
  /** As this command's own environment and the settings have it; a gateway tells its own in `gateway status`. */
  readonly network: NetworkStatus
  /** Only with `--check`. */
  readonly check?: LoginsChecked
  /** Only with `--probe`: by profile id. */
  readonly probe?: Readonly<Record<string, ProbeResult>>
  readonly warnings: readonly string[]
  /** What the settings name and cannot be used just now. */
  readonly problems: readonly OpenClawError[]
  /** Plugins that are switched on and were not loaded; in the reader's language. */
  readonly refusedPlugins: Readonly<Record<string, { readonly problem: string; readonly run?: string }>>
}

/** Changes that together would have had a model chosen: each way was tried out. */
export interface WayTold {
  readonly changes: readonly { readonly change: Said; readonly run?: string }[]
}

export interface ExplainedCandidate {
  readonly ref: string
  readonly profile: string
  /** It rested, and whoever asks it finds out whether it is back. */
  readonly findsOut?: true
  /** Another request is finding out: it comes after all others. */
  readonly isBeingTried?: true
  /** The smallest, each of them as long; empty for the first, and where there is none. */
  readonly ways: readonly WayTold[]
}

export interface ExplainedRejection {
  readonly ref: string
  readonly profile?: string
  /** `not-rotated`: the account before it is spent, and nobody said that another one may follow. */
  readonly reason: RejectionReason['kind'] | 'not-rotated'
  /** Of what rests. */
  readonly failure?: FailureKind
  readonly evidence?: Said
  readonly until?: string
  /** The earliest time at which somebody may find out. */
  readonly probeAt?: string
  readonly used?: number
  readonly limit?: number
  /** Tokens. */
  readonly window?: number
  readonly ways: readonly WayTold[]
}

/** `models explain --json` and `/control/explain`; the JSON Schema is schemas/models-explain.schema.json. */
export interface Explained {
  readonly schema: 1
  readonly at: string
  readonly asked: {
    readonly agent: string
    readonly model?: string
    readonly hasImage: boolean
    readonly hasTools: boolean
    readonly tokens?: number
  }
  /** Refs, as they are looked at. */
  readonly chain: readonly string[]
  /** Who is asked, in order: each but the first only when those before it failed. */
  readonly candidates: readonly ExplainedCandidate[]
  readonly rejected: readonly ExplainedRejection[]
  /** Where nobody can be asked: a model that could be. */
  readonly instead?: WayTold & { readonly ref: string }
}

export interface CooldownRow {
  /** As `models cooldowns clear` takes it. */
  readonly what: string
  readonly scope: Rest['scope']
  readonly provider: string
  readonly profile?: string
  readonly model?: string
  readonly cause: FailureKind
  readonly evidence: Said
  readonly since: string
  readonly until: string
  /** The earliest time at which it may be disproved. */
  readonly probeAt: string
  /** The upstream named the time. */
  readonly told: boolean
}

/** `models cooldowns list --json`; its JSON Schema is schemas/models-cooldowns-list.schema.json. */
export interface CooldownList {
  readonly schema: 1
  readonly cooldowns: readonly CooldownRow[]
}

export interface CooldownsCleared {
  readonly cleared: readonly CooldownRow[]
  readonly changed: boolean
}

/** An attempt, or (without `outcome`) something else that was met. */
export interface RequestStep {
  readonly ref: string
  readonly profile?: string
  readonly outcome?: AttemptOutcome
  /** `late`, `outrun`, or why it was not asked: `resting:overload`. */
  readonly met?: string
  readonly startedAt?: string
  readonly tookMs?: number
  readonly firstEventMs?: number
  readonly status?: number
  readonly verdict?: VerdictKind
  readonly failure?: FailureKind
  readonly evidence?: Said
  readonly usage?: Usage
}

export interface RequestTold {
  /** The answer's `x-request-id`. */
  readonly requestId: string
  readonly startedAt: string
  readonly tookMs?: number
  /** As the caller named it; undefined where nothing was met but the answer. */
  readonly model?: string
  readonly agent?: string
  /** The name of the issued token that asked; undefined = the owner. */
  readonly caller?: string
  /** `broken-off` = after something of it had reached the caller; `unknown` = the process died. */
  readonly outcome: 'answered' | 'broken-off' | 'refused' | 'gone' | 'running' | 'unknown'
  readonly answeredBy?: string
  readonly profile?: string
  readonly usage?: Usage
  /** Why it was refused, and the status that the caller got. */
  readonly reason?: string
  readonly status?: number
  readonly steps: readonly RequestStep[]
}

/** `requests list --json`; its JSON Schema is schemas/requests-list.schema.json. `requests tail` prints one of them a line. */
export interface RequestList {
  readonly schema: 1
  readonly requests: readonly RequestTold[]
}

/** `requests show --json`; its JSON Schema is schemas/requests-show.schema.json. */
export interface RequestShown extends RequestTold {
  readonly schema: 1
}

export interface ConfigChanged {
  readonly path: string
  readonly changed: boolean
  readonly file: string
  /** Where the text that was there before is kept, since it was not ours. */
  readonly backup?: string
  /** Another program saved the file at the same moment. */
  readonly contested?: true
  /** What was set counts for nothing. */
  readonly warning?: SettingsWarning
}

export interface GatewayStopped {
  readonly pid: number
  /** Answers that still run; the process ends after the last of them. */
  readonly draining: number
}

export interface GatewayStatus {
  readonly running: boolean
  readonly url?: string
  readonly pid?: number
  readonly startedAt?: string
  readonly streams?: number
  readonly version?: string
  readonly problems?: readonly string[]
  /** A gateway of an earlier version does not tell. */
  readonly network?: NetworkStatus
  readonly stateFolder: string
  /** Processes of this folder that take no new connection and have answers to end. */
  readonly leaving: readonly Leaving[]
}

export type GatewayEvent =
  /** The settings are broken: the last ones that a gateway served by count. */
  | { readonly kind: 'last-good'; readonly problem: OpenClawError }
  | { readonly kind: 'starting'; readonly port: number }
  | { readonly kind: 'stopping'; readonly pid: number }
  | { readonly kind: 'draining'; readonly streams: number; readonly pid: number }

/** A token that was given to a program; the token itself was shown once. */
export interface TokenRow {
  readonly id: string
  readonly name: string
  readonly scope: Scope
  readonly createdAt: string
}

export interface TokenCreated extends TokenRow {
  readonly token: Secret
}

export type AgentEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }

export interface AgentAnswer {
  readonly text: string
  readonly model: string
  readonly profile: string | undefined
  readonly requestId: string
  /** Before the one that answered: `qwen-portal/coder-model=quota-spent`. */
  readonly attempts: readonly string[]
  readonly finishReason: string | undefined
  readonly usage: Usage | undefined
}

export type QuickstartEvent =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'emulator'; readonly url: string; readonly pid: number }
  | { readonly kind: 'plugin'; readonly plugin: string }
  | { readonly kind: 'login'; readonly provider: string; readonly event: SignInEvent }
  | { readonly kind: 'approved-by-itself' }
  | { readonly kind: 'signed-in'; readonly signedIn: SignedIn }
  | { readonly kind: 'gateway'; readonly url: string; readonly pid: number; readonly wishedPort: number }
  | {
      readonly kind: 'question'
      readonly about: 'text' | 'picture' | 'fallback'
      readonly text: string
      readonly model: string
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'answered'; readonly model: string; readonly attempts: string }
  | { readonly kind: 'day-spent' }
  | { readonly kind: 'ready'; readonly url: string; readonly token: Secret; readonly model: string }
