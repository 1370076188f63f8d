import { describe, expect, it } from 'vitest'
import type { Prompt, Turn, Uncarried } from '../../core/prompt.ts'
import { wrapSeal } from '../sealed-reasoning.ts'
import { targetOf } from '../target.fixture.ts'
import { responsesPrompt } from './prompt.ts'

const ISSUER = targetOf('m').issuer

describe('the input', () => {
  it('may be a text', () => {
    expect(turnsOf('你好')).toEqual([{ role: 'user', parts: [{ kind: 'text', text: '你好' }] }])
  })

  it('comes after the instructions', () => {
    const { turns } = promptOf({ input: 'hi', instructions: 'Be brief.' })
    expect(turns[0]).toEqual({ role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] })
  })

  it('is messages of every role, with every kind of content', () => {
    const turns = turnsOf([
      { role: 'system', content: 'S' },
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'D' }] },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'U' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'high' },
          { type: 'input_file', file_data: 'AAAA', filename: 'a.PDF' },
          { type: 'input_file', file_url: 'https://x/y' },
        ],
      },
      {
        type: 'message',
        role: 'assistant',
        id: 'msg_1',
        status: 'completed',
        content: [
          { type: 'output_text', text: 'A', annotations: [] },
          { type: 'refusal', refusal: 'No.' },
        ],
      },
    ])
    expect(turns).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'S' }] },
      { role: 'developer', parts: [{ kind: 'text', text: 'D' }] },
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'U' },
          { kind: 'image', url: 'data:image/png;base64,AA', detail: 'high' },
          { kind: 'file', url: 'data:application/pdf;base64,AAAA', name: 'a.PDF' },
          { kind: 'file', url: 'https://x/y' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { kind: 'text', text: 'A' },
          { kind: 'refusal', text: 'No.' },
        ],
      },
    ])
  })

  it('is one turn where one answer was several items, and tells results apart', () => {
    const sealed = { kind: 'signature', value: 'sig', issuer: ISSUER } as const
    const turns = turnsOf([
      { role: 'user', content: 'x' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'So.' }],
        encrypted_content: wrapSeal(sealed),
      },
      { role: 'assistant', content: 'Look:' },
      { type: 'function_call', call_id: 'c1', name: 'f', namespace: 'ns', arguments: '{"a":1}' },
      { type: 'custom_tool_call', call_id: 'c2', name: 'apply_patch', input: '*** "x"' },
      { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_image', image_url: 'data:x' }] },
      { type: 'custom_tool_call_output', call_id: 'c2', output: 'done' },
      { role: 'assistant', content: 'Good.' },
    ])
    expect(turns.slice(1)).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 'So.', sealed },
          { kind: 'text', text: 'Look:' },
          { kind: 'tool-call', id: 'c1', name: 'ns__f', arguments: '{"a":1}' },
          { kind: 'tool-call', id: 'c2', name: 'apply_patch', arguments: '{"input":"*** \\"x\\""}' },
        ],
      },
      { role: 'tool', callId: 'c1', parts: [{ kind: 'image', url: 'data:x' }] },
      { role: 'tool', callId: 'c2', parts: [{ kind: 'text', text: 'done' }] },
      { role: 'assistant', parts: [{ kind: 'text', text: 'Good.' }] },
    ])
  })

  it('has results right behind their calls, whatever stood between', () => {
    const turns = turnsOf([
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
      { role: 'developer', content: 'Mind the time.' },
      { type: 'function_call', call_id: 'b', name: 'f', arguments: '{}' },
      { role: 'user', content: 'Hurry.' },
      { type: 'function_call_output', call_id: 'b', output: 'B' },
      { type: 'function_call_output', call_id: 'a', output: 'A' },
      { type: 'function_call_output', call_id: 'nobody', output: 'N' },
    ])
    expect(turns.map((turn) => (turn.role === 'tool' ? turn.callId : turn.role))).toEqual([
      'assistant',
      'a',
      'developer',
      'assistant',
      'b',
      'user',
      'nobody',
    ])
  })

  it('leaves out and names what others have no word for, and is never refused for it', () => {
    const types = [
      'web_search_call',
      'file_search_call',
      'computer_call',
      'code_interpreter_call',
      'image_generation_call',
      'local_shell_call',
      'local_shell_call_output',
      'shell_call',
      'apply_patch_call',
      'mcp_call',
      'mcp_list_tools',
      'tool_search_call',
      'configuration_update',
      'program',
      'of_the_future',
    ]
    const { turns, unsaid } = promptOf({ input: [...types.map((type) => ({ type })), { role: 'user', content: 'x' }] })
    expect(turns).toHaveLength(1)
    expect(unsaid).toEqual(types.map((type, at) => `input[${at}].type=${type}`))
  })

  it('keeps reasoning that another sealed as far as it can be read', () => {
    const summary = [{ type: 'summary_text', text: 'So.' }]
    const input = [
      { type: 'reasoning', summary, encrypted_content: 'gAAA' },
      { type: 'reasoning', summary: [], encrypted_content: 'gAAA' },
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'All of it.' }] },
    ]
    const { turns, unsaid } = promptOf({ input })
    expect(turns).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 'So.' },
          { kind: 'reasoning', text: 'All of it.' },
        ],
      },
    ])
    expect(unsaid).toEqual(['input.reasoning.encrypted_content'])
  })

  it.each([
    ['a stored picture', user({ type: 'input_image', file_id: 'file_1' }), 'input[0].content[0].file_id'],
    ['a stored file', user({ type: 'input_file', file_id: 'file_1' }), 'input[0].content[0].file_id'],
    ['sound', user({ type: 'input_audio', input_audio: {} }), 'input[0].content[0]'],
    ['an item that nobody remembers', { type: 'item_reference', id: 'msg_1' }, 'input[0]'],
    ['a sealed conversation', { type: 'compaction', encrypted_content: 'x' }, 'input[0]'],
    ['a role of the future', { role: 'oracle', content: 'x' }, 'input[0].role'],
  ])('cannot be carried with %s in it, and says so', (_, item, param) => {
    expect(uncarriedOf([item])).toMatchObject({ param, message: expect.stringContaining('cannot be carried') })
  })
})

