/** Acts on requests: asking, and looking at what was asked. */
import type { FailureKind } from '../../core/failure.ts'
import type { Said } from '../../core/phrase.ts'
import type { AttemptOutcome } from '../../core/ports.ts'
import type { Usage, VerdictKind } from '../../core/verdict.ts'

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
