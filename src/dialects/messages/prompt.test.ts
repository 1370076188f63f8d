import { describe, expect, it } from 'vitest'
import type { Prompt } from '../../core/prompt.ts'
import { wrapSeal } from '../sealed-reasoning.ts'
import { messagesPrompt } from './prompt.ts'
import { ISSUER, MESSAGES } from './writer.fixture.ts'

const user = (...content: readonly object[]): object => ({ messages: [{ role: 'user', content }] })
const assistant = (...content: readonly object[]): object => ({ messages: [{ role: 'assistant', content }] })
const PNG = { type: 'base64', media_type: 'image/png', data: 'iVBO' }

describe('turns', () => {
  it('begin with what the system says, and hold what it says between them', () => {
    const system = [
      { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'Be kind.' },
    ]
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'system', content: 'Now in French.' },
      { role: 'system', content: [{ type: 'text', text: 'Or not.' }] },
      { role: 'assistant', content: 'Salut' },
    ]
    const { turns, unsaid } = promptOf({ system, messages })
    expect(turns).toEqual([
      { role: 'system', parts: [text('Be brief.'), text('Be kind.')] },
      { role: 'user', parts: [text('hi')] },
      { role: 'system', parts: [text('Now in French.')] },
      { role: 'system', parts: [text('Or not.')] },
      { role: 'assistant', parts: [text('Salut')] },
    ])
    expect(unsaid).toEqual(['cache_control'])
    expect(promptOf({ system: 'Be brief.' }).turns[0]).toEqual({ role: 'system', parts: [text('Be brief.')] })
    expect(promptOf({ system: '' }).turns).toHaveLength(1)
  })

  it('hold pictures and documents, here or at an address', () => {
    const { turns, unsaid } = promptOf(
      user(
        { type: 'image', source: PNG },
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
        { type: 'document', title: 'A', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } },
        { type: 'document', context: 'Old.', source: { type: 'url', url: 'https://example.com/b.pdf' } },
        { type: 'document', title: 'C', source: { type: 'text', media_type: 'text/plain', data: 'words' } },
        {
          type: 'document',
          source: {
            type: 'content',
            content: [
              { type: 'text', text: 'x' },
              { type: 'image', source: PNG },
            ],
          },
        },
        {
          type: 'search_result',
          title: 'T',
          source: 'https://example.com',
          content: [{ type: 'text', text: 'found' }],
        },
      ),
    )
    expect(turns[0]).toEqual({
      role: 'user',
      parts: [
        { kind: 'image', url: 'data:image/png;base64,iVBO' },
        { kind: 'image', url: 'https://example.com/a.png' },
        { kind: 'file', url: 'data:application/pdf;base64,JVBE', name: 'A' },
        text('Old.'),
        { kind: 'file', url: 'https://example.com/b.pdf' },
        text('C'),
        text('words'),
        text('x'),
        { kind: 'image', url: 'data:image/png;base64,iVBO' },
        text('T\n\nhttps://example.com\n\nfound'),
      ],
    })
    expect(unsaid).toEqual([])
  })

  it('hold calls and what came of them, which stands before what the person says beside it', () => {
    const messages = [
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'tool_use', id: 'a', name: 'f', input: { id: '__' } },
          { type: 'tool_use', id: 'b', name: 'g', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Here.' },
          { type: 'tool_result', tool_use_id: 'a', content: 'one', is_error: true },
          {
            type: 'tool_result',
            tool_use_id: 'b',
            content: [
              { type: 'text', text: 'two' },
              { type: 'image', source: PNG },
              { type: 'tool_reference', tool_name: 'h' },
            ],
          },
          { type: 'tool_result', tool_use_id: 'c' },
        ],
      },
    ]
    const body = JSON.stringify({ model: 'm', max_tokens: 5, messages }).replace('"__"', '12345678901234567890')
    const read = messagesPrompt(Buffer.from(body))
    expect(read.kind === 'prompt' && read.prompt.turns).toEqual([
      {
        role: 'assistant',
        parts: [
          text('Look'),
          { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"id":12345678901234567890}' },
          { kind: 'tool-call', id: 'b', name: 'g', arguments: '{}' },
        ],
      },
      { role: 'tool', callId: 'a', parts: [text('one')], isError: true },
      {
        role: 'tool',
        callId: 'b',
        parts: [text('two'), { kind: 'image', url: 'data:image/png;base64,iVBO' }, text('h')],
      },
      { role: 'tool', callId: 'c', parts: [] },
      { role: 'user', parts: [text('Here.')] },
    ])
  })

  it('hold thoughts, with the seal that was wrapped here and without one of another upstream', () => {
    const seal = { kind: 'encrypted', value: 'gAAA', id: 'rs_1', issuer: ISSUER } as const
    const { turns, unsaid } = promptOf(
      assistant(
        { type: 'thinking', thinking: 'a', signature: wrapSeal(seal) },
        { type: 'thinking', thinking: '', signature: wrapSeal(seal) },
        { type: 'thinking', thinking: 'b', signature: wrapSeal({ ...seal, value: '' }) },
        { type: 'thinking', thinking: 'c', signature: 'EqQB' },
        { type: 'redacted_thinking', data: wrapSeal({ ...seal, kind: 'redacted' }) },
        { type: 'redacted_thinking', data: 'EqQB' },
      ),
    )
    expect(turns).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 'a', sealed: seal },
          { kind: 'reasoning', text: '', sealed: seal },
          { kind: 'reasoning', text: 'b' },
          { kind: 'reasoning', text: 'c' },
          { kind: 'reasoning', text: '', sealed: { ...seal, kind: 'redacted' } },
        ],
      },
    ])
    expect(unsaid).toEqual(['thinking.signature'])
  })
})

