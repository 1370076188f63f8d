/** What an error answer of this dialect means. */
import { isElsewhere, type FailureKind, type FailureScope, type UpstreamFailure } from '../../core/failure.ts'
import { phrase, saidBy, type Said } from '../../core/phrase.ts'
import type { FailedAnswer, ProviderDefinition } from '../../core/provider.ts'
import { comeBackAt } from '../come-back.ts'
import { evidenceFrom } from '../evidence.ts'
import { looksLikeHtml, titleOf } from '../html.ts'
import { comeBackHeaders } from '../retry-after.ts'
import { errorWords, toldHeaders, type ErrorWords } from '../error-object.ts'
import { toldWindow } from './told-window.ts'

export type FailureReader = (answer: FailedAnswer) => UpstreamFailure

/**
 * A provider's own reading where it has one, else the dialect's. Whatever was read, the evidence comes out as one
 * short line without secrets, and the status and a time to come back are filled in from the answer.
 */
export function chatFailureReader(own: ProviderDefinition['readFailure']): FailureReader {
  return (answer) => {
    const failure = own?.(answer)
    if (!failure) return readChatFailure(answer)
    const retryAt = failure.retryAt ?? comeBackAt(failure.kind, withToldHeaders(answer), wordsOf(answer))
    const contextWindow = failure.contextWindow ?? windowIn(failure.kind, wordsOf(answer))
    return {
      ...(answer.status >= 300 && { status: answer.status }),
      ...failure,
      evidence: evidenceFrom(typeof failure.evidence === 'string' ? failure.evidence : saidBy(failure.evidence)),
      ...(retryAt && { retryAt }),
      ...(contextWindow !== undefined && { contextWindow }),
    }
  }
}

export function readChatFailure(answer: FailedAnswer): UpstreamFailure {
  const words = errorWords(answer.json)
  const isPage = !words && looksLikeHtml(answer.text, answer.contentType)
  const reading = isPage ? pageReading(answer) : readingOf(answer, words)
  const { kind, scope = scopeByCode(words) ?? SCOPES[kind], evidence = saidIn(answer, words) } = reading
  const retryAt = comeBackAt(kind, withToldHeaders(answer), words?.message ?? answer.text)
  const contextWindow = windowIn(kind, words?.message ?? answer.text)
  const status = answer.status >= 300 ? answer.status : words?.status
  return {
    kind,
    scope,
    evidence: evidenceFrom(evidence),
    ...(status !== undefined && { status }),
    ...(words?.code !== undefined && { code: evidenceFrom(words.code) }),
    ...(retryAt && { retryAt }),
    ...(contextWindow !== undefined && { contextWindow }),
  }
}

/** The answer's own headers count more than those in its body. */
function withToldHeaders(answer: FailedAnswer): FailedAnswer {
  return { ...comeBackHeaders(toldHeaders(answer.json)), ...answer }
}

function windowIn(kind: FailureKind, words: string): number | undefined {
  return kind === 'context-too-long' ? toldWindow(words) : undefined
}

interface Reading {
  readonly kind: FailureKind
  /** Where it is not the kind's usual one. */
  readonly scope?: FailureScope
  /** Where it is not the upstream's own words. */
  readonly evidence?: Said
}

const SCOPES: Readonly<Record<FailureKind, FailureScope>> = {
  auth: 'account',
  'auth-retired': 'account',
  billing: 'account',
  'rate-limit': 'account-and-model',
  quota: 'account',
  overload: 'model',
  network: 'network',
  malformed: 'model',
  timeout: 'model',
  'model-missing': 'model',
  'context-too-long': 'request',
  filtered: 'request',
  'bad-request': 'request',
}

function saidIn({ text, status }: FailedAnswer, words: ErrorWords | undefined): Said {
  return (words?.message ?? words?.code ?? words?.type ?? text.trim()) || phrase('no-body', { status })
}

function wordsOf({ json, text }: FailedAnswer): string {
  return errorWords(json)?.message ?? text
}

/** The body's code counts more than its words, and both more than the status, which servers choose loosely. */
function readingOf(answer: FailedAnswer, words: ErrorWords | undefined): Reading {
  const status = answer.status >= 300 ? answer.status : (words?.status ?? answer.status)
  // It comes as a limit of tokens a minute, which no waiting makes larger than the request.
  if (/^request too large for /i.test(words?.message ?? '')) return { kind: 'context-too-long' }
  const byCode =
    KIND_BY_CODE.get(words?.code?.toLowerCase() ?? '') ?? KIND_BY_CODE.get(words?.type?.toLowerCase() ?? '')
  if (byCode) return { kind: byCode }
  const byText = kindByText(status, words?.message ?? (words ? '' : answer.text))
  if (byText) return { kind: byText }
  if (status < 300 && words?.type?.toLowerCase() === 'invalid_request_error') return { kind: 'bad-request' }
  if (isElsewhere(status)) return { kind: 'auth', evidence: phrase('wrong-place', { words: saidIn(answer, words) }) }
  return KIND_BY_STATUS.get(status) ?? restOf(status, words)
}

function restOf(status: number, words: ErrorWords | undefined): Reading {
  if (status >= 400 && status < 500) return { kind: 'bad-request' }
  // Without an error of its own it was not the model that answered, but what stands before it.
  return words ? { kind: 'overload' } : { kind: 'overload', scope: 'provider' }
}

