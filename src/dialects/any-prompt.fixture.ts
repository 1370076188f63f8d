/** Prompts of all kinds, for the round trips of every format's tests. */
import * as fc from 'fast-check'
import type { AssistantPart, FilePart, ImagePart, Prompt, TextPart, Tool, ToolCallPart, Turn } from '../core/prompt.ts'

/** Also what JSON, bytes and event streams must not trip over. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('杭州 😀', 'a\n\ndata: [DONE]\r\n', '"\\', '\u2028'),
)
const filled = text.filter((said) => said !== '')
const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,12}$/)
const id = fc.stringMatching(/^call_[a-z0-9]{1,8}$/)
const json = fc.dictionary(name, fc.jsonValue()).map((value) => JSON.stringify(value))
const schema = fc
  .dictionary(name, fc.constantFrom('string', 'number'))
  .map((properties) => ({ type: 'object', properties }))
const url = fc.constantFrom('data:image/png;base64,iVBORw0KGgo=', 'https://pictures.example/杭州.png')

const textPart: fc.Arbitrary<TextPart> = filled.map((said) => ({ kind: 'text', text: said }))
const imagePart: fc.Arbitrary<ImagePart> = fc.record(
  { kind: fc.constant('image' as const), url, detail: fc.constantFrom('low', 'high') },
  { requiredKeys: ['kind', 'url'] },
)
const filePart: fc.Arbitrary<FilePart> = fc.record(
  { kind: fc.constant('file' as const), url: fc.constant('data:application/pdf;base64,JVBERi0='), name },
  { requiredKeys: ['kind', 'url'] },
)
const callPart: fc.Arbitrary<ToolCallPart> = fc.record({
  kind: fc.constant('tool-call' as const),
  id,
  name,
  arguments: json,
})
const saidParts: fc.Arbitrary<readonly AssistantPart[]> = fc
  .tuple(
    fc.option(
      filled.map((said): AssistantPart => ({ kind: 'reasoning', text: said })),
      { nil: undefined },
    ),
    fc.option(textPart, { nil: undefined }),
    fc.uniqueArray(callPart, { maxLength: 3, selector: (call) => call.id }),
  )
  .map(([reasoning, said, calls]) => [...(reasoning ? [reasoning] : []), ...(said ? [said] : []), ...calls])

const userParts = fc.array(fc.oneof(textPart, imagePart, filePart), { minLength: 1, maxLength: 3 })

/** A question, perhaps calls with their results, and what was said to them. */
const exchange: fc.Arbitrary<readonly Turn[]> = fc
  .tuple(
    userParts,
    saidParts,
    fc.array(fc.array(textPart, { minLength: 1, maxLength: 1 }), { minLength: 3, maxLength: 3 }),
  )
  .map(([question, said, results]): readonly Turn[] => [
    { role: 'user', parts: question },
    ...(said.length > 0 ? [{ role: 'assistant', parts: said } as const] : []),
    ...said
      .filter((part) => part.kind === 'tool-call')
      .map((call, at): Turn => ({ role: 'tool', callId: call.id, parts: results[at] ?? [] })),
  ])

const tool: fc.Arbitrary<Tool> = fc.record(
  { name, description: text, parameters: schema, strict: fc.boolean() },
  { requiredKeys: ['name', 'parameters'] },
)

export const anyPrompt: fc.Arbitrary<Prompt> = fc.record(
  {
    turns: fc
      .tuple(
        fc.option(fc.array(textPart, { minLength: 1, maxLength: 2 }), { nil: undefined }),
        fc.array(exchange, { minLength: 1, maxLength: 3 }),
      )
      .map(([system, exchanges]): readonly Turn[] => [
        ...(system ? [{ role: 'system', parts: system } as const] : []),
        ...exchanges.flat(),
      ]),
    tools: fc.uniqueArray(tool, { minLength: 1, maxLength: 3, selector: (one) => one.name }),
    toolChoice: fc.constantFrom('auto' as const, 'none' as const, 'required' as const, { name: 'f' }),
    parallelToolCalls: fc.boolean(),
    format: fc.oneof(
      fc.constant({ kind: 'json' as const }),
      fc.record(
        { kind: fc.constant('json-schema' as const), name, description: text, schema, strict: fc.boolean() },
        { requiredKeys: ['kind', 'name', 'schema'] },
      ),
    ),
    maxOutputTokens: fc.integer({ min: 1, max: 200_000 }),
    stop: fc.array(filled, { minLength: 1, maxLength: 4 }),
    temperature: fc.constantFrom(0, 0.3, 1),
    topP: fc.constantFrom(0.1, 1),
    topK: fc.integer({ min: 1, max: 100 }),
    seed: fc.nat(),
    presencePenalty: fc.constantFrom(-1, 0.5),
    frequencyPenalty: fc.constantFrom(-1, 0.5),
    reasoning: fc.oneof(
      fc.constant({ kind: 'off' as const }),
      fc.constantFrom('low', 'medium', 'high').map((effort) => ({ kind: 'on' as const, effort })),
    ),
    verbosity: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
    user: text,
    unsaid: fc.constant([]),
  },
  { requiredKeys: ['turns', 'tools', 'unsaid'] },
)