describe('tools', () => {
  it('are told with their schema; what is the upstream’s own is named as unsaid', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } }
    const { tools, unsaid } = promptOf({
      tools: [
        { name: 'f', description: 'F.', input_schema: schema, strict: true, cache_control: { type: 'ephemeral' } },
        {
          type: 'custom',
          name: 'g',
          input_schema: schema,
          defer_loading: true,
          eager_input_streaming: true,
          input_examples: [{}],
        },
        { type: 'web_search_20250305', name: 'web_search', max_uses: 5 },
        { type: 'bash_20250124', name: 'bash' },
        { name: 'h', defer_loading: false },
      ],
    })
    expect(tools).toEqual([
      { name: 'f', description: 'F.', parameters: schema, strict: true },
      { name: 'g', parameters: schema },
      { name: 'h' },
    ])
    expect(unsaid).toEqual([
      'cache_control',
      'tools.defer_loading',
      'tools.eager_input_streaming',
      'tools.input_examples',
      'tools[2].type=web_search_20250305',
      'tools[3].type=bash_20250124',
    ])
  })

  it.each([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'none' }, 'none'],
    [{ type: 'any' }, 'required'],
    [{ type: 'tool', name: 'f' }, { name: 'f' }],
  ])('may be chosen as %j', (choice, expected) => {
    const { toolChoice, unsaid } = promptOf({ tools: [{ name: 'f' }], tool_choice: choice })
    expect({ toolChoice, unsaid }).toEqual({ toolChoice: expected, unsaid: [] })
  })

  it.each([{ type: 'tool', name: 'web_search' }, { type: 'any' }])(
    'are not forced where none is left: %j',
    (choice) => {
      const tools = [{ type: 'web_search_20250305', name: 'web_search' }]
      const prompt = promptOf({ tools, tool_choice: choice })
      expect(prompt).not.toHaveProperty('toolChoice')
      expect(prompt.unsaid).toEqual(['tools[0].type=web_search_20250305', 'tool_choice'])
    },
  )

  it('are not forced to be one that is not told', () => {
    const tools = [{ name: 'f' }, { type: 'web_search_20250305', name: 'web_search' }]
    const { toolChoice, unsaid } = promptOf({ tools, tool_choice: { type: 'tool', name: 'web_search' } })
    expect([toolChoice, unsaid]).toEqual([undefined, ['tools[1].type=web_search_20250305', 'tool_choice']])
  })

  it('may be called one at a time', () => {
    const choose = (disabled: boolean) =>
      promptOf({ tools: [{ name: 'f' }], tool_choice: { type: 'auto', disable_parallel_tool_use: disabled } })
    expect([choose(true).parallelToolCalls, choose(false).parallelToolCalls]).toEqual([false, true])
  })
})

