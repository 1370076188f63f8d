/** What a Messages upstream is sent for a request of another format. */
import { describe, expect, it } from 'vitest'
import type { Prompt } from '../../core/prompt.ts'
import { ISSUER, PROMPT, STRANGER } from '../prompt.fixture.ts'
import { targetOf } from '../target.fixture.ts'
import { isWritten, type Target } from '../upstream-dialect.ts'
import { writeMessagesBody } from './write-body.ts'

const ASKED: Prompt = { turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }], tools: [], unsaid: [] }
const TOOLS = PROMPT.tools

it('is all that was said', () => {
  expect(written(PROMPT)).toEqual({
    body: {
      model: 'm',
      max_tokens: 100,
      system: [{ type: 'text', text: 'Be brief. 简短。' }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'I look.' },
            { type: 'tool_use', id: 'call_1', name: 'look', input: { at: 1 } },
            { type: 'tool_use', id: 'call_2', name: 'now', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'call_1',
              content: [
                { type: 'text', text: 'a cat' },
                { type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } },
              ],
            },
            {
              type: 'tool_result',
              tool_use_id: 'call_2',
              content: [{ type: 'text', text: 'No clock.' }],
              is_error: true,
            },
            { type: 'text', text: 'Sure?' },
          ],
        },
      ],
      stream: true,
      tools: [
        {
          name: 'look',
          description: 'Looks.',
          input_schema: { type: 'object', properties: { at: { type: 'number' } } },
        },
        { name: 'now', input_schema: { type: 'object' } },
      ],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
      stop_sequences: ['END'],
      temperature: 0.5,
      top_p: 0.9,
      metadata: { user_id: 'u1' },
    },
    dropped: [],
  })
})

describe('the most tokens', () => {
  it('are the caller’s, else the model’s, else a usual figure, as the format demands one', () => {
    expect(written({ ...ASKED, maxOutputTokens: 5 }).body).toMatchObject({ max_tokens: 5 })
    expect(written(ASKED, { model: { id: 'm', maxTokens: 64_000 } }).body).toMatchObject({ max_tokens: 64_000 })
    expect(written(ASKED).body).toMatchObject({ max_tokens: 8_192 })
  })

  it('leave room for an answer after the budget of reasoning', () => {
    const reasoning = { kind: 'on', budgetTokens: 10_000 } as const
    const { body } = written({ ...ASKED, maxOutputTokens: 5_000, reasoning })
    expect(body).toMatchObject({ max_tokens: 11_024, thinking: { type: 'enabled', budget_tokens: 10_000 } })
  })
})

describe('reasoning', () => {
  it('asked for in a word bends to the most tokens that may be said, and gives way where those are too few', () => {
    const reasoning = { kind: 'on', effort: 'high' } as const
    expect(written({ ...ASKED, maxOutputTokens: 4_000, reasoning }).body).toMatchObject({
      max_tokens: 4_000,
      thinking: { budget_tokens: 2_976 },
    })
    expect(written({ ...ASKED, reasoning }, { model: { id: 'm', maxTokens: 8_192 } }).body).toMatchObject({
      max_tokens: 8_192,
      thinking: { budget_tokens: 7_168 },
    })
    const { body, dropped } = written({ ...ASKED, maxOutputTokens: 500, reasoning })
    expect(body).toMatchObject({ max_tokens: 500 })
    expect(body).not.toHaveProperty('thinking')
    expect(dropped).toEqual(['reasoning'])
  })

  it('is asked for in the way that the model knows', () => {
    const reasoning = { kind: 'on', effort: 'high' } as const
    expect(written({ ...ASKED, reasoning }).body).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 32_768 },
    })
    expect(written({ ...ASKED, reasoning }, { model: { id: 'm', reasoning: 'adaptive' } }).body).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    })
    expect(written({ ...ASKED, reasoning: { kind: 'off' } }).body).toMatchObject({ thinking: { type: 'disabled' } })
  })

  it('leaves out what may not be said beside it, and names it', () => {
    const reasoning = { kind: 'on', effort: 'low' } as const
    const { body, dropped } = written({
      ...ASKED,
      reasoning,
      temperature: 0.2,
      topP: 0.5,
      topK: 3,
      tools: TOOLS,
      toolChoice: 'required',
    })
    expect(body).not.toHaveProperty('temperature')
    expect(body).toMatchObject({ tool_choice: { type: 'auto' } })
    expect(dropped).toEqual(['temperature', 'top_k', 'top_p', 'tool_choice'])
  })

  it('goes back, signed, to whom it came from and to nobody else', () => {
    const sealed = { kind: 'signature', value: 'EqQB', issuer: ISSUER } as const
    const turns = (issuer: typeof ISSUER): Prompt => ({
      ...ASKED,
      turns: [
        ...ASKED.turns,
        {
          role: 'assistant',
          parts: [
            { kind: 'reasoning', text: 'Hm.', sealed: { ...sealed, issuer } },
            { kind: 'text', text: 'Yes.' },
          ],
        },
        ...ASKED.turns,
      ],
    })
    expect(JSON.stringify(written(turns(ISSUER)).body)).toContain('"thinking":"Hm.","signature":"EqQB"')
    const other = written(turns(STRANGER))
    expect(JSON.stringify(other.body)).not.toContain('EqQB')
    expect(other.dropped).toEqual(['reasoning'])
  })

  it('is not asked for, and that is named, where a turn of calls began without it', () => {
    const turns = PROMPT.turns.slice(0, 5)
    const { body, dropped } = written({ ...ASKED, turns, tools: TOOLS, reasoning: { kind: 'on', effort: 'low' } })
    expect(body).not.toHaveProperty('thinking')
    expect(dropped).toEqual(['reasoning'])
  })
})

