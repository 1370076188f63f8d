/** The Response object of an answer: what it says of the answer, and what it repeats of the request. */
import type { Usage } from '../../core/verdict.ts'
import type { CallerRequest } from '../caller-request.ts'
import { valueOf } from './request.ts'

export interface ResponseState {
  readonly id: string
  readonly createdAt: Date
  readonly model: string
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed'
  /** Each as JSON. */
  readonly output: readonly string[]
  readonly usage?: Usage
  /** Why it is incomplete. */
  readonly because?: 'max_output_tokens' | 'content_filter'
  readonly error?: { readonly code: string; readonly message: string }
  /** It can be gone on from. */
  readonly isKept: boolean
}

/**
 * What is repeated, with what stands where the caller said nothing. It is copied from the request's bytes, not parsed:
 * tools and instructions are most of a request.
 */
const REPEATED: readonly (readonly [name: string, otherwise: string])[] = [
  ['instructions', 'null'],
  ['max_output_tokens', 'null'],
  ['max_tool_calls', 'null'],
  ['metadata', '{}'],
  ['parallel_tool_calls', 'true'],
  ['previous_response_id', 'null'],
  ['prompt_cache_key', 'null'],
  ['reasoning', '{"effort":null,"summary":null}'],
  ['safety_identifier', 'null'],
  ['temperature', 'null'],
  ['text', '{"format":{"type":"text"}}'],
  ['tool_choice', '"auto"'],
  ['tools', '[]'],
  ['top_p', 'null'],
  ['truncation', '"disabled"'],
  ['user', 'null'],
]

/** JSON. */
export function responseJson(state: ResponseState, request: CallerRequest): string {
  const { id, createdAt, model, status, output, usage, because, error, isKept } = state
  const created = Math.floor(createdAt.getTime() / 1_000)
  const repeated = REPEATED.map(([name, otherwise]) => `${JSON.stringify(name)}:${saidOf(request, name) ?? otherwise}`)
  const details = because === undefined ? 'null' : `{"reason":"${because}"}`
  const head = `{"id":"${id}","object":"response","created_at":${created},"status":"${status}","background":false`
  const outcome = `"error":${JSON.stringify(error ?? null)},"incomplete_details":${details}`
  const answer = `"model":${JSON.stringify(model)},"output":[${output.join(',')}],"store":${isKept}`
  return `${head},${outcome},${answer},${repeated.join(',')},"usage":${usageJson(status, usage)}}`
}

function saidOf({ body, members }: CallerRequest, name: string): string | undefined {
  const value = valueOf(body, members, name)
  const text = value && Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()
  return text === 'null' ? undefined : text
}

/** Programs cannot do without it once an answer is complete. */
function usageJson(status: ResponseState['status'], usage: Usage | undefined): string {
  if (status === 'in_progress' || (status === 'failed' && !usage)) return 'null'
  const { inputTokens = 0, outputTokens = 0, cachedInputTokens = 0, reasoningTokens = 0 } = usage ?? {}
  return JSON.stringify({
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  })
}
