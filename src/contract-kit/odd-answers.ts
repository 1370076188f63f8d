/** Answers as servers, proxies and firewalls really give them, and some that none should. */
import type { FailedAnswer } from '../core/provider.ts'

/** Stands in for a person's key that a server says back. */
export const SECRET = 'sk-contract-Kit0Secret1Key2Value3'

const NOW = new Date('2026-07-22T08:00:00Z')
const STATUSES = [200, 302, 400, 401, 402, 403, 404, 413, 429, 500, 502, 503, 529]
/** As much of a body as a plugin is given. */
const LONGEST = 65_536

/** Shapes that stand where `error` is expected, or instead of the whole body. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1.5,
  '',
  'error',
  [],
  [[]],
  [null, { message: null }],
  {},
  { message: null },
  { message: 1, code: [], type: {} },
  { message: { text: 'nested' }, code: null },
  { message: 'Rate limit reached', code: 429, type: 'requests' },
  { message: `Incorrect API key provided: ${SECRET}.`, code: 'invalid_api_key', type: 'invalid_request_error' },
  { message: `Bearer ${SECRET} is not valid` },
  { code: '__proto__', message: 'constructor', type: 'toString' },
  { message: '\u0000\u001b[2J\u202e\ud800 配额已用完', code: '\n' },
]

const ODD_TEXTS: readonly (readonly [string, string])[] = [
  ['text/plain', ''],
  ['text/plain', ' '],
  ['text/plain', 'upstream connect error or disconnect/reset before headers'],
  ['text/html', '<!doctype html><html><head><title>502 Bad Gateway</title></head></html>'],
  ['text/html', '<html>'],
  ['application/json', '{"error":'],
  ['application/json', '\ufeff{"error":{}}'],
  ['application/json', `${'['.repeat(500)}${']'.repeat(500)}`],
  ['text/event-stream', 'data: {"error":{"message":"overloaded"}}\n\n'],
  ['text/plain', 'a'.repeat(LONGEST)],
  ['text/plain', ' '.repeat(LONGEST)],
  ['text/plain', 'quota exceeded '.repeat(LONGEST / 16)],
]

export function* oddAnswers(): Generator<FailedAnswer> {
  const bodies: readonly (readonly [string, string])[] = [
    ...ODD_TEXTS,
    ...ODD_VALUES.flatMap((value) => [
      ['application/json', JSON.stringify(value)] as const,
      ['application/json', JSON.stringify({ error: value })] as const,
    ]),
    [
      'application/json',
      JSON.stringify({ error: { message: 'quota exceeded '.repeat(4_000), code: 'x'.repeat(4_000) } }),
    ],
  ]
  for (const [contentType, text] of bodies) {
    const json = jsonIn(text)
    for (const status of STATUSES) yield { status, contentType, text, json, now: NOW }
    yield {
      status: 429,
      contentType,
      text,
      json,
      now: NOW,
      retryAfter: 'soon',
      rateLimit: { 'x-ratelimit-reset': 'soon', 'x-ratelimit-remaining': '-1' },
    }
  }
}

/** Bodies of a token endpoint's answer. */
export function oddBodies(): readonly Readonly<Record<string, unknown>>[] {
  return [
    ...ODD_VALUES.filter(
      (value): value is Record<string, unknown> => typeof value === 'object' && value !== null,
    ).filter((value) => !Array.isArray(value)),
    ...ODD_VALUES.flatMap((value) => [
      { error: value, error_description: value },
      { access_token: value, refresh_token: value, expires_in: value, resource_url: value },
      { data: value, success: value, status: value },
    ]),
  ]
}

/** Requests, events and answers of a wire format, each with an odd value where another is due. */
export function oddMembers(): readonly Readonly<Record<string, unknown>>[] {
  return ODD_VALUES.flatMap((value) => [
    { model: value, messages: value, tools: value, reasoning_effort: value, stream_options: value },
    { model: 'm', messages: [value, { role: value, content: [value] }], tools: [value] },
    { choices: value },
    { choices: [value, { delta: value, message: value, finish_reason: value }] },
    { choices: [{ index: value, delta: { tool_calls: value }, finish_reason: 'stop' }] },
    { choices: [{ index: 0, delta: { tool_calls: [value, { index: value, id: value, function: value }] } }] },
    { choices: [{ message: { tool_calls: [{ function: { name: value, arguments: value } }] } }] },
  ])
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not every answer is JSON, and a plugin is told so.
    return undefined
  }
}
