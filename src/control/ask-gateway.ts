/** A question asked of a running gateway over HTTP, as any program would. */
import type { Call, HeaderMap, HttpClient } from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'
import { chatTextReader } from '../dialects/chat-completions/text-reader.ts'
import { chatBody, type Question } from './chat-body.ts'
import { eventQueue } from './event-queue.ts'

export interface GatewayAnswer {
  readonly model: string
  readonly attempts: string
}

/** Tells the text as it comes; rejects with an Error that holds the gateway's words. */
export async function* askGateway(
  question: Question,
  to: { readonly http: HttpClient; readonly url: string; readonly token: Secret; readonly signal: AbortSignal },
): AsyncGenerator<string, GatewayAnswer> {
  const texts = eventQueue<string>()
  const reader = chatTextReader((kind, text) => {
    if (kind === 'text') texts.push(text)
  })
  let status = 0
  let headers: HeaderMap = {}
  let errorText = ''
  let problem: string | undefined
  const call: Call = to.http.send(
    {
      method: 'POST',
      url: `${to.url}/v1/chat/completions`,
      headers: ['authorization', `Bearer ${to.token.reveal()}`, 'content-type', 'application/json'],
      body: chatBody(question),
      connectMs: 5_000,
      headMs: 60_000,
      idleMs: 60_000,
      totalMs: 300_000,
    },
    {
      head(answered, answeredHeaders) {
        status = answered
        headers = answeredHeaders
      },
      data(chunk) {
        if (status === 200) reader.feed(chunk)
        else errorText += Buffer.from(chunk).toString('utf8')
      },
      end: () => texts.end(),
      problem(met) {
        problem = String(met.message)
        texts.end()
      },
    },
  )
  const onAbort = (): void => call.abort()
  to.signal.addEventListener('abort', onAbort)
  if (to.signal.aborted) onAbort()
  try {
    yield* texts.all()
  } finally {
    to.signal.removeEventListener('abort', onAbort)
  }
  const failed = problem ?? reader.error() ?? (status === 200 ? undefined : `HTTP ${status}: ${errorText}`)
  if (failed !== undefined) throw new Error(failed)
  return { model: String(headers['x-openclaw-model'] ?? ''), attempts: String(headers['x-openclaw-attempts'] ?? '') }
}
