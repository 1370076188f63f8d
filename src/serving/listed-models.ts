/** Which models a server on this machine has, asked with short deadlines: only while a person looks. */
import { fieldsOf, parsedJson } from '../dialects/fields.ts'
import { isLoopbackHost } from '../net/address.ts'
import { collect } from '../net/collect.ts'
import { headersOf, type KeyCheckMeans, type KeyedAddress } from './check-key.ts'

export type Listing =
  | { readonly kind: 'models'; readonly models: readonly string[] }
  | { readonly kind: 'wants-key' }
  /** Nobody answers there, or not as a server of models does: with this status. */
  | { readonly kind: 'silent'; readonly status?: number }

/** This machine answers at once or not at all; a server elsewhere that the person named may be a little farther. */
const NEAR = { connectMs: 250, headMs: 750, idleMs: 250, totalMs: 1_500 } as const
const FAR = { connectMs: 1_500, headMs: 2_500, idleMs: 1_000, totalMs: 5_000 } as const
const LONGEST_BYTES = 1_024 * 1_024
const MOST_MODELS = 500

/** Never rejects. */
export async function listedModels(
  address: KeyedAddress,
  { http, userAgent, signal }: Omit<KeyCheckMeans, 'clock'>,
): Promise<Listing> {
  const url = `${address.baseUrl}/models`
  const deadlines = isLoopbackHost(URL.parse(url)?.hostname ?? '') ? NEAR : FAR
  const answer = await collect(
    http,
    {
      method: 'GET',
      url,
      headers: headersOf(address, userAgent),
      ...deadlines,
      ...(address.proxy && { proxy: address.proxy }),
    },
    { maxBytes: LONGEST_BYTES, signal },
  )
  if ('problem' in answer) return { kind: 'silent' }
  if (answer.status === 401 || answer.status === 403) return { kind: 'wants-key' }
  const fields = answer.status === 200 ? fieldsOf(parsedJson(answer.body.toString('utf8'))) : undefined
  if (fields?.object !== 'list') return { kind: 'silent', status: answer.status }
  // A server without a single model may say null.
  const data: readonly unknown[] = Array.isArray(fields.data) ? fields.data : []
  const ids = data.flatMap((item) => {
    const id = fieldsOf(item)?.id
    // It goes to a terminal and into settings.
    return typeof id === 'string' && /^[^\s\p{C}]{1,200}$/u.test(id) ? [id] : []
  })
  return { kind: 'models', models: ids.slice(0, MOST_MODELS) }
}
