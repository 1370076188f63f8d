/** What is sent upstream: the caller's body with another model in it, under the candidate's credential. */
import type { Credential } from '../core/credential.ts'
import type { Candidate } from '../core/decision.ts'
import type { OutgoingRequest } from '../core/ports.ts'
import { addressOf } from '../core/provider.ts'
import type { Limits } from '../core/settings.ts'
import type { CallerRequest } from '../dialects/caller-request.ts'
import { dialectFor } from '../dialects/dialect.ts'
import { secretOf } from './struck-out.ts'

export interface UpstreamOrder {
  readonly request: CallerRequest
  readonly candidate: Candidate
  readonly credential: Credential
}

export function upstreamRequest(
  { request, candidate, credential }: UpstreamOrder,
  { limits, userAgent }: { readonly limits: Limits; readonly userAgent: string },
): OutgoingRequest {
  const { provider, profile, model } = candidate
  const secret = secretOf(credential)
  const dialect = dialectFor(provider.dialect)
  return {
    method: 'POST',
    url: `${addressOf(provider, profile)}${dialect.path}`,
    headers: [
      ...(secret === undefined ? [] : ['authorization', `Bearer ${secret}`]),
      'content-type',
      'application/json',
      'accept',
      request.stream ? 'text/event-stream' : 'application/json',
      'accept-encoding',
      'identity',
      'user-agent',
      userAgent,
      ...Object.entries(provider.definition?.headers ?? {}).flat(),
    ],
    body: dialect.relayBody(request, model.id),
    connectMs: limits.connectMs,
    headMs: request.stream ? limits.firstEventMs : limits.answerMs,
    idleMs: request.stream ? limits.idleMs : limits.answerMs,
    // Each try of a counted account is reserved for itself.
    ...(provider.quota && { once: true }),
  }
}
