/** What a Responses upstream is sent for a request of another format. */
import { expect, it } from 'vitest'
import type { Prompt } from '../../core/prompt.ts'
import { ISSUER, PIXEL, PROMPT, STRANGER } from '../prompt.fixture.ts'
import { targetOf } from '../target.fixture.ts'
import { isWritten } from '../upstream-dialect.ts'
import { writeResponsesBody } from './write-body.ts'

const ASKED: Prompt = { turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }], tools: [], unsaid: [] }

it('is all that was said, and what was not is named', () => {
  expect(written({ ...PROMPT, reasoning: { kind: 'on', budgetTokens: 2_000 }, verbosity: 'low' })).toEqual({
    body: {
      model: 'm',
      input: [
        { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be brief. 简短。' }] },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is this?' },
            { type: 'input_image', image_url: PIXEL, detail: 'auto' },
          ],
        },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.', annotations: [] }] },
        { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":1}' },
        { type: 'function_call', call_id: 'call_2', name: 'now', arguments: '{}' },
        {
          type: 'function_call_output',
          call_id: 'call_1',
          output: [
            { type: 'input_text', text: 'a cat' },
            { type: 'input_image', image_url: 'https://example.com/cat.png', detail: 'auto' },
          ],
        },
        { type: 'function_call_output', call_id: 'call_2', output: 'No clock.' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Sure?' }] },
      ],
      stream: true,
      store: false,
      include: ['reasoning.encrypted_content'],
      tools: [
        {
          type: 'function',
          name: 'look',
          description: 'Looks.',
          parameters: { type: 'object', properties: { at: { type: 'number' } } },
          strict: false,
        },
        { type: 'function', name: 'now', parameters: { type: 'object', properties: {} }, strict: false },
      ],
      tool_choice: 'required',
      parallel_tool_calls: false,
      text: {
        format: { type: 'json_schema', name: 'animal', schema: { type: 'object' }, strict: true },
        verbosity: 'low',
      },
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      reasoning: { effort: 'low', summary: 'auto' },
      safety_identifier: 'u1',
    },
    dropped: ['stop', 'is_error'],
  })
})

it('gives sealed reasoning back to whom it came from and to nobody else', () => {
  const sealed = { kind: 'encrypted', value: 'gAAA', id: 'rs_1', issuer: ISSUER } as const
  const asked = (issuer: typeof ISSUER): Prompt => ({
    ...ASKED,
    turns: [
      ...ASKED.turns,
      { role: 'assistant', parts: [{ kind: 'reasoning', text: 'Hm.', sealed: { ...sealed, issuer } }] },
    ],
  })
  expect(written(asked(ISSUER)).body).toMatchObject({
    input: [
      {},
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'gAAA' },
    ],
  })
  const other = written(asked(STRANGER))
  expect(JSON.stringify(other.body)).not.toContain('gAAA')
  expect(other.dropped).toEqual(['reasoning'])
})

it('turns reasoning off in the one word that there is', () => {
  expect(written({ ...ASKED, reasoning: { kind: 'off' } }).body).toMatchObject({ reasoning: { effort: 'none' } })
})

function written(prompt: Prompt): { body: unknown; dropped: readonly string[] } {
  const result = writeResponsesBody(prompt, targetOf('m'))
  if (!isWritten(result)) throw new Error(result.message)
  return { body: JSON.parse(Buffer.from(result.body).toString()), dropped: result.dropped }
}