describe('the tools', () => {
  it('are functions, be they flat, custom or of a namespace', () => {
    const { tools, unsaid } = promptOf({
      input: 'x',
      tools: [
        { type: 'function', name: 'f', description: 'F', parameters: { type: 'object' }, strict: false },
        {
          type: 'custom',
          name: 'apply_patch',
          description: 'P',
          format: { type: 'grammar', syntax: 'lark', definition: 'start: x' },
        },
        {
          type: 'namespace',
          name: 'mcp__mail__',
          description: 'Mail',
          tools: [{ type: 'function', name: 'send', defer_loading: true }],
        },
        { type: 'web_search' },
        { type: 'tool_search' },
        { type: 'mcp', server_label: 'x' },
        { type: 'function', name: 'f' },
      ],
    })
    expect(tools.map(({ name }) => name)).toEqual(['f', 'apply_patch', 'mcp__mail__send'])
    expect(tools[0]).toEqual({ name: 'f', description: 'F', parameters: { type: 'object' }, strict: false })
    expect(tools[1]).toMatchObject({
      description: 'P',
      parameters: { required: ['input'], properties: { input: { description: expect.stringContaining('start: x') } } },
    })
    expect(unsaid).toEqual([
      'tools[1].format',
      'tools[2].description',
      'tools[2].tools[0].defer_loading',
      'tools[3].type=web_search',
      'tools[4].type=tool_search',
      'tools[5].type=mcp',
    ])
  })

  it('are also those that earlier turns brought up', () => {
    const found = { type: 'tool_search_output', tools: [{ type: 'function', name: 'found' }] }
    expect(promptOf({ input: [found] }).tools).toEqual([{ name: 'found' }])
  })

  it('have names that other formats take', () => {
    const tools = [
      {
        type: 'namespace',
        name: '邮件'.repeat(30),
        tools: [
          { type: 'function', name: 'a' },
          { type: 'function', name: 'b' },
        ],
      },
    ]
    const names = promptOf({ input: 'x', tools }).tools.map(({ name }) => name)
    expect(new Set(names).size).toBe(2)
    for (const name of names) expect(name).toMatch(/^[\w-]{1,64}$/)
  })

  it.each([
    ['auto', 'auto'],
    ['none', 'none'],
    ['required', 'required'],
    [{ type: 'function', name: 'f' }, { name: 'f' }],
    [{ type: 'custom', name: 'g' }, { name: 'g' }],
    [{ type: 'web_search' }, undefined],
  ])('are chosen as %j says', (tool_choice, choice) => {
    expect(promptOf({ input: 'x', tools: TWO, tool_choice }).toolChoice).toEqual(choice)
  })

  it('keep every digit of their schemas', () => {
    const parameters = { type: 'object', properties: { n: { maximum: 'LARGEST' } } }
    const text = JSON.stringify({ model: 'm', input: 'hi', tools: [{ type: 'function', name: 'f', parameters }] })
    const read = responsesPrompt(Buffer.from(text.replace('"LARGEST"', '18446744073709551615')))
    expect(read.kind === 'prompt' && JSON.stringify(read.prompt.tools)).toContain('"maximum":18446744073709551615')
  })

  it('are only those allowed', () => {
    const tool_choice = {
      type: 'allowed_tools',
      mode: 'required',
      tools: [{ type: 'function', name: 'f' }, { type: 'mcp' }],
    }
    const prompt = promptOf({ input: 'x', tools: TWO, tool_choice })
    expect([prompt.tools.map(({ name }) => name), prompt.toolChoice]).toEqual([['f'], 'required'])
    expect(prompt.unsaid).toEqual(['tool_choice.tools[1].type=mcp'])
  })

  it('are not required where none is left', () => {
    const prompt = promptOf({ input: 'x', tools: [{ type: 'web_search' }], tool_choice: 'required' })
    expect([prompt.toolChoice, prompt.unsaid]).toEqual([undefined, ['tools[0].type=web_search', 'tool_choice']])
  })
})

