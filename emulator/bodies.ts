/** The body of a request, read under a cap. */
import { Refusal } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import { isFields } from './fields.ts'
import type { Fields } from './fields.ts'

const capBytes = 40 * 1024 * 1024
/** How much of a body that is too large is read, and thrown away, so that its sender hears the refusal. */
const patienceBytes = 10 * capBytes

/** The whole body; throws `Refusal` 413 when it is larger than 40 MiB. */
export async function readBody({ request }: Exchange): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > patienceBytes) break
    if (size <= capBytes) chunks.push(chunk)
    else chunks.length = 0
  }
  if (size <= capBytes) return Buffer.concat(chunks, size)
  const message = 'The request body is larger than 40 MiB.'
  throw new Refusal(413, { error: { code: 'request_too_large', message, param: null, type: 'invalid_request_error' } })
}

/** The fields of a form, or `undefined` when the body is of another kind. */
export async function readForm(exchange: Exchange): Promise<URLSearchParams | undefined> {
  const type = exchange.request.headers['content-type'] ?? ''
  const body = await readBody(exchange)
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)
  return isForm ? new URLSearchParams(body.toString('utf8')) : undefined
}

/** The body as a JSON object, or `undefined` when it is anything else. */
export async function readJsonObject(exchange: Exchange): Promise<Fields | undefined> {
  const text = (await readBody(exchange)).toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : undefined
  } catch {
    // The caller knows how its callers are told; all it needs is that there is no object.
    return undefined
  }
}
