/** What Qwen's servers get and give otherwise than OpenAI's format has it. Shapes: qwen-code 0.24 and 0.0.14, CLIProxyAPI #930, Model Studio's documents; read 2026-11. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import modelstudio from '../modelstudio/index.ts'
import { quirks } from './quirks.ts'
import portal from './index.ts'

type Fields = Readonly<Record<string, unknown>>

const change = (body: Fields, model = 'qwen3.7-plus') => quirks.request?.change(body, { model: { id: model } })
/** The body as it goes out. */
function sent(body: Fields, model?: string): Fields {
  const { set = {}, drop = [] } = change(body, model) ?? {}
  const kept = Object.entries({ ...body, ...set }).filter(([name]) => !drop.includes(name) || name in set)
  return Object.fromEntries(kept)
}

describe('a request', () => {
  it('calls a developer system, and leaves every other message as it is', () => {
    const user = { role: 'user', content: [{ type: 'text', text: 'developer', cache_control: { type: 'ephemeral' } }] }
    expect(sent({ stream: true, messages: [{ role: 'developer', content: 'x', name: 'y' }, user] }).messages).toEqual([
      { role: 'system', content: 'x', name: 'y' },
      user,
    ])
    expect(change({ stream: true, messages: [user] })).toBeUndefined()
  })

  it('has no empty tools, and no stream options without a stream', () => {
    expect(sent({ stream: true, tools: [], stream_options: {} })).toEqual({ stream: true, stream_options: {} })
    expect(sent({ tools: [{}], stream_options: {} }, 'other')).toEqual({ tools: [{}] })
  })

  it.each([
    ['qwen3.8-max', { reasoning_effort: 'low' }, { reasoning_effort: 'low' }, undefined],
    ['qwen3.8-max', { reasoning_effort: 'high' }, { reasoning_effort: 'xhigh' }, undefined],
    ['qwen3.8-flash', { reasoning_effort: 'none' }, { reasoning_effort: 'none' }, undefined],
    ['qwen3.8-max', { reasoning_effort: 'low', thinking_budget: 9 }, { reasoning_effort: 'low' }, ['thinking_budget']],
    ['qwen3.7-max', { reasoning_effort: 'low' }, { enable_thinking: true, thinking_budget: 4_096 }, undefined],
    ['coder-model', { reasoning_effort: 'medium' }, { enable_thinking: true, thinking_budget: 16_384 }, undefined],
    ['qwen-plus', { reasoning_effort: 'high' }, { enable_thinking: true }, undefined],
    ['qwen3-max', { reasoning_effort: 'none' }, { enable_thinking: false }, undefined],
    ['qwen3.5-plus', { reasoning_effort: 'high', thinking_budget: 99 }, { thinking_budget: 99 }, undefined],
    [
      'qwen3.5-plus',
      { enable_thinking: true, thinking_budget: 99 },
      { enable_thinking: true, thinking_budget: 99 },
      undefined,
    ],
    ['qwen3-coder-plus', { reasoning_effort: 'high' }, {}, ['reasoning_effort']],
    ['qwen3-coder-plus', { reasoning_effort: 'none' }, {}, undefined],
    ['qwen3-235b-a22b-instruct-2507', { reasoning_effort: 'low' }, {}, ['reasoning_effort']],
    ['deepseek-v4-pro', { reasoning_effort: 'high' }, { reasoning_effort: 'high' }, undefined],
  ])('tells %s in its own words how to think: %j', (model, asked, expected, lost) => {
    expect(sent({ stream: true, ...asked }, model)).toEqual({ stream: true, ...expected })
    expect(change({ stream: true, ...asked }, model)?.lost).toEqual(lost)
  })

  it('does not let a model think that thinks in streams only, and says so to who asked for it', () => {
    expect(sent({}, 'qwen3-vl-plus')).toEqual({ enable_thinking: false })
    expect(sent({ enable_thinking: false }, 'qwen-plus')).toEqual({ enable_thinking: false })
    const asked = { enable_thinking: true, thinking_budget: 9, reasoning_effort: 'low' }
    expect(sent(asked, 'qwen-plus')).toEqual({ enable_thinking: false })
    expect(change(asked, 'qwen-plus')?.lost).toEqual(['enable_thinking', 'reasoning_effort', 'thinking_budget'])
    expect(sent({}, 'qwen3.7-plus')).toEqual({})
    expect(sent({}, 'qwen3-coder-plus')).toEqual({})
  })

  it('never says both of an effort and a budget', () => {
    const word = fc.option(fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'), {
      nil: undefined,
    })
    const model = fc.constantFrom(
      'qwen3.8-max',
      'qwen3.7-max',
      'qwen-plus',
      'coder-model',
      'vision-model',
      'qwen3-coder-next',
    )
    fc.assert(
      fc.property(
        model,
        word,
        fc.option(fc.nat(), { nil: undefined }),
        fc.boolean(),
        (id, effort, budget, isStream) => {
          const body = {
            stream: isStream,
            ...(effort && { reasoning_effort: effort }),
            ...(budget !== undefined && { thinking_budget: budget }),
          }
          expect(Object.keys(sent(body, id)).filter((name) => /effort|budget/.test(name)).length).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  it('is what every place sends, under our own name', () => {
    for (const { providers } of [portal, modelstudio]) {
      expect(providers[0]).toMatchObject({ quirks, chat: { reasoningContent: true } })
      expect(JSON.stringify(providers[0]?.headers ?? {})).not.toMatch(/user-agent/i)
    }
  })
})

describe('the tool calls of an answer', () => {
  const mended = (...deltas: readonly Fields[]): readonly (Fields | undefined)[] => {
    const mend = quirks.answer?.()
    return deltas.map((delta) => mend?.({ id: 'x', choices: [{ index: 0, delta, finish_reason: null }] }))
  }
  const callsIn = (event: Fields | undefined) =>
    (event?.choices as readonly { readonly delta: { readonly tool_calls: unknown } }[] | undefined)?.[0]?.delta
      .tool_calls

  it('keep their ids where later pieces restate them empty', () => {
    const [first, later] = mended(
      { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":' } }] },
      { tool_calls: [{ index: 0, id: '', type: 'function', function: { name: null, arguments: '1}' } }] },
    )
    expect(first).toBeUndefined()
    expect(callsIn(later)).toEqual([{ index: 0, type: 'function', function: { arguments: '1}' } }])
  })

  it('get an index each where two share one, in chunks or in one', () => {
    const call = (id: string) => ({ index: 0, id, function: { name: 'f', arguments: '{}' } })
    expect(mended({ tool_calls: [call('a')] }, { tool_calls: [call('b')] }).map(callsIn)).toEqual([
      undefined,
      [{ ...call('b'), index: 1 }],
    ])
    expect(callsIn(mended({ tool_calls: [call('a'), call('b')] })[0])).toEqual([call('a'), { ...call('b'), index: 1 }])
  })

  it('get an id where none came, and are two where a name comes after whole arguments', () => {
    const piece = (name: string, written: string) => ({
      tool_calls: [{ index: 0, function: { name, arguments: written } }],
    })
    expect(mended(piece('f', '{"a":1}'), piece('g', '{}')).map(callsIn)).toEqual([
      [{ index: 0, id: 'call_x_0', function: { name: 'f', arguments: '{"a":1}' } }],
      [{ index: 1, id: 'call_x_1', function: { name: 'g', arguments: '{}' } }],
    ])
  })

  it('are why the answer stopped', () => {
    const mend = quirks.answer?.()
    const finish = { choices: [{ index: 0, delta: { content: '' }, finish_reason: 'stop' }] }
    expect(mend?.(finish)).toBeUndefined()
    mend?.({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f' } }] } }] })
    expect(mend?.(finish)).toEqual({ choices: [{ index: 0, delta: { content: '' }, finish_reason: 'tool_calls' }] })
    const whole = {
      choices: [
        { message: { tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{}' } }] }, finish_reason: 'stop' },
      ],
    }
    expect(quirks.answer?.()(whole)).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] })
  })

  it('stay as they came where nothing is wrong with them', () => {
    const pieces = fc.array(fc.record({ call: fc.nat(3), text: fc.string() }), { maxLength: 20 })
    fc.assert(
      fc.property(pieces, (list) => {
        const begun: number[] = []
        const deltas = list.map(({ call, text }) => {
          const index = begun.includes(call) ? begun.indexOf(call) : begun.push(call) - 1
          const isFirst =
            index === begun.length - 1 &&
            list.findIndex((each) => each.call === call) ===
              list.findIndex((each) => each.call === call && each.text === text)
          return { index, isFirst, text }
        })
        const seen = new Set<number>()
        const events = deltas.map(({ index, text }) => {
          const isNew = !seen.has(index)
          seen.add(index)
          return {
            tool_calls: [
              isNew
                ? { index, id: `c${index}`, function: { name: 'f', arguments: text } }
                : { index, function: { arguments: text } },
            ],
          }
        })
        expect(mended(...events).every((event) => event === undefined)).toBe(true)
      }),
    )
  })
})
