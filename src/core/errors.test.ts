import { describe, expect, it } from 'vitest'
import { COMMAND_LINE_ERRORS } from './command-line-errors.ts'
import { ERRORS } from './error-table.ts'
import { OpenClawError, type ErrorCode } from './errors.ts'
import { GATEWAY_ERRORS } from './gateway-errors.ts'
import { LOGIN_ERRORS } from './login-errors.ts'
import { MODEL_ERRORS } from './model-errors.ts'
import { PLUGIN_ERRORS } from './plugin-errors.ts'
import { REQUEST_ERRORS } from './request-errors.ts'
import { SETTINGS_ERRORS } from './settings-errors.ts'
import { SIGN_IN_ERRORS } from './sign-in-errors.ts'

const CODES = Object.keys(ERRORS) as ErrorCode[]

describe('an error', () => {
  it.each(CODES)('%s has words, a status and an exit code of the table', (code) => {
    const error = told(code)
    expect(error.message).not.toBe('')
    expect(`${error.headline} ${error.message} ${error.run}`).not.toMatch(/undefined\S|\S undefined \S|\[object|NaN/)
    expect(error.status).toBe(ERRORS[code].status)
    expect(error.status).toBeGreaterThanOrEqual(400)
    expect([1, 2, 4]).toContain(error.exit)
  })

  it('stands in one of the tables only, or one would hide the other', () => {
    const tables = [
      LOGIN_ERRORS,
      SIGN_IN_ERRORS,
      MODEL_ERRORS,
      REQUEST_ERRORS,
      SETTINGS_ERRORS,
      PLUGIN_ERRORS,
      GATEWAY_ERRORS,
      COMMAND_LINE_ERRORS,
    ]
    expect(tables.flatMap((table) => Object.keys(table)).toSorted()).toEqual(CODES.toSorted())
  })

  it('of which the upstream told the status has that one, and the time at which to ask again', () => {
    const retryAt = new Date('2026-07-22T08:00:00Z')
    const cause = new Error('below')
    const error = new OpenClawError('oauth-failed', { provider: 'p', detail: '' }, { status: 403, retryAt, cause })
    expect(error).toMatchObject({ status: 403, retryAt, cause, exit: 1 })
  })

  it('ends a command with 4 where a sign-in is needed, and only there', () => {
    expect(CODES.filter((code) => told(code).exit === 4)).toEqual(['token-refresh-failed', 'no-login', 'no-model-set'])
  })
})

describe("the guide's five troubles", () => {
  const provider = 'qwen-portal'
  const login = 'openclaw models auth login --provider qwen-portal'

  it.each([
    [
      new OpenClawError('provider-not-found', { provider }),
      'Provider "qwen-portal" not found',
      404,
      'openclaw plugins list',
    ],
    [new OpenClawError('oauth-failed', { provider, detail: '' }), 'OAuth authentication failed', 401, login],
    [new OpenClawError('token-refresh-failed', { provider, detail: '' }), 'Token refresh failed', 401, login],
    [new OpenClawError('model-not-found', { model: 'a/b' }), 'Model not found', 404, 'openclaw models list'],
    [
      new OpenClawError('rate-limit-exceeded', { provider, detail: '' }),
      'Rate limit exceeded',
      429,
      'openclaw models status',
    ],
  ])('begin with their line, their status and the command that mends them: %#', (error, headline, status, run) => {
    expect({ headline: error.headline, status: error.status, run: error.run }).toEqual({ headline, status, run })
  })

  it('tell a plugin that is off from one that a running gateway has not seen', () => {
    const params = { provider: 'qwen-portal', plugin: 'qwen-portal-auth' }
    const off = new OpenClawError('provider-not-found', params)
    const unseen = new OpenClawError('provider-not-found', { ...params, isEnabled: true })
    expect(off.run).toBe('openclaw plugins enable qwen-portal-auth')
    expect(unseen.run).toBe('openclaw gateway restart')
  })

  it('name the model that was meant', () => {
    const error = new OpenClawError('model-not-found', {
      model: 'qwen/coder-model',
      nearest: 'qwen-portal/coder-model',
    })
    expect(error.message).toBe('There is no model qwen/coder-model. Did you mean qwen-portal/coder-model?')
  })
})

const valueFor = (name: string): unknown => {
  if (name === 'words') return { en: '<words>' }
  return name === 'tried' || name === 'passed' ? ['<tried>'] : `<${name}>`
}

/** The error with every value given, each one by its own name. */
function told(code: ErrorCode): OpenClawError {
  const params = new Proxy({}, { get: (_, name) => valueFor(String(name)) })
  return new OpenClawError(code, params as never)
}

it('names the login that is to be made anew, where it has a name of its own', () => {
  const runOf = (profile: string) =>
    new OpenClawError('token-refresh-failed', { provider: 'p', detail: 'x', profile }).run
  expect(runOf('p:c2')).toBe('openclaw models auth login --provider p --profile-id c2')
  expect(runOf('p:default')).toBe('openclaw models auth login --provider p')
})