describe('wishes', () => {
  it('are carried', () => {
    expect(
      promptOf({
        max_tokens: 7,
        stop_sequences: ['END'],
        temperature: 0.5,
        top_p: 0.9,
        top_k: 40,
        metadata: { user_id: 'ann' },
      }),
    ).toMatchObject({
      maxOutputTokens: 7,
      stop: ['END'],
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      user: 'ann',
      unsaid: [],
    })
  })

  it.each<[object, object | undefined, readonly string[]]>([
    [{}, undefined, []],
    [{ thinking: { type: 'enabled', budget_tokens: 2_048 } }, { kind: 'on', budgetTokens: 2_048, summary: 'auto' }, []],
    [{ thinking: { type: 'disabled' }, output_config: { effort: 'low' } }, { kind: 'off' }, ['output_config.effort']],
    [
      { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
      { kind: 'on', effort: 'xhigh', summary: 'auto' },
      [],
    ],
    [{ thinking: { type: 'adaptive', display: 'omitted' } }, { kind: 'on' }, []],
    [{ output_config: { effort: 'high' } }, { kind: 'on', effort: 'high' }, []],
    [{ thinking: { type: 'between_tools' } }, undefined, ['thinking.type=between_tools']],
    [
      { thinking: { type: 'adaptive', block_binding: {} } },
      { kind: 'on', summary: 'auto' },
      ['thinking.block_binding'],
    ],
  ])('of thinking: %j', (body, reasoning, unsaid) => {
    const prompt = promptOf(body)
    expect([prompt.reasoning, prompt.unsaid]).toEqual([reasoning, unsaid])
  })

  it('of a JSON Schema are strict where any upstream can keep to it', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    }
    const format = { type: 'json_schema', schema }
    const wish = { kind: 'json-schema', name: 'answer', schema, strict: true }
    expect(promptOf({ output_config: { format } }).format).toEqual(wish)
    expect(promptOf({ output_format: format }).format).toEqual(wish)
    for (const more of [{ required: [] }, { additionalProperties: true }, { $defs: { b: { type: 'object' } } }]) {
      const looser = { ...schema, ...more }
      expect(promptOf({ output_config: { format: { ...format, schema: looser } } }).format).toEqual({
        kind: 'json-schema',
        name: 'answer',
        schema: looser,
      })
    }
  })

  it('that have no word are named, never refused', () => {
    const { unsaid } = promptOf({
      context_management: { edits: [] },
      service_tier: 'auto',
      mcp_servers: [{ url: 'https://example.com' }],
      container: null,
      fallbacks: 'default',
      metadata: { user_id: 'ann', team: 'x' },
      output_config: { task_budget: { type: 'tokens', total: 5 } },
      messages: [
        ...MESSAGES,
        {
          role: 'assistant',
          content: [
            { type: 'server_tool_use', id: 's' },
            { type: 'text', text: 'a', citations: [{}] },
            { type: 'tool_use' },
          ],
        },
        { role: 'user', content: [{ type: 'browser_state' }, { type: 'document', source: { type: 'new' } }] },
      ],
    })
    expect(unsaid.toSorted()).toEqual([
      'citations',
      'content.type=browser_state',
      'content.type=server_tool_use',
      'content.type=tool_use',
      'context_management',
      'document.source.type=new',
      'fallbacks',
      'mcp_servers',
      'metadata.team',
      'output_config.task_budget',
      'service_tier',
    ])
    expect(promptOf({ fallbacks: ['a/b'] }).unsaid).toEqual([])
  })
})

it.each([
  [user({ type: 'image', source: { type: 'file', file_id: 'f' } }), 'messages[0].content[0].source'],
  [
    user({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'document', source: { type: 'file' } }] }),
    'messages[0].content[0].content[0].source',
  ],
  [user({ type: 'container_upload', file_id: 'f' }), 'messages[0].content[0]'],
  [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role'],
  [{ thread: { type: 'continue' } }, 'thread'],
  [{ max_tokens: 0 }, 'max_tokens'],
])('cannot be carried where it means what one upstream keeps: %j', (body, param) => {
  expect(messagesPrompt(bodyOf(body))).toMatchObject({
    kind: 'uncarried',
    param,
    message: expect.stringMatching(/cannot be carried/),
  })
})

function text(said: string): object {
  return { kind: 'text', text: said }
}

function bodyOf(body: object): Buffer {
  return Buffer.from(JSON.stringify({ model: 'm', max_tokens: 5, messages: MESSAGES, ...body }))
}

function promptOf(body: object): Prompt {
  const read = messagesPrompt(bodyOf(body))
  if (read.kind !== 'prompt') throw new Error(read.message)
  return read.prompt
}

it('takes a number with more digits than it needs', () => {
  const body = '{"model":"m","max_tokens":5,"messages":[],"temperature":0.69999999999999996}'
  const read = messagesPrompt(Buffer.from(body))
  expect(read).toMatchObject({ kind: 'prompt', prompt: { temperature: 0.7 } })
})
