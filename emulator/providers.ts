/** The providers that the emulator plays: a portal, one behind it, one that asks for no key. */
import { modelNotFound } from './chat-errors.ts'
import type { Emulator } from './emulator.ts'
import type { Refusal } from './exchange.ts'
import { plainWords, portalWords } from './limit-words.ts'
import type { LimitWords } from './limit-words.ts'

export interface Model {
  readonly id: string
  /** What an answer gives as its model: behind Qwen's names stand moving models, and the answer tells which. */
  readonly realName: string
  readonly seesPictures: boolean
  /** Tokens that a question may have; none is refused where nothing is said. */
  readonly inputTokens?: number
  /** The most that may be asked of its answers. */
  readonly outputTokens?: number
}

export interface Provider {
  readonly models: readonly Model[]
  readonly owner: string
  /** Nobody is asked who they are. */
  readonly open?: true
  /** The account behind a bearer token, or `undefined` when the token is not good; may throw a `Refusal` of its own. */
  readonly accountOf: (token: string, emulator: Emulator) => string | undefined
  readonly badTokenMessage: string
  /** Whether requests count against the account's day, and end when the plan is retired. */
  readonly metered: boolean
  /** Qwen knows no `developer` role, and thinks only in streams. */
  readonly strictAsQwen: boolean
  readonly limitWords: LimitWords
  /** What it says of a model that it does not have. */
  readonly noSuchModel: (id: string) => Refusal
}

export const portal: Provider = {
  models: [
    { id: 'coder-model', realName: 'qwen3-coder-plus', seesPictures: false },
    { id: 'vision-model', realName: 'qwen3-vl-plus', seesPictures: true },
    { id: 'qwen3-coder-plus', realName: 'qwen3-coder-plus', seesPictures: false },
    { id: 'qwen3-coder-flash', realName: 'qwen3-coder-flash', seesPictures: false },
  ],
  owner: 'qwen',
  accountOf: (token, { logins, clock }) => logins.accountOf(token, clock.now()),
  badTokenMessage: 'invalid access token or token expired',
  metered: true,
  strictAsQwen: true,
  limitWords: portalWords,
  noSuchModel: modelNotFound,
}

/** Not a secret: it opens the emulator's second provider, and nothing else in the world. */
export const backupKey = 'sk-emulator-backup'

export const backup: Provider = {
  models: [{ id: 'backup-model', realName: 'backup-model', seesPictures: true }],
  owner: 'emulator',
  accountOf: (token) => (token === backupKey ? 'backup' : token.startsWith(`${backupKey}-`) ? token : undefined),
  badTokenMessage: 'Incorrect API key provided.',
  metered: false,
  strictAsQwen: false,
  limitWords: plainWords,
  noSuchModel: modelNotFound,
}

/** What a server of models on this machine is like. */
export const local: Provider = {
  models: [{ id: 'local-model:7b', realName: 'local-model:7b', seesPictures: false }],
  owner: 'library',
  open: true,
  accountOf: () => 'local',
  badTokenMessage: '',
  metered: false,
  strictAsQwen: false,
  limitWords: plainWords,
  noSuchModel: modelNotFound,
}
