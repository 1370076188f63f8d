/** What the emulator answers: always the same to the same request, but for ids, and marked as its own. */
import { randomBytes } from 'node:crypto'
import { answerTextsFor } from './answer-texts.ts'
import { isFields } from './fields.ts'
import type { Fields } from './fields.ts'
import type { Message, Question, Tool } from './question.ts'
import { firstTokens, tokensOf } from './tokens.ts'

export interface Answer {
  readonly reasoning: string
  readonly text: string
  readonly calls: readonly ToolCall[]
  readonly ending: Ending
}

export interface ToolCall {
  /** Behind the prefix that the format gives it. */
  readonly id: string
  readonly name: string
  readonly arguments: string
}

type Ending =
  | { readonly kind: 'stop' | 'length' | 'tool-calls' | 'refusal' }
  | { readonly kind: 'stop-sequence'; readonly sequence: string }

/** A question with this word in it is declined in words. */
const refusedWord = 'emulator-refuse'

export function answerTo(question: Question): Answer {
  const { messages, maxTokens } = question
  const asked = messages.findLast(({ role }) => role === 'user')?.text ?? ''
  const texts = answerTextsFor(asked)
  const thinks = question.thinkingWanted ? texts.reasoning(beginningOf(asked, 60)) : ''
  const whole = { reasoning: thinks, ...saidTo(question, asked) }
  return maxTokens === undefined ? whole : withinTokens(whole, maxTokens)
}

type Said = Omit<Answer, 'reasoning'>

function saidTo(question: Question, asked: string): Said {
  const texts = answerTextsFor(asked)
  if (asked.includes(refusedWord)) return { text: texts.refused, calls: [], ending: { kind: 'refusal' } }
  const calls = callsIn(question, asked)
  if (calls.length > 0) return { text: '', calls, ending: { kind: 'tool-calls' } }
  const text = question.schema === undefined ? wordsTo(question, asked) : jsonTo(question.schema, asked)
  return { calls: [], ...stoppedIn(text, question.stops) }
}

function wordsTo(question: Question, asked: string): string {
  const { messages, model } = question
  const texts = answerTextsFor(asked)
  const lastSpoken = messages.findLastIndex(({ role }) => role === 'assistant')
  const results = messages.slice(lastSpoken + 1).filter(({ role }) => role === 'tool')
  const asking = messages.findLast(({ role }) => role === 'user')
  const pictures = [...results, ...(asking === undefined ? [] : [asking])].flatMap((message) => message.pictures)
  const told = messages.filter(({ role }) => role === 'system' || role === 'developer')
  const sentences = [
    ...(/system prompt|系统提示/i.test(asked) ? [texts.told(told.map(toldIn).join('; '))] : []),
    ...results.map(({ text }) => texts.toolSaid(beginningOf(text, 200))),
    ...(pictures.length > 0 ? [texts.seen(pictures)] : []),
    asked.trim() === '' ? texts.askedNothing : texts.asked(beginningOf(asked, 60)),
    texts.standIn,
  ]
  return stretched(`[emulator] ${model.id}: ${sentences.join(texts.gap)}`, question)
}

function toldIn({ role, text }: Message): string {
  return `${role}: ${beginningOf(text, 60)}`
}

function jsonTo(schema: Fields, asked: string): string {
  const hasShape = Object.keys(schema).length > 0
  return JSON.stringify(hasShape ? exampleOf(schema, beginningOf(asked, 60)) : { answer: beginningOf(asked, 60) })
}

/** Up to the first of the sequences that it holds. */
function stoppedIn(text: string, stops: readonly string[]): Pick<Answer, 'text' | 'ending'> {
  const found = stops
    .map((sequence) => ({ sequence, at: text.indexOf(sequence) }))
    .filter(({ at, sequence }) => at !== -1 && sequence !== '')
    .toSorted((one, other) => one.at - other.at)[0]
  if (found === undefined) return { text, ending: { kind: 'stop' } }
  return { text: text.slice(0, found.at), ending: { kind: 'stop-sequence', sequence: found.sequence } }
}

