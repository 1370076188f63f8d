/** A plugin's own code at the border: what it throws, or what no table of ours knows, counts as not said. */
import { FAILURE_KINDS, type FailureScope } from '../core/failure.ts'
import type { OutsidePair } from '../core/outside-login.ts'
import type { ProviderDefinition, ToldFailure } from '../core/provider.ts'
import type { Quirks, RequestChange } from '../core/quirks.ts'

const SCOPES: Readonly<Record<FailureScope, true>> = {
  account: true,
  'account-and-model': true,
  model: true,
  provider: true,
  network: true,
  request: true,
}

/** A mistake in an outside plugin costs its own reading, never the request or the gateway. */
export function guarded(provider: ProviderDefinition): ProviderDefinition {
  const { readFailure, login, outside, quirks } = provider
  const { readTokenAnswer, resourceUrl } = login ?? {}
  return {
    ...provider,
    ...(readFailure && {
      readFailure: (answer) => {
        const told = saidBy(() => readFailure(answer))
        return isToldFailure(told) ? told : undefined
      },
    }),
    ...(quirks && { quirks: guardedQuirks(quirks) }),
    ...(outside && {
      outside: {
        ...outside,
        read: (members) => {
          const told = saidBy(() => outside.read(members))
          return isPair(told) ? told : undefined
        },
      },
    }),
    ...(login && {
      login: {
        ...login,
        ...(readTokenAnswer && {
          readTokenAnswer: (answer) => {
            const told = saidBy(() => readTokenAnswer(answer))
            return isObject(told) && typeof told.status === 'number' && isObject(told.body) ? told : answer
          },
        }),
        ...(resourceUrl && {
          resourceUrl: (body) => {
            const told: unknown = saidBy(() => resourceUrl(body))
            return typeof told === 'string' ? told : undefined
          },
        }),
      },
    }),
  }
}

function guardedQuirks({ request, answer }: Quirks): Quirks {
  return {
    ...(request && {
      request: {
        ...request,
        change: (body, about) => {
          const told: unknown = saidBy(() => request.change(body, about))
          return isRequestChange(told) ? told : undefined
        },
      },
    }),
    ...(answer && {
      answer: () => {
        const mend = saidBy(answer)
        return (event) => {
          const told: unknown = saidBy(() => mend?.(event))
          return isObject(told) && !Array.isArray(told) ? told : undefined
        }
      },
    }),
  }
}

/** What `quirks.request.change` may return beside undefined. */
export function isRequestChange(told: unknown): told is RequestChange {
  if (!isObject(told)) return false
  const { set = {}, drop = [], lost = [] } = told
  const isNames = (list: unknown): boolean => Array.isArray(list) && list.every((name) => typeof name === 'string')
  return isObject(set) && !Array.isArray(set) && isNames(drop) && isNames(lost)
}

/** What a plugin's `readFailure` may return beside undefined. */
export function isToldFailure(told: unknown): told is ToldFailure {
  if (!isObject(told)) return false
  const { kind, scope, evidence, status, code, retryAt, contextWindow } = told
  return (
    FAILURE_KINDS.some((known) => known === kind) &&
    typeof scope === 'string' &&
    Object.hasOwn(SCOPES, scope) &&
    (typeof evidence === 'string' || (isObject(evidence) && typeof evidence['en'] === 'string')) &&
    (status === undefined || typeof status === 'number') &&
    (code === undefined || typeof code === 'string') &&
    (retryAt === undefined || (retryAt instanceof Date && !Number.isNaN(retryAt.getTime()))) &&
    (contextWindow === undefined || typeof contextWindow === 'number')
  )
}

/** What a plugin's `outside.read` may return beside undefined. */
export function isPair(told: unknown): told is OutsidePair {
  if (!isObject(told)) return false
  const { accessToken, refreshToken, expiresAt } = told
  return (
    typeof accessToken === 'string' &&
    typeof refreshToken === 'string' &&
    expiresAt instanceof Date &&
    !Number.isNaN(expiresAt.getTime())
  )
}

function saidBy<Told>(ask: () => Told): Told | undefined {
  try {
    return ask()
  } catch {
    // The contract kit shows an author what it throws; here the dialect's own reading is the better answer.
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
