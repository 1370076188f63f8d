/** The three calls of a device login (RFC 8628, RFC 6749 6) by oauth4webapi, over our own HTTP client. */
import * as oauth from 'oauth4webapi'
import type { Clock, HttpClient, Random } from '../core/ports.ts'
import type { DeviceLogin } from '../core/provider.ts'
import { checkUpstreamUrl } from '../net/address.ts'
import { fetchOverClient } from '../net/fetch-over-client.ts'
import { grantFrom, problemFrom, type TokenGrant, type TokenProblem } from './tokens.ts'

/** Below the 10 s after which other programs take a lock for abandoned. */
const DEADLINE_MS = 8_000

export interface DeviceAuthorization {
  readonly deviceCode: string
  readonly userCode: string
  readonly verificationUri: string
  readonly verificationUriComplete?: string
  readonly expiresInS: number
  /** Undefined = the server named none. */
  readonly intervalS?: number
  readonly codeVerifier: string
}

export type Granted<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly problem: TokenProblem }

export interface OAuthClient {
  authorizeDevice(): Promise<Granted<DeviceAuthorization>>
  redeemDeviceCode(authorization: DeviceAuthorization): Promise<Granted<TokenGrant>>
  refresh(refreshToken: string): Promise<Granted<TokenGrant>>
}

export interface OAuthMeans {
  /** Loaded with the first call: most commands make none. */
  readonly http: () => Promise<HttpClient>
  readonly clock: Clock
  readonly random: Random
  /** Names us, and nobody else. */
  readonly userAgent: string
}

export function oauthClient(login: DeviceLogin, { http, clock, random, userAgent }: OAuthMeans): OAuthClient {
  const server: oauth.AuthorizationServer = {
    issuer: login.baseUrl,
    device_authorization_endpoint: login.baseUrl + login.deviceAuthorizationPath,
    token_endpoint: login.baseUrl + login.tokenPath,
  }
  const client: oauth.Client = { client_id: login.clientId }
  const fetchIt: ReturnType<typeof fetchOverClient> = async (url, init) =>
    fetchOverClient(await http(), { connectMs: 5_000, headMs: DEADLINE_MS, idleMs: DEADLINE_MS })(url, init)
  const options = {
    // Plain http is let through by the address rules on loopback only.
    [oauth.allowInsecureRequests]: checkUpstreamUrl(login.baseUrl).kind === 'ok',
    [oauth.customFetch]: fetchIt,
    headers: { 'user-agent': userAgent },
  }
  const none = oauth.None()

  /** Any answer as JSON with its status, put right by the provider; a body that is no JSON stays undefined. */
  const read = async (response: Response): Promise<{ status: number; body: unknown }> => {
    const text = await response.text()
    let body: unknown
    try {
      body = JSON.parse(text)
    } catch {
      return { status: response.status, body: undefined }
    }
    if (typeof body !== 'object' || body === null) return { status: response.status, body: undefined }
    const answer = { status: response.status, body: body as Record<string, unknown> }
    return login.readTokenAnswer?.(answer) ?? answer
  }

  const grant = async (request: Promise<Response>): Promise<Granted<TokenGrant>> => {
    const { status, body } = await read(await request)
    if (status !== 200 || typeof body !== 'object' || body === null)
      return { kind: 'failed', problem: problemFrom(status, body) }
    const value = grantFrom(login, body as Record<string, unknown>, clock.now())
    if (!value) {
      return { kind: 'failed', problem: { kind: 'passing', status, evidence: 'the answer holds no access token' } }
    }
    return { kind: 'ok', value }
  }

  return {
    async authorizeDevice() {
      const codeVerifier = oauth.generateRandomCodeVerifier()
      const parameters = new URLSearchParams({
        scope: login.scope,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      })
      return caught(async () => {
        const response = await oauth.deviceAuthorizationRequest(server, client, none, parameters, {
          ...options,
          headers: { ...options.headers, 'x-request-id': random.uuid() },
        })
        const { status, body } = await read(response)
        if (status !== 200 || typeof body !== 'object' || body === null)
          return { kind: 'failed', problem: problemFrom(status, body) }
        const standard = new Response(JSON.stringify(body), {
          status: 200,
          headers: { 'content-type': 'application/json' },
        })
        const answer = await oauth.processDeviceAuthorizationResponse(server, client, standard)
        return {
          kind: 'ok',
          value: {
            deviceCode: answer.device_code,
            userCode: answer.user_code,
            verificationUri: answer.verification_uri,
            ...(answer.verification_uri_complete && { verificationUriComplete: answer.verification_uri_complete }),
            expiresInS: answer.expires_in,
            ...(answer.interval !== undefined && { intervalS: answer.interval }),
            codeVerifier,
          },
        }
      })
    },

    redeemDeviceCode: (authorization) =>
      caught(() =>
        grant(
          oauth.deviceCodeGrantRequest(server, client, none, authorization.deviceCode, {
            ...options,
            additionalParameters: { code_verifier: authorization.codeVerifier },
          }),
        ),
      ),

    refresh: (refreshToken) =>
      caught(() => grant(oauth.refreshTokenGrantRequest(server, client, none, refreshToken, options))),
  }
}

/** A network that fails, or an answer that is not what the standard says, is a problem to be told; nothing else is caught. */
async function caught<T>(work: () => Promise<Granted<T>>): Promise<Granted<T>> {
  try {
    return await work()
  } catch (error) {
    const evidence = error instanceof Error ? error.message : String(error)
    return { kind: 'failed', problem: { kind: 'passing', evidence } }
  }
}