/** Cut where its tokens end, be it in the middle of a tool's arguments. */
function withinTokens(whole: Answer, most: number): Answer {
  let left = most
  let isCut = false
  const taken = (text: string): string => {
    const tokens = tokensOf(text)
    if (tokens > left) isCut = true
    const kept = isCut ? firstTokens(text, left) : text
    left = isCut ? 0 : left - tokens
    return kept
  }
  const reasoning = taken(whole.reasoning)
  const text = taken(whole.text)
  const calls: ToolCall[] = []
  for (const call of whole.calls) {
    const spent = taken(call.name + call.arguments)
    if (spent.length > call.name.length) calls.push({ ...call, arguments: spent.slice(call.name.length) })
  }
  return isCut ? { reasoning, text, calls, ending: { kind: 'length' } } : whole
}

/** On one line, and no longer than so many characters. */
function beginningOf(text: string, length: number): string {
  const characters = Array.from(
    text
      .slice(0, length * 4)
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )
  return characters.length > length ? `${characters.slice(0, length).join('')}…` : characters.join('')
}

/** As long as the request's `x_emulator` wants it: enough for its number of chunks, or exactly so many characters. */
function stretched(text: string, { pace }: Question): string {
  const length = Array.from(text).length
  const wanted = Math.max(pace.replyChars ?? length, pace.chunks ?? 0)
  if (wanted <= length) return Array.from(text).slice(0, wanted).join('')
  const filler = ' and so on'
  return text + filler.repeat(Math.ceil((wanted - length) / filler.length)).slice(0, wanted - length)
}

function callsIn(question: Question, asked: string): readonly ToolCall[] {
  const wanted = toolsToCall(question)
  const { parallelTools } = question
  const several = parallelTools ? wanted : wanted.slice(0, 1)
  return several.map(({ name, parameters }) => ({
    // No two calls have the same, as with real models: who keeps what belongs to a call, keeps it by its id.
    id: randomBytes(12).toString('hex'),
    name,
    arguments: JSON.stringify(exampleOf(parameters, beginningOf(asked, 60))),
  }))
}

/** With the word for it in the question, all that are named, or the only one twice. */
function toolsToCall({ tools, toolChoice, messages }: Question): readonly Tool[] {
  const last = messages.at(-1) ?? messages[0]
  if (last.role !== 'user' || toolChoice.kind === 'none') return []
  if (toolChoice.kind === 'named') return tools.filter(({ name }) => name === toolChoice.name).slice(0, 1)
  const text = last.text.toLowerCase()
  const named = tools.filter(({ name }) => text.includes(name.toLowerCase()))
  const isWanted = named.length > 0 || toolChoice.kind === 'required' || /tool|工具/.test(text)
  const [first] = named.length > 0 ? named : tools
  if (!isWanted || first === undefined) return []
  if (!/in parallel|同时/.test(text)) return [first]
  return named.length > 1 ? named : [first, first]
}

/** A value that the schema would take, made of the question's words where it wants a string. */
function exampleOf(schema: unknown, words: string): unknown {
  if (!isFields(schema)) return words
  if (Array.isArray(schema['enum'])) return schema['enum'][0] as unknown
  const { type } = schema
  switch (Array.isArray(type) ? (type[0] as unknown) : type) {
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return true
    case 'array':
      return [exampleOf(schema['items'], words)]
    case 'string':
      return words
    default:
      return exampleObject(schema, words)
  }
}

function exampleObject(schema: Fields, words: string): Fields {
  const properties = isFields(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required'])
    ? (schema['required'] as readonly unknown[])
    : Object.keys(properties)
  return Object.fromEntries(
    Object.keys(properties)
      .filter((name) => required.includes(name))
      .map((name) => [name, exampleOf(properties[name], words)]),
  )
}