/** An API answers in JSON: a page comes from a proxy or a firewall before it. */
function pageReading({ status, text }: FailedAnswer): Reading {
  const title = titleOf(text) ?? phrase('untitled')
  if (isElsewhere(status)) return { kind: 'auth', evidence: phrase('page-elsewhere', { status, title }) }
  const evidence = phrase('page-with-status', { status, title })
  if (status >= 500) return { kind: 'overload', scope: 'provider', evidence }
  if (status === 401 || status === 407) return { kind: 'auth', evidence }
  if (status === 429) return { kind: 'rate-limit', scope: 'provider', evidence }
  return { kind: 'malformed', scope: 'provider', evidence }
}

const KIND_BY_STATUS: ReadonlyMap<number, Reading> = new Map<number, Reading>([
  [401, { kind: 'auth' }],
  [402, { kind: 'billing' }],
  [403, { kind: 'auth' }],
  [408, { kind: 'timeout' }],
  // Too large for this server: one with a larger window may take it, and nobody needs a rest.
  [413, { kind: 'context-too-long' }],
  [429, { kind: 'rate-limit' }],
])

const KIND_BY_CODE: ReadonlyMap<string, FailureKind> = new Map<string, FailureKind>([
  // As this wire format documents it: "check your plan and billing details".
  ['insufficient_quota', 'billing'],
  ['billing_hard_limit_reached', 'billing'],
  ['billing_not_active', 'billing'],
  ['billing_error', 'billing'],
  ['insufficient_balance', 'billing'],
  ['exceeded_current_quota_error', 'billing'],
  ['arrearage', 'billing'],
  ['payment_required', 'billing'],
  ['quota_exceeded', 'quota'],
  ['allocationquota.freetieronly', 'quota'],
  ['context_length_exceeded', 'context-too-long'],
  ['request_too_large', 'context-too-long'],
  ['exceed_context_size_error', 'context-too-long'],
  ['model_not_found', 'model-missing'],
  ['model_not_available', 'model-missing'],
  ['content_filter', 'filtered'],
  ['content_policy_violation', 'filtered'],
  // Servers of Qwen models say it so, whoever runs them.
  ['data_inspection_failed', 'filtered'],
  ['datainspectionfailed', 'filtered'],
  ['refusal', 'filtered'],
  ['invalid_api_key', 'auth'],
  ['invalid_authentication', 'auth'],
  ['invalid_authentication_error', 'auth'],
  ['incorrect_api_key_error', 'auth'],
  ['authentication_error', 'auth'],
  ['permission_error', 'auth'],
  ['unsupported_country_region_territory', 'auth'],
  ['rate_limit_exceeded', 'rate-limit'],
  ['rate_limit_error', 'rate-limit'],
  ['rate_limit_reached_error', 'rate-limit'],
  ['too_many_requests', 'rate-limit'],
  ['server_error', 'overload'],
  ['internal_error', 'overload'],
  ['internal_server_error', 'overload'],
  ['overloaded_error', 'overload'],
  ['engine_overloaded_error', 'overload'],
  ['provider_overloaded', 'overload'],
  ['provider_unavailable', 'overload'],
  ['service_unavailable', 'overload'],
  ['timeout_error', 'timeout'],
])

/** It is refused where we are, whoever asks; or one model's own free tokens are spent. */
function scopeByCode(words: ErrorWords | undefined): FailureScope | undefined {
  return SCOPE_BY_CODE.get(words?.code?.toLowerCase() ?? '')
}

const SCOPE_BY_CODE: ReadonlyMap<string, FailureScope> = new Map<string, FailureScope>([
  ['unsupported_country_region_territory', 'provider'],
  ['allocationquota.freetieronly', 'account-and-model'],
])

/** Only where the status leaves it open: not in a 429, whose words speak of tokens too. */
function kindByText(status: number, text: string): FailureKind | undefined {
  if (status >= 500 || status === 401 || status === 429) return undefined
  return TEXTS.find(([pattern]) => pattern.test(text.slice(0, 2_000)))?.[1]
}

const TEXTS: readonly (readonly [RegExp, FailureKind])[] = [
  [
    /maximum (?:context|prompt) length|context length exceeded|exceeds? (?:the )?(?:available |maximum )?(?:context (?:size|length|limit)|max length|model token limit)|exceeded model token limit|context length of only|context window|range of input length|(?:prompt|input)(?: token length)? (?:is )?too long|reduce the length of the (?:messages|prompt|input)/i,
    'context-too-long',
  ],
  [
    /content (?:management )?policy|content filter|(?:violat\w{1,5}|against) (?:our|the) usage polic|inappropriate content|content exists risk|considered high risk|your (?:input|prompt) was flagged/i,
    'filtered',
  ],
  [/reached your specified (?:API )?usage limits?|you will regain access on/i, 'quota'],
  [/insufficient (?:balance|credits?|funds)|credit balance is too low|payment required/i, 'billing'],
  [
    /\bmodel\s+(?:["'`]?[\w./:@-]{1,100}["'`]?\s+)?(?:(?:is|was)\s+)?(?:not (?:found|supported|available)|does not exist)/i,
    'model-missing',
  ],
  [/^model: [\w./:@-]{1,100}$/i, 'model-missing'],
  [/not a valid model|unknown model|no such model|access to (?:the )?model|not found the model/i, 'model-missing'],
]
