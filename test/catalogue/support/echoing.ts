/** Servers that say back to whoever asks all that was sent to them: a careless gateway would pass it on. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { ended, listening } from './real-gateway.ts'

export interface Echoing {
  readonly url: string
  end(): Promise<void>
}

/** What a server does with a request for the model of this name; the text is what it says back. */
type Way = (said: string, response: ServerResponse) => void

const json =
  (status: number, value: unknown, headers = {}): Way =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
const error =
  (status: number, fields: (said: string) => object): Way =>
  (said, response) =>
    json(status, { error: fields(said) }, { 'x-echo': said.replace(/[^\x21-\x7e]/g, '?') })(said, response)
const sse =
  (...events: readonly ((said: string) => string)[]): Way =>
  (said, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of events) response.write(event(said))
    response.end()
  }
const delta = (content: string, more: object = {}): string =>
  `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }], ...more })}\n\n`
const finish = (): string =>
  'data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
const whole = (content: string, more: object = {}): object => ({
  object: 'chat.completion',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  ...more,
})

/** By model: errors of every kind, plain and in a stream, before and after its beginning, and answers that are good. */
export const WAYS: Readonly<Record<string, Way>> = {
  'message-401': error(401, (said) => ({ message: `Incorrect API key provided: ${said}. Find it in your account.` })),
  'message-400': error(400, (said) => ({ message: `I met ${said} and cannot go on`, type: said, param: said })),
  'message-404': error(404, (said) => ({ message: `no such model for ${said}`, code: said })),
  'message-429': error(429, (said) => ({ message: `Rate limit reached for ${said} on requests per min`, code: said })),
  'message-500': error(500, (said) => ({ message: said })),
  'message-403': error(403, (said) => ({ message: { deep: [said] }, code: 'access_denied' })),
  'details-422': error(422, (said) => ({ message: 'no', headers: { authorization: said }, request: said })),
  'text-502': (said, response) =>
    void response.writeHead(502, { 'content-type': 'text/plain' }).end(`upstream: ${said}`),
  'page-403': (said, response) =>
    void response
      .writeHead(403, { 'content-type': 'text/html' })
      .end(`<html><title>${said}</title><p>${said}</p></html>`),
  'long-400': error(400, (said) => ({ message: `${'x '.repeat(140)}${said}` })),
  'cut-400': error(400, (said) => ({ message: `${'y'.repeat(280)} ${said}` })),
  'error-in-200': (said, response) => json(200, { error: { message: said, code: said } })(said, response),
  'stream-error': sse((said) => `data: ${JSON.stringify({ error: { message: said } })}\n\n`),
  'stream-error-late': sse(
    () => delta('a beginning'),
    (said) => `event: error\ndata: ${JSON.stringify({ error: { message: `broken by ${said}` } })}\n\n`,
  ),
  'stream-not-json': sse(
    () => delta('a beginning'),
    (said) => `data: ${said}\n\n`,
  ),
  'stream-comment': sse(
    (said) => `: you are ${said}\n\n`,
    () => delta('fine'),
    finish,
  ),
  'stream-field': sse((said) => delta('fine', { debug: { authorization: said } }), finish),
  'stream-words': sse((said) => delta(`you said ${said}`), finish),
  'whole-field': (said, response) => json(200, whole('fine', { debug: [said] }))(said, response),
  'whole-words': (said, response) => json(200, whole(`you said ${said}`))(said, response),
}

/** Says the headers back, and the whole body where `saysBody`. */
export async function echoingUpstream(saysBody = false): Promise<Echoing> {
  return served((request, body, response) => {
    const { model } = JSON.parse(body || '{}') as { readonly model?: string }
    const said = saysBody ? body : (request.headers.authorization ?? 'nothing')
    const way = WAYS[model ?? '']
    if (way) way(said, response)
    else json(404, { error: { message: `no ${model}` } })(said, response)
  })
}

export interface EchoingPortal extends Echoing {
  /** What clients showed: code verifiers, and what else they sent. */
  readonly shown: Record<string, string>
}

/**
 * A login server whose device codes and tokens are the given ones. A first poll is put off and a refresh refused, each
 * with all that was sent.
 */
export async function echoingPortal(codes: {
  readonly deviceCode: string
  readonly accessToken: string
  readonly refreshToken: string
}): Promise<EchoingPortal> {
  const shown: Record<string, string> = {}
  let polls = 0
  const served_ = await served((request, body, response) => {
    const form = new URLSearchParams(body)
    if (request.url?.endsWith('/device/code')) {
      const verification_uri = `http://${request.headers.host}/approve`
      const { deviceCode: device_code } = codes
      return json(200, { device_code, user_code: 'ABCD-EFGH', verification_uri, expires_in: 600, interval: 1 })(
        '',
        response,
      )
    }
    if (form.get('grant_type') === 'refresh_token') {
      const said = `you sent ${body} with ${form.get('refresh_token')}`
      return json(400, { error: 'invalid_request', error_description: said })('', response)
    }
    shown['codeVerifier'] = form.get('code_verifier') ?? ''
    polls += 1
    if (polls === 1) {
      const said = `${form.get('device_code')} ${form.get('code_verifier')} ${body}`
      return json(503, { error: `busy ${said}`, error_description: said })('', response)
    }
    const { accessToken: access_token, refreshToken: refresh_token } = codes
    json(200, { access_token, refresh_token, token_type: 'Bearer', expires_in: 3_600 })('', response)
  })
  return { ...served_, shown }
}

/** A proxy that takes nobody and says why. */
export async function echoingProxy(): Promise<Echoing> {
  const server = createServer()
  server.on('connect', (request: IncomingMessage, socket) => {
    const said = request.headers['proxy-authorization'] ?? 'nothing'
    socket.end(`HTTP/1.1 502 ${said}\r\nx-echo: ${said}\r\n\r\n${said}`)
    socket.on('error', () => undefined)
  })
  return { url: await listening(server), end: () => ended(server) }
}

async function served(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
): Promise<Echoing> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => answer(request, Buffer.concat(pieces).toString(), response))
  })
  return { url: await listening(server), end: () => ended(server) }
}
