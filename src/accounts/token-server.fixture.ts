/** A login server whose token endpoint answers what a test says, byte for byte. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export interface TokenServer {
  readonly url: string
  /** When each request came, by the clock of the test, and the refresh token in it. */
  readonly asked: readonly { readonly atMs: number; readonly refreshToken: string | null }[]
  /** What it answers from now on; `drop` = the connection breaks before a byte of an answer. */
  says(answer: Answer | 'drop'): void
  /** It plays both hosts of a house; there is no clock to move. */
  control(): Promise<void>
}

/** A fresh pair; `more` lies over it. */
export function pair(name: string, more: Readonly<Record<string, unknown>> = {}): Answer {
  const fields = { access_token: `at-${name}`, refresh_token: `rt-${name}`, token_type: 'Bearer', expires_in: 21_600 }
  return json(200, { ...fields, ...more })
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

export async function tokenServer(nowMs: () => number): Promise<TokenServer> {
  const asked: { atMs: number; refreshToken: string | null }[] = []
  let answer: Answer | 'drop' = json(503, {})
  const server = createServer((request, response) => {
    let form = ''
    request.on('data', (piece: Buffer) => (form += piece.toString('latin1')))
    request.on('end', () => {
      if (request.url?.endsWith('/device/code')) return void response.end(codeAt(request.headers.host ?? ''))
      asked.push({ atMs: nowMs(), refreshToken: new URLSearchParams(form).get('refresh_token') })
      if (answer === 'drop') return void request.socket.destroy()
      const { status = 200, headers = {}, body = '' } = answer
      // The caller hangs up on what is too long.
      response.on('error', () => undefined)
      response.writeHead(status, headers).end(body)
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    says: (next) => void (answer = next),
    control: () => Promise.resolve(),
  }
}

function codeAt(host: string): string {
  const device = { device_code: 'device', user_code: 'ABCDEFGH', expires_in: 900 }
  return JSON.stringify({ ...device, verification_uri: `http://${host}/authorize` })
}