it('names what this format has no word for', () => {
  const { dropped } = written({
    ...ASKED,
    seed: 1,
    presencePenalty: 1,
    frequencyPenalty: 1,
    verbosity: 'low',
    temperature: 1.5,
    stop: [' '],
    tools: [{ name: 'a', strict: true }],
  })
  expect(dropped).toEqual([
    'temperature>1',
    'seed',
    'presence_penalty',
    'frequency_penalty',
    'verbosity',
    'strict',
    'stop',
  ])
})

it('asks the system’s text where nobody asked anything else', () => {
  const { body } = written({ ...ASKED, turns: PROMPT.turns.slice(0, 1) })
  expect(body).toMatchObject({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Be brief. 简短。' }] }] })
  expect(body).not.toHaveProperty('system')
})

it('keeps call and result together, whatever signs their id has', () => {
  const { body } = written({
    ...ASKED,
    turns: [
      ...ASKED.turns,
      { role: 'assistant', parts: [{ kind: 'tool-call', id: 'a:b/c', name: 'f', arguments: 'no json' }] },
      { role: 'tool', callId: 'a:b/c', parts: [] },
    ],
  })
  expect(body).toMatchObject({
    messages: [
      {},
      { content: [{ type: 'tool_use', id: 'a_b_c', input: { arguments: 'no json' } }] },
      { content: [{ type: 'tool_result', tool_use_id: 'a_b_c' }] },
    ],
  })
})

it('refuses a picture in a form that it cannot say', () => {
  const turns = [{ role: 'user', parts: [{ kind: 'image', url: 'file:///etc/passwd' }] }] as const
  const result = writeMessagesBody({ ...ASKED, turns }, targetOf('m'))
  expect(result).toMatchObject({ param: 'messages', message: expect.stringContaining('cannot be carried') })
})

function written(prompt: Prompt, more: Partial<Target> = {}): { body: unknown; dropped: readonly string[] } {
  const result = writeMessagesBody(prompt, targetOf('m', more))
  if (!isWritten(result)) throw new Error(result.message)
  return { body: JSON.parse(Buffer.from(result.body).toString()), dropped: result.dropped }
}

it('leaves out texts that are blank, which the format refuses', () => {
  const call = { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' } as const
  const blank = { kind: 'text', text: '\n\n' } as const
  const { body } = written({
    ...ASKED,
    turns: [...ASKED.turns, { role: 'assistant', parts: [blank, call] }, { role: 'tool', callId: 'a', parts: [blank] }],
  })
  expect(body).toMatchObject({
    messages: [{}, { content: [{ type: 'tool_use' }] }, { content: [{ type: 'tool_result', tool_use_id: 'a' }] }],
  })
  expect(JSON.stringify(body)).not.toContain('\\n')
})
