/** A prompt in which all is said that one can say, for tests of what is made of it. */
import type { Issuer, Prompt } from '../core/prompt.ts'

export const ISSUER: Issuer = { provider: 'p', profile: 'p:default', model: 'm' }
export const STRANGER: Issuer = { ...ISSUER, profile: 'p:work' }
export const PIXEL = 'data:image/png;base64,iVBORw0KGgo='

export const PROMPT: Prompt = {
  turns: [
    { role: 'system', parts: [{ kind: 'text', text: 'Be brief. 简短。' }] },
    {
      role: 'user',
      parts: [
        { kind: 'text', text: 'What is this?' },
        { kind: 'image', url: PIXEL },
      ],
    },
    {
      role: 'assistant',
      parts: [
        { kind: 'text', text: 'I look.' },
        { kind: 'tool-call', id: 'call_1', name: 'look', arguments: '{"at":1}' },
        { kind: 'tool-call', id: 'call_2', name: 'now', arguments: '{}' },
      ],
    },
    {
      role: 'tool',
      callId: 'call_1',
      parts: [
        { kind: 'text', text: 'a cat' },
        { kind: 'image', url: 'https://example.com/cat.png' },
      ],
    },
    { role: 'tool', callId: 'call_2', parts: [{ kind: 'text', text: 'No clock.' }], isError: true },
    { role: 'user', parts: [{ kind: 'text', text: 'Sure?' }] },
  ],
  tools: [
    { name: 'look', description: 'Looks.', parameters: { type: 'object', properties: { at: { type: 'number' } } } },
    { name: 'now' },
  ],
  toolChoice: 'required',
  parallelToolCalls: false,
  format: { kind: 'json-schema', name: 'animal', schema: { type: 'object' }, strict: true },
  maxOutputTokens: 100,
  stop: ['END'],
  temperature: 0.5,
  topP: 0.9,
  user: 'u1',
  unsaid: [],
}