describe('its wishes', () => {
  it('are said in words that every format may know', () => {
    const schema = { type: 'object' }
    expect(
      promptOf({
        input: 'x',
        parallel_tool_calls: false,
        text: { format: { type: 'json_schema', name: 'n', schema, strict: true }, verbosity: 'low' },
        reasoning: { effort: 'high', summary: 'auto' },
        max_output_tokens: 9,
        temperature: 0.5,
        top_p: 0.25,
        safety_identifier: 'u',
      }),
    ).toMatchObject({
      parallelToolCalls: false,
      format: { kind: 'json-schema', name: 'n', schema, strict: true },
      verbosity: 'low',
      reasoning: { kind: 'on', effort: 'high', summary: 'auto' },
      maxOutputTokens: 9,
      temperature: 0.5,
      topP: 0.25,
      user: 'u',
      unsaid: [],
    })
    expect(promptOf({ input: 'x', reasoning: { effort: 'none' } }).reasoning).toEqual({ kind: 'off' })
    expect(promptOf({ input: 'x', reasoning: { effort: null, summary: null } }).reasoning).toBeUndefined()
  })

  it('are named where others have no word for them, and not where they ask for the usual', () => {
    const usual = {
      store: false,
      include: ['reasoning.encrypted_content'],
      truncation: 'disabled',
      service_tier: 'auto',
      metadata: { a: 'b' },
      prompt_cache_key: 'k',
      stream_options: { include_obfuscation: false },
      top_logprobs: 0,
      background: false,
    }
    expect(promptOf({ input: 'x', ...usual }).unsaid).toEqual([])
    const more = {
      include: ['message.output_text.logprobs'],
      truncation: 'auto',
      service_tier: 'priority',
      top_logprobs: 2,
      max_tool_calls: 3,
      of_the_future: {},
      reasoning: { context: 'all_turns' },
    }
    expect(promptOf({ input: 'x', ...more }).unsaid.toSorted()).toEqual(
      [
        'include=message.output_text.logprobs',
        'truncation=auto',
        'service_tier=priority',
        'top_logprobs',
        'max_tool_calls',
        'of_the_future',
        'reasoning.context',
      ].toSorted(),
    )
  })
})

const TWO = [
  { type: 'function', name: 'f' },
  { type: 'custom', name: 'g' },
]

function user(part: object): object {
  return { role: 'user', content: [part] }
}

function promptOf(body: object): Prompt {
  const read = responsesPrompt(Buffer.from(JSON.stringify({ model: 'm', ...body })))
  if (read.kind === 'uncarried') throw new Error(read.message)
  return read.prompt
}

function turnsOf(input: unknown): readonly Turn[] {
  return promptOf({ input }).turns
}

function uncarriedOf(input: readonly object[]): Uncarried {
  const read = responsesPrompt(Buffer.from(JSON.stringify({ model: 'm', input })))
  if (read.kind === 'prompt') throw new Error('it was carried')
  return read
}
