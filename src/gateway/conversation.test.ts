/** Which conversation a request belongs to. */
import { expect, it } from 'vitest'
import type { Caller } from '../core/scope.ts'
import { readChatRequest } from '../dialects/chat-completions/request.ts'
import { conversationOf } from './conversation.ts'

const OWNER: Caller = { kind: 'owner', scope: 'admin' }
const SYSTEM = { role: 'system', content: 'You write code.' }
const FIRST = { role: 'user', content: 'fix the bug' }

function of(body: object, headers: Readonly<Record<string, string>> = {}, caller: Caller = OWNER): string {
  const read = readChatRequest(Buffer.from(JSON.stringify({ model: 'm', messages: [SYSTEM, FIRST], ...body })))
  if (read.kind === 'refused') throw new Error(read.message)
  return conversationOf(headers, caller, read.signs)
}

it('is known by the system text and the first turn, whatever came after', () => {
  const later = [SYSTEM, FIRST, { role: 'assistant', content: 'done' }, { role: 'user', content: 'thanks' }]
  expect(of({ messages: later, temperature: 1 })).toBe(of({}))
  expect(of({ messages: [SYSTEM, { role: 'user', content: 'fix another' }] })).not.toBe(of({}))
  expect(of({ messages: [{ ...SYSTEM, content: 'You write prose.' }, FIRST] })).not.toBe(of({}))
})

it('is known by parts of a turn, too', () => {
  const parts = (text: string): object => ({ messages: [{ role: 'user', content: [{ type: 'text', text }] }] })
  expect(of(parts('one'))).toBe(of(parts('one')))
  expect(of(parts('one'))).not.toBe(of(parts('two')))
})

it.each([
  ['x-openclaw-conversation', { 'x-openclaw-conversation': 'c1', 'x-session-id': 's1' }, { prompt_cache_key: 'k1' }],
  ['x-session-id', { 'x-session-id': 's1' }, { prompt_cache_key: 'k1' }],
  ['prompt_cache_key', {}, { prompt_cache_key: 'k1' }],
])('goes by %s before what it began with', (_name, headers, body) => {
  const other = { messages: [{ role: 'user', content: 'something else' }] }
  expect(of({ ...body, ...other }, headers)).toBe(of(body, headers))
  expect(of(body, headers)).not.toBe(of({}))
})

it('takes the header that is ours before the others', () => {
  const ours = { 'x-openclaw-conversation': 'c1' }
  expect(of({}, { ...ours, 'x-session-id': 's2' })).toBe(of({}, { ...ours, 'x-session-id': 's1' }))
})

it('is told apart by the token, and holds nothing of what was said', () => {
  const program: Caller = { kind: 'issued', id: '0a1b2c3d', name: 'cline', scope: 'invoke' }
  expect(of({}, {}, program)).not.toBe(of({}))
  expect(of({ prompt_cache_key: 'k' }, {}, program)).not.toBe(of({ prompt_cache_key: 'k' }))
  expect(of({})).toMatch(/^[\w-]{43}$/)
})
