/** The OAuth endpoints of chat.qwen.ai: device code, token, refresh. */
import { readForm } from './bodies.ts'
import { poll } from './devices.ts'
import type { PollResult } from './devices.ts'
import type { Emulator } from './emulator.ts'
import { Refusal } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import type { Lifetime } from './logins.ts'
import { sendJson } from './replies.ts'

/** The public client id that Qwen published for its own CLI; it comes without a secret. */
const clientId = 'f0304373b74a44d2b584a3fb70ca9e56'
const knownScopes = ['openid', 'profile', 'email', 'model.completion']
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
/** Seconds demanded between two polls when the device answer tells no interval. */
const silentInterval = 2

export async function answerDeviceCode(exchange: Exchange, emulator: Emulator): Promise<void> {
  const form = await formOf(exchange)
  if (form.get('client_id') !== clientId) throw unknownClient()
  const codeChallenge = form.get('code_challenge') ?? ''
  if (!/^[\w-]{43}$/.test(codeChallenge) || form.get('code_challenge_method') !== 'S256') {
    throw oauthError('invalid_request', 'code_challenge with code_challenge_method S256 is required')
  }
  const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
  if (scopes.some((scope) => !knownScopes.includes(scope))) throw oauthError('invalid_scope', 'Unknown scope')

  const { settings, url } = emulator
  const { interval, expiresIn } = settings
  const device = emulator.devices.start({
    codeChallenge,
    scope: (scopes.length > 0 ? scopes : knownScopes).join(' '),
    expiresAtMs: emulator.clock.now() + expiresIn * 1_000,
    intervalMs: (interval ?? silentInterval) * 1_000,
  })
  emulator.counters.add('devices')
  sendJson(exchange, 200, {
    device_code: device.deviceCode,
    user_code: device.userCode,
    verification_uri: `${url}/authorize`,
    verification_uri_complete: `${url}/authorize?user_code=${device.userCode}&client=qwen-code`,
    expires_in: expiresIn,
    ...(interval === undefined ? {} : { interval }),
  })
}

export async function answerToken(exchange: Exchange, emulator: Emulator): Promise<void> {
  const form = await formOf(exchange)
  const grant = form.get('grant_type')
  if (grant === deviceGrant) return answerPoll(exchange, emulator, form)
  if (grant === 'refresh_token') return answerRefresh(exchange, emulator, form)
  throw oauthError('unsupported_grant_type', 'Known grants: device_code, refresh_token')
}

function answerPoll(exchange: Exchange, emulator: Emulator, form: URLSearchParams): void {
  if (form.get('client_id') !== clientId) throw unknownClient()
  const device = emulator.devices.byDeviceCode(form.get('device_code') ?? '')
  const result: PollResult =
    device === undefined
      ? { kind: 'no-such-grant' }
      : poll(device, form.get('code_verifier') ?? '', emulator.clock.now())
  if (device === undefined || result.kind !== 'approved') return answerUnapproved(exchange, emulator, result)

  const lifetime = lifetimeOf(emulator)
  const pair = emulator.logins.open(result.account, lifetime)
  emulator.counters.add('logins')
  sendJson(exchange, 200, {
    access_token: pair.accessToken,
    refresh_token: pair.refreshToken,
    token_type: 'Bearer',
    expires_in: lifetime.accessTokenSeconds,
    scope: device.scope,
    resource_url: emulator.url,
  })
}

function answerUnapproved(exchange: Exchange, { settings }: Emulator, result: PollResult): void {
  switch (result.kind) {
    case 'too-fast':
      throw oauthError('slow_down', 'The client is polling too frequently', settings.slowDownStatus)
    case 'denied':
      throw oauthError('access_denied', 'User denied access')
    case 'expired':
      throw oauthError('expired_token', 'Device code expired')
    case 'pending':
      if (settings.pendingStyle === '200') return sendJson(exchange, 200, { status: 'pending' })
      throw oauthError('authorization_pending', 'The authorization request is still pending')
    default:
      throw oauthError('invalid_grant', 'Invalid device code or code verifier')
  }
}

function answerRefresh(exchange: Exchange, emulator: Emulator, form: URLSearchParams): void {
  const lifetime = lifetimeOf(emulator)
  const isKnownClient = form.get('client_id') === clientId
  const result = isKnownClient
    ? emulator.logins.refresh(form.get('refresh_token') ?? '', lifetime)
    : ({ kind: 'unknown' } as const)
  if (result.kind === 'reused') emulator.counters.add('reuseDetected')
  // The real server says invalid_request here, where RFC 6749 has invalid_grant.
  if (result.kind !== 'refreshed') throw oauthError('invalid_request', 'Invalid refresh token or client_id')
  emulator.counters.add('refreshes')
  sendJson(exchange, 200, {
    access_token: result.pair.accessToken,
    token_type: 'Bearer',
    expires_in: lifetime.accessTokenSeconds,
    refresh_token: result.pair.refreshToken,
    resource_url: emulator.url,
  })
}

async function formOf(exchange: Exchange): Promise<URLSearchParams> {
  const form = await readForm(exchange)
  if (form === undefined) throw oauthError('invalid_request', 'The body must be application/x-www-form-urlencoded')
  return form
}

function lifetimeOf({ clock, settings }: Emulator): Lifetime {
  return { nowMs: clock.now(), accessTokenSeconds: settings.accessTokenSeconds }
}

function unknownClient(): Refusal {
  return oauthError('invalid_client', 'Client authentication failed', 401)
}

function oauthError(error: string, description: string, status = 400): Refusal {
  return new Refusal(status, { error, error_description: description })
}
