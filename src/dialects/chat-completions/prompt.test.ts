/** A chat request in no format's words, and back: nothing is lost without a name. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Prompt } from '../../core/prompt.ts'
import type { ChatHabits } from '../../core/provider.ts'
import { anyPrompt } from '../any-prompt.fixture.ts'
import { targetOf } from '../target.fixture.ts'
import { isWritten } from '../upstream-dialect.ts'
import { chatPrompt } from './prompt.ts'
import { writeChatBody } from './write-body.ts'

const HABITS: ChatHabits = { reasoningContent: true, topK: true, noReasoning: { reasoning_effort: 'none' } }

function promptOf(fields: object): Prompt {
  const read = chatPrompt(
    Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...fields })),
  )
  if (read.kind === 'uncarried') throw new Error(`${read.param}: ${read.message}`)
  return read.prompt
}

function written(
  prompt: Prompt,
  chat: ChatHabits = HABITS,
): { fields: Record<string, unknown>; dropped: readonly string[] } {
  const said = writeChatBody(prompt, targetOf('m', { chat }))
  if (!isWritten(said)) throw new Error(said.message)
  return { fields: JSON.parse(Buffer.from(said.body).toString()) as Record<string, unknown>, dropped: said.dropped }
}

it('says every prompt that the format has words for such that it is read as the same', () => {
  fc.assert(
    fc.property(
      anyPrompt,
      fc.constantFrom('max_tokens' as const, 'max_completion_tokens' as const),
      (prompt, maxTokens) => {
        const { fields, dropped } = written(prompt, { ...HABITS, maxTokens })
        expect(promptOf(fields)).toEqual(prompt)
        expect(dropped).toEqual([])
        // The same again: nothing is added on the way.
        expect(written(promptOf(fields), { ...HABITS, maxTokens }).fields).toEqual(fields)
      },
    ),
    { numRuns: 500 },
  )
})

it('reads whatever JSON a request holds, and never throws', () => {
  const odd = fc.record({ messages: fc.array(fc.object()), tools: fc.array(fc.object()) })
  const named = fc.array(
    fc.record({
      role: fc.constantFrom('user', 'assistant', 'tool', 'system', 'function'),
      content: fc.jsonValue(),
      tool_calls: fc.jsonValue(),
    }),
  )
  fc.assert(fc.property(odd, (fields) => void chatPrompt(Buffer.from(JSON.stringify(fields)))))
  fc.assert(fc.property(named, (messages) => void chatPrompt(Buffer.from(JSON.stringify({ messages })))))
})

describe('what other formats have no word for', () => {
  it.each([
    [{ logit_bias: { 1: 2 } }, ['logit_bias']],
    [{ store: true, metadata: { a: 'b' }, service_tier: 'flex' }, ['store', 'metadata', 'service_tier']],
    [{ store: false, n: 1, logprobs: false, logit_bias: null, modalities: [] }, []],
    [{ tools: [{ type: 'custom', custom: { name: 'x' } }] }, ['tools[0].type=custom']],
    [{ tools: [{ type: 'function', function: { name: 'x' }, cache_control: {} }] }, ['cache_control']],
    [{ tool_choice: { type: 'allowed_tools', allowed_tools: {} } }, ['tool_choice.type=allowed_tools']],
    [{ response_format: { type: 'grammar' } }, ['response_format.type=grammar']],
    [{ verbosity: 'extreme' }, ['verbosity']],
    [{ temperature: 'hot', max_tokens: '5', tools: 'x' }, ['temperature', 'max_tokens', 'tools']],
    [{ messages: [{ role: 'user', name: 'Ann', content: 'x' }] }, ['messages.name']],
    [
      { messages: [{ role: 'assistant', audio: { id: 'x' }, reasoning_details: [1] }] },
      ['messages.audio', 'messages.reasoning_details'],
    ],
    [{ messages: [{ role: 'user', content: [{ type: 'text', text: 'x', cache_control: {} }] }] }, ['cache_control']],
  ])('is named: %j', (fields, unsaid) => {
    expect(promptOf(fields).unsaid).toEqual(unsaid)
  })

  it.each([
    [{ n: 2 }, 'n'],
    [{ messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] }, 'messages[0].content[0]'],
    [{ messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'x' } }] }] }, 'messages[0].content[0]'],
    [
      { messages: [{ role: 'system', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
      'messages[0].content',
    ],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'x', type: 'custom', custom: {} }] }] },
      'messages[0].tool_calls[0]',
    ],
    [{ messages: [{ role: 'narrator', content: 'x' }] }, 'messages[0].role'],
  ])('is refused where nothing would be left of it: %j', (fields, param) => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'hi' }], ...fields }
    expect(chatPrompt(Buffer.from(JSON.stringify(body)))).toMatchObject({ kind: 'uncarried', param })
  })
})

describe('older and other words', () => {
  it('for tools are read as the newer ones', () => {
    const prompt = promptOf({
      functions: [{ name: 'f', parameters: { type: 'object' } }],
      function_call: { name: 'f' },
      messages: [
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: 'done' },
      ],
    })
    expect(prompt).toMatchObject({ tools: [{ name: 'f' }], toolChoice: { name: 'f' }, unsaid: [] })
    expect(prompt.turns).toEqual([
      { role: 'assistant', parts: [{ kind: 'tool-call', id: 'call_f', name: 'f', arguments: '{}' }] },
      { role: 'tool', callId: 'call_f', parts: [{ kind: 'text', text: 'done' }] },
    ])
  })

  it.each([
    [{ reasoning_effort: 'none' }, { kind: 'off' }],
    [{ enable_thinking: false, thinking_budget: 9 }, { kind: 'off' }],
    [{ enable_thinking: true }, { kind: 'on' }],
    [{ thinking_budget: 9 }, { kind: 'on', budgetTokens: 9 }],
    [{ reasoning_effort: 'low' }, { kind: 'on', effort: 'low' }],
  ])('for reasoning too: %j', (fields, reasoning) => {
    expect(promptOf(fields).reasoning).toEqual(reasoning)
  })

  it('for pictures and refusals too', () => {
    const messages = [
      { role: 'user', content: [{ type: 'input_image', image_url: 'data:x' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'a' },
          { type: 'refusal', refusal: 'no' },
        ],
      },
    ]
    expect(promptOf({ messages }).turns).toEqual([
      { role: 'user', parts: [{ kind: 'image', url: 'data:x' }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'text', text: 'a' },
          { kind: 'refusal', text: 'no' },
        ],
      },
    ])
  })
})

describe('what this format has no word for', () => {
  const prompt: Prompt = { turns: [{ role: 'user', parts: [{ kind: 'text', text: 'x' }] }], tools: [], unsaid: [] }

  it('is named where the upstream does not take it', () => {
    const thinking: Prompt = {
      ...prompt,
      topK: 3,
      reasoning: { kind: 'off' },
      toolChoice: 'required',
      turns: [
        {
          role: 'assistant',
          parts: [
            { kind: 'reasoning', text: 'hm' },
            { kind: 'text', text: 'x' },
          ],
        },
        { role: 'tool', callId: 'c', isError: true, parts: [{ kind: 'text', text: 'bad' }] },
      ],
    }
    const { fields, dropped } = written(thinking, {})
    expect(new Set(dropped)).toEqual(new Set(['reasoning', 'is_error', 'top_k', 'tool_choice']))
    expect(JSON.stringify(fields)).not.toMatch(/hm|top_k|reasoning|tool_choice/)
    expect(new Set(written(thinking).dropped)).toEqual(new Set(['is_error', 'tool_choice']))
  })

  it('is refused where it is a file by its address', () => {
    const file: Prompt = {
      ...prompt,
      turns: [{ role: 'user', parts: [{ kind: 'file', url: 'https://x.example/a.pdf' }] }],
    }
    expect(writeChatBody(file, targetOf('m'))).toMatchObject({ param: 'input' })
  })

  it('follows as the user’s where a tool gave back a picture, after the results of all calls', () => {
    const picture = { kind: 'image', url: 'data:x' } as const
    const { fields } = written({
      ...prompt,
      turns: [
        { role: 'tool', callId: 'a', parts: [{ kind: 'text', text: 'see' }, picture] },
        { role: 'tool', callId: 'b', parts: [{ kind: 'text', text: 'ok' }] },
        { role: 'user', parts: [{ kind: 'text', text: 'and?' }] },
      ],
    })
    expect(fields.messages).toEqual([
      { role: 'tool', tool_call_id: 'a', content: 'see' },
      { role: 'tool', tool_call_id: 'b', content: 'ok' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'From the result of a:' },
          { type: 'image_url', image_url: { url: 'data:x' } },
        ],
      },
      { role: 'user', content: 'and?' },
    ])
  })

  it('is a budget, which becomes the word nearest to it', () => {
    for (const [budgetTokens, effort] of [
      [1_024, 'low'],
      [10_000, 'medium'],
      [30_000, 'high'],
    ] as const) {
      expect(written({ ...prompt, reasoning: { kind: 'on', budgetTokens } }).fields.reasoning_effort).toBe(effort)
    }
  })

  it('calls a developer system, which every upstream knows', () => {
    const { fields } = written({ ...prompt, turns: [{ role: 'developer', parts: [{ kind: 'text', text: 'x' }] }] })
    expect(fields.messages).toEqual([{ role: 'system', content: 'x' }])
  })
})

it('keeps every digit of a schema, and takes a number with more digits than it needs', () => {
  const parameters = { type: 'object', properties: { n: { maximum: 'LARGEST' } } }
  const fields = {
    model: 'm',
    messages: [],
    temperature: 'T',
    tools: [{ type: 'function', function: { name: 'f', parameters } }],
  }
  const text = JSON.stringify(fields).replace('"LARGEST"', '18446744073709551615').replace('"T"', '0.69999999999999996')
  const read = chatPrompt(Buffer.from(text))
  if (read.kind !== 'prompt') throw new Error(read.message)
  expect(JSON.stringify(read.prompt.tools)).toContain('"maximum":18446744073709551615')
  expect(read.prompt.temperature).toBe(0.7)
})
