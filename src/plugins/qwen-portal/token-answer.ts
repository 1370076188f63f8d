/** Qwen's token endpoint put into RFC 8628's and RFC 6749's shape. */
import type { TokenAnswer } from '../../sdk/index.ts'

/**
 * Its oddities: a pending login as 200 `{"status":"pending"}`, errors inside a 200 and in capitals, no `token_type`,
 * `slow_down` as 429, and null tokens.
 */
export function readTokenAnswer(answer: TokenAnswer): TokenAnswer {
  const { body } = answer
  if (answer.status === 200 && body['status'] === 'pending') {
    return { status: 400, body: { error: 'authorization_pending' } }
  }
  if (typeof body['error'] === 'string' && body['error'] !== '') {
    const error = body['error'].toLowerCase()
    return { status: answer.status === 200 || error === 'slow_down' ? 400 : answer.status, body: { ...body, error } }
  }
  if (answer.status !== 200) return answer
  const present = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== ''))
  return { status: 200, body: { token_type: 'Bearer', ...present } }
}

/**
 * Where this login's requests go, as a base URL. The answer names a host, or an address with or without `/v1`; older
 * answers called the field `endpoint`.
 */
export function resourceUrl(body: Readonly<Record<string, unknown>>): string | undefined {
  const address = [body['resource_url'], body['endpoint']].map(bare).find((text) => text !== '')
  if (address === undefined) return undefined
  const whole = /^https?:\/\//i.test(address) ? address : `https://${address}`
  return whole.endsWith('/v1') ? whole : `${whole}/v1`
}

function bare(value: unknown): string {
  return typeof value === 'string' ? value.trim().replace(/\/+$/, '') : ''
}
