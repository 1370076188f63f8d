/** What is wrong with how a plugin reads answers: it is given odd ones, and must neither throw, nor make things up, nor tell a secret. */
import type { DeviceLogin, FailedAnswer, ProviderDefinition } from '../core/provider.ts'
import { chatFailureReader } from '../dialects/chat-completions/failure.ts'
import { isPair, isRequestChange, isToldFailure } from '../plugin-host/guarded.ts'
import { checkUpstreamUrl } from '../net/address.ts'
import { oddAnswers, oddBodies, oddMembers, SECRET } from './odd-answers.ts'

/** For one body of 64 KiB: a pattern that takes longer would stop every stream of the gateway. */
const SLOWEST_MS = 1_000

export function readingBreaches({ readFailure }: ProviderDefinition): readonly string[] {
  if (!readFailure) return []
  const breaches = new Set<string>()
  for (const answer of oddAnswers()) {
    const given = `status ${answer.status} with ${shortened(answer.text)}`
    const begun = performance.now()
    const told = attempt(() => readFailure(answer))
    if (performance.now() - begun > SLOWEST_MS) breaches.add(`takes over a second for ${given}`)
    if (told.kind === 'threw') breaches.add(`throws for ${given}: ${told.message}`)
    else if (told.value !== undefined && !isToldFailure(told.value)) {
      breaches.add(`returns what is no failure for ${given}: ${shortened(JSON.stringify(told.value) ?? '')}`)
    } else if (told.value !== undefined) {
      for (const breach of toldBreaches(readFailure, answer)) breaches.add(`${breach} for ${given}`)
    }
  }
  return [...breaches]
}

/** Bodies and events of the wire format's shape, with odd values in each place. */
export function quirkBreaches({ quirks, models }: ProviderDefinition): readonly string[] {
  const { request, answer } = quirks ?? {}
  const model = models[0] ?? { id: 'm' }
  const unfit = (request?.patterns ?? []).filter((pattern) => !/^[\x20-\x7e]+$/.test(pattern))
  return [
    ...unfit.map((pattern) => `the pattern ${JSON.stringify(pattern)} of quirks.request is no ASCII text`),
    ...oddMembers().flatMap((body) => {
      const given = shortened(JSON.stringify(body))
      const changed = attempt((): unknown => request?.change(body, { model }))
      const mended = attempt((): unknown => answer?.()(body))
      return [
        ...(changed.kind === 'threw' ? [`quirks.request throws for ${given}: ${changed.message}`] : []),
        ...(changed.kind === 'said' && changed.value !== undefined && !isRequestChange(changed.value)
          ? [`quirks.request returns no change for ${given}`]
          : []),
        ...(mended.kind === 'threw' ? [`quirks.answer throws for ${given}: ${mended.message}`] : []),
        ...(mended.kind === 'said' && mended.value !== undefined && typeof mended.value !== 'object'
          ? [`quirks.answer returns no event for ${given}`]
          : []),
      ]
    }),
  ]
}

/** After openclaw's own cleaning, which is what people and logs get. */
function toldBreaches(
  readFailure: NonNullable<ProviderDefinition['readFailure']>,
  answer: FailedAnswer,
): readonly string[] {
  const failure = chatFailureReader(readFailure)(answer)
  return [
    ...(String(failure.evidence) === '' ? ['gives no evidence'] : []),
    ...(JSON.stringify(failure).includes(SECRET) ? ['tells the key'] : []),
  ]
}

export function loginBreaches({ login }: ProviderDefinition): readonly string[] {
  if (!login) return []
  const { baseUrl, deviceAuthorizationPath, tokenPath, revocationPath = '/', verificationHosts } = login
  return [
    ...(checkUpstreamUrl(baseUrl).kind === 'ok' && !baseUrl.endsWith('/')
      ? []
      : [`baseUrl ${baseUrl} is no https address without a / at its end`]),
    ...[deviceAuthorizationPath, tokenPath, revocationPath]
      .filter((path) => !path.startsWith('/'))
      .map((path) => `${path} begins without /`),
    ...(verificationHosts.length > 0 ? [] : ['no host may be shown for approval (verificationHosts)']),
    ...oddBodies().flatMap((body) => bodyBreaches(login, body)),
  ]
}

function bodyBreaches(
  { readTokenAnswer, resourceUrl }: DeviceLogin,
  body: Readonly<Record<string, unknown>>,
): readonly string[] {
  const given = shortened(JSON.stringify(body))
  const read = attempt((): unknown => readTokenAnswer?.({ status: 400, body }) ?? { status: 400, body })
  const named = attempt((): unknown => resourceUrl?.(body))
  return [
    ...(read.kind === 'threw' ? [`readTokenAnswer throws for ${given}: ${read.message}`] : []),
    ...(read.kind === 'said' && !isAnswer(read.value) ? [`readTokenAnswer returns no answer for ${given}`] : []),
    ...(named.kind === 'threw' ? [`resourceUrl throws for ${given}: ${named.message}`] : []),
    ...(named.kind === 'said' && named.value !== undefined && typeof named.value !== 'string'
      ? [`resourceUrl returns what is no text for ${given}`]
      : []),
  ]
}

export function outsideBreaches({ outside }: ProviderDefinition): readonly string[] {
  if (!outside) return []
  const pair = { accessToken: 'access', refreshToken: 'refresh', expiresAt: new Date(1_800_000_000_000) }
  const again = attempt((): unknown => outside.read(outside.write(pair)))
  const isSame = again.kind === 'said' && JSON.stringify(again.value) === JSON.stringify(pair)
  return [
    ...(isSame ? [] : ['outside.read does not read back what outside.write writes']),
    ...oddBodies().flatMap((body) => {
      const told = attempt((): unknown => outside.read(body))
      if (told.kind === 'threw') return [`outside.read throws for ${shortened(JSON.stringify(body))}: ${told.message}`]
      const isLogin = told.value === undefined || isPair(told.value)
      return isLogin ? [] : [`outside.read returns what is no login for ${shortened(JSON.stringify(body))}`]
    }),
  ]
}

function isAnswer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { status, body } = value as { readonly status?: unknown; readonly body?: unknown }
  return typeof status === 'number' && typeof body === 'object' && body !== null
}

type Attempt<Value> =
  | { readonly kind: 'said'; readonly value: Value }
  | { readonly kind: 'threw'; readonly message: string }

function attempt<Value>(ask: () => Value): Attempt<Value> {
  try {
    return { kind: 'said', value: ask() }
  } catch (error) {
    return { kind: 'threw', message: error instanceof Error ? error.message : String(error) }
  }
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}… (${text.length} characters)` : text || 'an empty body'
}
