/** What the tests of this folder need to talk to an emulator: requests, a login, the events of a stream. */
import { createHash, randomBytes } from 'node:crypto'
import { startEmulator } from './server.ts'
import type { EmulatorOptions } from './server.ts'
import type { stateReport } from './state-report.ts'

export interface Heard {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; `undefined` when it is none. */
  readonly json: unknown
}

export const clientId = 'f0304373b74a44d2b584a3fb70ca9e56'
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

export interface StartedDevice {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
  readonly interval?: number
  readonly verifier: string
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

export type TestClient = Awaited<ReturnType<typeof startWithClient>>

export async function startWithClient(options: EmulatorOptions = {}) {
  const emulator = await startEmulator(options)
  const { url } = emulator

  const send = async (path: string, init: RequestInit = {}): Promise<Heard> => {
    const response = await fetch(url + path, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parsed(text) }
  }
  const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    send(path, { method: 'POST', body: new URLSearchParams(fields), headers })
  const control = (act: string, order: unknown = {}) =>
    send(`/__emulator/${act}`, { method: 'POST', body: JSON.stringify(order) })
  const state = async (): Promise<State> => {
    const value: State = JSON.parse((await send('/__emulator/state')).text)
    return value
  }

  const startDevice = async (): Promise<StartedDevice> => {
    const verifier = randomBytes(32).toString('base64url')
    const heard = await form('/api/v1/oauth2/device/code', {
      client_id: clientId,
      scope: 'openid profile email model.completion',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    const answer: Omit<StartedDevice, 'verifier'> = JSON.parse(heard.text)
    return { ...answer, verifier }
  }
  const poll = (device: StartedDevice, changes: Record<string, string> = {}) =>
    form('/api/v1/oauth2/token', {
      grant_type: deviceGrant,
      client_id: clientId,
      device_code: device.device_code,
      code_verifier: device.verifier,
      ...changes,
    })
  const login = async (account = 'you@example.com'): Promise<Tokens> => {
    const device = await startDevice()
    await control('approve', { user_code: device.user_code, account })
    return tokensIn(await poll(device))
  }
  const refresh = (refreshToken: string) =>
    form('/api/v1/oauth2/token', { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId })
  const chat = (token: string, body: unknown, { path = '/v1/chat/completions', ...init }: ChatInit = {}) =>
    send(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...init,
    })
  return { ...emulator, send, form, control, state, startDevice, poll, login, refresh, chat }
}

type State = ReturnType<typeof stateReport>
type ChatInit = RequestInit & { readonly path?: string }

export function tokensIn(heard: Heard): Tokens {
  const tokens: Tokens = JSON.parse(heard.text)
  return tokens
}

export function question(text: string, more: object = {}): object {
  return { model: 'coder-model', messages: [{ role: 'user', content: text }], ...more }
}

export interface Chunk {
  readonly choices: readonly {
    readonly delta: {
      readonly role?: string
      readonly content?: string | null
      readonly reasoning_content?: string | null
      readonly tool_calls?: readonly ToolCallDelta[]
    }
    readonly finish_reason: string | null
  }[]
  readonly usage: unknown
  readonly model: string
}

interface ToolCallDelta {
  readonly id: string
  readonly function: { readonly name: string | null; readonly arguments: string }
}

/** The chunks of a stream, without its `[DONE]`. */
export function chunksIn(text: string): readonly Chunk[] {
  return text
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => {
      const chunk: Chunk = JSON.parse(event.slice('data: '.length))
      return chunk
    })
}

export function contentIn(text: string): string {
  return chunksIn(text)
    .map(({ choices }) => choices[0]?.delta.content ?? '')
    .join('')
}

/** Asks again, a few milliseconds apart, until the answer is the one that is waited for. */
export async function eventually<Value>(ask: () => Promise<Value>, isRight: (value: Value) => boolean): Promise<Value> {
  const deadline = Date.now() + 5_000
  let value = await ask()
  while (!isRight(value) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    value = await ask()
  }
  return value
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The test that wanted JSON will say so.
    return undefined
  }
}
