/** The calls of a device login (RFC 8628, RFC 6749 6, RFC 7009) by oauth4webapi, over our own HTTP client. */
import * as oauth from 'oauth4webapi'
import { phrase } from '../core/phrase.ts'
import type { ProxyRule } from '../core/network.ts'
import type { Clock, HttpClient, Random } from '../core/ports.ts'
import type { DeviceLogin } from '../core/provider.ts'
import { reasonOf } from '../core/said-error.ts'
import { Secret } from '../core/secret.ts'
import { struckText } from '../core/struck.ts'
import { evidenceFrom } from '../dialects/evidence.ts'
import { retryAtFrom } from '../dialects/come-back.ts'
import { checkUpstreamUrl } from '../net/address.ts'
import { fetchOverClient } from '../net/fetch-over-client.ts'
import { answeredFor } from './answered-for.ts'
import { grantFrom, problemFrom, secondsIn, type TokenGrant, type TokenProblem } from './tokens.ts'

/** Below the 10 s after which other programs take a lock for abandoned. */
const DEADLINE_MS = 8_000
const DEADLINES = { connectMs: 5_000, headMs: DEADLINE_MS, idleMs: DEADLINE_MS, totalMs: DEADLINE_MS } as const
/** No code is waited for longer. */
const LONGEST_CODE_S = 86_400

export interface DeviceAuthorization {
  readonly deviceCode: Secret
  readonly userCode: string
  readonly verificationUri: string
  readonly verificationUriComplete?: string
  readonly expiresInS: number
  /** Undefined = the server named none. */
  readonly intervalS?: number
  readonly codeVerifier: Secret
}

export type Granted<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly problem: TokenProblem }

/** Never rejects. A call that its signal ends is a problem like any other that passes. */
export interface OAuthClient {
  authorizeDevice(signal?: AbortSignal): Promise<Granted<DeviceAuthorization>>
  redeemDeviceCode(authorization: DeviceAuthorization, signal?: AbortSignal): Promise<Granted<TokenGrant>>
  refresh(refreshToken: Secret): Promise<Granted<TokenGrant>>
  /** Of a login whose server has a place for it; a token that is not good any more counts as revoked. */
  revoke(token: Secret, kind: 'refresh_token' | 'access_token'): Promise<Granted<void>>
}

export interface OAuthMeans {
  /** Loaded with the first call: most commands make none. */
  readonly http: () => Promise<HttpClient>
  readonly clock: Clock
  readonly random: Random
  /** Names us, and nobody else. */
  readonly userAgent: string
  /** The provider's own, toward its login server too. */
  readonly proxy?: ProxyRule | undefined
}

/** An answer put right by the provider; a body that is no JSON object stays undefined. */
interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> | undefined
  readonly retryAfterMs?: number
}

