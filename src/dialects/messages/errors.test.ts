import * as sdk from '@anthropic-ai/sdk'
import { expect, it } from 'vitest'
import { errorBody, errorFrame } from './errors.ts'
import { clientGetting, MESSAGES } from './writer.fixture.ts'

const reply = { message: 'It does not exist.', code: 'model_not_found', requestId: 'r1' }

// platform.claude.com/docs/en/api/errors (2026-11).
it.each([
  [400, 'invalid_request_error', sdk.BadRequestError],
  [401, 'authentication_error', sdk.AuthenticationError],
  [402, 'billing_error', sdk.APIError],
  [403, 'permission_error', sdk.PermissionDeniedError],
  [404, 'not_found_error', sdk.NotFoundError],
  [405, 'invalid_request_error', sdk.APIError],
  [413, 'request_too_large', sdk.APIError],
  [429, 'rate_limit_error', sdk.RateLimitError],
  [500, 'api_error', sdk.InternalServerError],
  [502, 'api_error', sdk.InternalServerError],
  [503, 'overloaded_error', sdk.InternalServerError],
  [504, 'timeout_error', sdk.InternalServerError],
  [529, 'overloaded_error', sdk.InternalServerError],
])('is %i to the official SDK, a %s of its own class', async (status, type, raised) => {
  const client = clientGetting(errorBody({ ...reply, status }), status)
  const asked = client.messages.create({ model: 'm', max_tokens: 1, messages: MESSAGES })
  await expect(asked).rejects.toBeInstanceOf(raised)
  await expect(asked).rejects.toMatchObject({
    status,
    type,
    requestID: 'r1',
    apiMessage: 'It does not exist.',
    errorCode: 'model_not_found',
  })
})

it('says in the words by which programs know it that the conversation is too long', () => {
  const body = errorBody({ status: 400, code: 'context_length_exceeded', message: 'Too many.' })
  expect(JSON.parse(body)).toMatchObject({ type: 'error', error: { message: 'prompt is too long: Too many.' } })
})

it('is one event, whatever the message holds', () => {
  const frame = errorFrame({ ...reply, status: 502, message: 'a\n\nevent: message_stop\r\n' })
  expect(frame.match(/[\r\n]+/g)).toEqual(['\n', '\n\n'])
  expect(frame.startsWith('event: error\ndata: {"type":"error"')).toBe(true)
})
