/** What is sent upstream: the caller's body with another model in it, under the candidate's credential. */
import type { Credential } from '../core/credential.ts'
import type { Candidate } from '../core/decision.ts'
import type { Limits } from '../core/network.ts'
import type { OutgoingRequest } from '../core/ports.ts'
import { addressOf } from '../core/provider.ts'
import type { CallerRequest } from '../dialects/caller-request.ts'
import type { Lane } from './lane.ts'
import { secretOf } from './struck-out.ts'

export interface UpstreamOrder {
  readonly request: CallerRequest
  readonly candidate: Candidate
  readonly credential: Credential
  readonly lane: Lane
}

export function upstreamRequest(
  { request, candidate, credential, lane }: UpstreamOrder,
  { limits, userAgent }: { readonly limits: Limits; readonly userAgent: string },
): OutgoingRequest {
  const { provider, profile } = candidate
  const secret = secretOf(credential)
  const { upstream, isRelay } = lane
  return {
    method: 'POST',
    url: `${addressOf(provider, profile)}${upstream.path}`,
    headers: [
      ...upstream.headers(secret?.reveal(), isRelay ? request.headers : undefined),
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
    body: lane.takeBody(),
    ...deadlines(request, limits),
    ...(provider.proxy && { proxy: provider.proxy }),
    // Each try of a counted account is reserved for itself.
    ...(provider.quota && { once: true }),
  }
}

type Deadlines = Pick<OutgoingRequest, 'connectMs' | 'headMs' | 'idleMs' | 'totalMs'>

/** An answer that is no stream comes when all of it is there, so one limit holds for its head, its pauses and the whole. */
function deadlines({ stream }: CallerRequest, limits: Limits): Deadlines {
  const { connectMs, firstEventMs, answerMs, idleMs, streamMs } = limits
  return stream
    ? { connectMs, headMs: firstEventMs, idleMs, totalMs: streamMs }
    : { connectMs, headMs: answerMs, idleMs: answerMs, totalMs: connectMs + answerMs }
}