export function oauthClient(login: DeviceLogin, { http, clock, random, userAgent, proxy }: OAuthMeans): OAuthClient {
  const server: oauth.AuthorizationServer = {
    issuer: login.baseUrl,
    device_authorization_endpoint: login.baseUrl + login.deviceAuthorizationPath,
    token_endpoint: login.baseUrl + login.tokenPath,
    ...(login.revocationPath && { revocation_endpoint: login.baseUrl + login.revocationPath }),
  }
  const client: oauth.Client = { client_id: login.clientId }
  const fetchIt: ReturnType<typeof fetchOverClient> = async (url, init) =>
    fetchOverClient(await http(), { ...DEADLINES, ...(proxy && { proxy }) })(url, init)
  const optionsFor = (signal?: AbortSignal) => ({
    // Plain http is let through by the address rules on loopback only.
    [oauth.allowInsecureRequests]: checkUpstreamUrl(login.baseUrl).kind === 'ok',
    [oauth.customFetch]: fetchIt,
    headers: { 'user-agent': userAgent },
    ...(signal && { signal }),
  })
  const none = oauth.None()

  const read = async (response: Response): Promise<Answer> => {
    const { status } = response
    // A date in Retry-After is one of the server's clock; ours may be another's.
    const now = timeIn(response.headers.get('date')) ?? clock.now()
    const retryAt = retryAtFrom(response.headers.get('retry-after') ?? undefined, now, 'overload')
    const told = retryAt && { retryAfterMs: retryAt.getTime() - now.getTime() }
    const text = await response.text()
    // A refusal without a word is one all the same; a page is no answer of this server's.
    const body = text.trim() === '' && status >= 400 ? {} : jsonObject(text)
    return { ...(body && login.readTokenAnswer ? login.readTokenAnswer({ status, body }) : { status, body }), ...told }
  }

  /** `sent` = what the request proved itself with: a server may say it back to us. */
  const grant = async (request: Promise<Response>, sent: readonly Secret[]): Promise<Granted<TokenGrant>> => {
    const answer = await read(await request)
    if (answer.status !== 200 || !answer.body) return failed(answer, sent)
    const value = grantFrom(login, answer.body, clock.now())
    const whom = value && answeredFor(answer.body)
    if (value) return { kind: 'ok', value: { ...value, ...(whom && { answeredFor: whom }) } }
    // Errors have been met inside a success; where the provider's own reading left one there, its words are told.
    if (typeof answer.body['error'] === 'string') return failed(answer, sent)
    return {
      kind: 'failed',
      problem: { kind: 'no-token', status: answer.status, evidence: phrase('token-answer-without-token') },
    }
  }

  return {
    async authorizeDevice(signal) {
      const codeVerifier = new Secret(oauth.generateRandomCodeVerifier())
      const parameters = new URLSearchParams({
        scope: login.scope,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier.reveal()),
        code_challenge_method: 'S256',
      })
      const options = optionsFor(signal)
      return caught(async () => {
        const answer = await read(
          await oauth.deviceAuthorizationRequest(server, client, none, parameters, {
            ...options,
            headers: { ...options.headers, 'x-request-id': random.uuid() },
          }),
        )
        if (answer.status !== 200 || !answer.body || typeof answer.body['error'] === 'string') {
          return failed(answer, [codeVerifier])
        }
        const { interval, ...standard } = answer.body
        const read200 = new Response(JSON.stringify(standard), { headers: { 'content-type': 'application/json' } })
        const device = await oauth.processDeviceAuthorizationResponse(server, client, read200)
        // The library refuses 0 and strings, which servers do send.
        const intervalS = secondsIn(interval)
        return {
          kind: 'ok',
          value: {
            deviceCode: new Secret(device.device_code),
            userCode: device.user_code,
            verificationUri: device.verification_uri,
            ...(device.verification_uri_complete && { verificationUriComplete: device.verification_uri_complete }),
            expiresInS: Math.min(device.expires_in, LONGEST_CODE_S),
            ...(intervalS !== undefined && { intervalS }),
            codeVerifier,
          },
        }
      })
    },

    redeemDeviceCode: ({ deviceCode, codeVerifier }, signal) =>
      caught(() =>
        grant(
          oauth.deviceCodeGrantRequest(server, client, none, deviceCode.reveal(), {
            ...optionsFor(signal),
            additionalParameters: { code_verifier: codeVerifier.reveal() },
          }),
          [deviceCode, codeVerifier],
        ),
      ),

    refresh: (refreshToken) =>
      caught(() =>
        grant(oauth.refreshTokenGrantRequest(server, client, none, refreshToken.reveal(), optionsFor()), [
          refreshToken,
        ]),
      ),

    revoke: (token, kind) =>
      caught(async () => {
        const additionalParameters = { token_type_hint: kind }
        const answer = await read(
          await oauth.revocationRequest(server, client, none, token.reveal(), {
            ...optionsFor(),
            additionalParameters,
          }),
        )
        return answer.status === 200 ? { kind: 'ok', value: undefined } : failed(answer, [token])
      }),
  }
}

/** A server may say back to us what was sent to it. */
function failed(
  { status, body, retryAfterMs }: Answer,
  sent: readonly Secret[] = [],
): { readonly kind: 'failed'; readonly problem: TokenProblem } {
  const problem = problemFrom(status, body, (text) => sent.reduce(struckText, text))
  return { kind: 'failed', problem: { ...problem, ...(retryAfterMs && { retryAfterMs }) } }
}

function timeIn(date: string | null): Date | undefined {
  const time = new Date(date ?? Number.NaN)
  return Number.isNaN(time.getTime()) ? undefined : time
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    // A page or a plain text: whoever asked says so.
    return undefined
  }
}

/** A network that fails, or an answer that is not what the standard says, is a problem to be told. */
async function caught<T>(work: () => Promise<Granted<T>>): Promise<Granted<T>> {
  try {
    return await work()
  } catch (error) {
    const evidence = evidenceFrom(reasonOf(error))
    return { kind: 'failed', problem: { kind: 'passing', evidence } }
  }
}
