/** An answer of another format, said as a chat answer. */
import type { AnswerEvent, FinishReason } from '../../core/answer.ts'
import type { ReasoningPart } from '../../core/prompt.ts'
import type { Usage } from '../../core/verdict.ts'
import type { AnswerWriter, WriterOptions } from '../caller-dialect.ts'
import { LONGEST_REASONING } from '../seals.ts'
import { errorFrame } from './errors.ts'

const FINISHES: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  refusal: 'stop',
}

export function chatAnswerWriter(options: WriterOptions): AnswerWriter {
  const answer = gathered(options)
  const head = (): string =>
    `data: {"id":${JSON.stringify(answer.id)},"object":"chat.completion.chunk","created":${answer.created},"model":${JSON.stringify(answer.model())}`
  let opening: string | undefined
  let hasRole = false

  const chunk = (delta: object, finish: string | null = null): string => {
    opening ??= head()
    const told = hasRole ? delta : { role: 'assistant', ...delta }
    hasRole = true
    return `${opening},"choices":[{"index":0,"delta":${JSON.stringify(told)},"logprobs":null,"finish_reason":${JSON.stringify(finish)}}]}\n\n`
  }

  return {
    write(event) {
      answer.take(event)
      switch (event.kind) {
        case 'text':
          return chunk({ content: event.text })
        case 'refusal':
          return chunk({ refusal: event.text })
        case 'reasoning':
          return chunk({ reasoning_content: event.text })
        case 'tool-call': {
          const { index, id, name } = event
          return chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] })
        }
        case 'tool-arguments':
          return chunk({ tool_calls: [{ index: event.index, function: { arguments: event.json } }] })
        default:
          return ''
      }
    },
    end() {
      answer.close()
      const last = chunk({}, FINISHES[answer.finish()])
      const told = answer.usage()
      const usage =
        options.request.wantsUsage && told ? `${opening ?? head()},"choices":[],"usage":${usageText(told)}}\n\n` : ''
      return `${last}${usage}data: [DONE]\n\n`
    },
    broken: errorFrame,
  }
}

export function wholeChatAnswer(events: readonly AnswerEvent[], options: WriterOptions): string {
  const answer = gathered(options)
  for (const event of events) answer.take(event)
  answer.close()
  const of = (kind: 'text' | 'refusal' | 'reasoning'): string =>
    events.map((event) => (event.kind === kind ? event.text : '')).join('')
  const written = new Map<number, string>()
  for (const event of events) {
    if (event.kind === 'tool-arguments') written.set(event.index, (written.get(event.index) ?? '') + event.json)
  }
  const calls = events.flatMap((event) => {
    if (event.kind !== 'tool-call') return []
    const { id, name, index } = event
    return [{ id, type: 'function', function: { name, arguments: written.get(index) ?? '' } }]
  })
  const text = of('text')
  const reasoning = of('reasoning')
  const refusal = of('refusal')
  const message = {
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
    refusal: refusal || null,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
  const { id, created } = answer
  const choices = [{ index: 0, message, logprobs: null, finish_reason: FINISHES[answer.finish()] }]
  const head = JSON.stringify({ id, object: 'chat.completion', created, model: answer.model(), choices })
  const usage = answer.usage()
  return usage ? `${head.slice(0, -1)},"usage":${usageText(usage)}}` : head
}

interface Gathered {
  readonly id: string
  readonly created: number
  model(): string
  take(event: AnswerEvent): void
  /** Keeps the sealed reasoning for the turn in which the results of its calls come back: this format has no word for it. */
  close(): void
  finish(): FinishReason
  usage(): Usage | undefined
}

function gathered({ requestId, now, issuer, seals }: WriterOptions): Gathered {
  let model: string = issuer.model
  let finish: FinishReason = 'stop'
  let usage: Usage | undefined
  let thought = ''
  const reasoning: ReasoningPart[] = []
  const callIds: string[] = []
  return {
    id: `chatcmpl-${requestId}`,
    created: Math.floor(now.getTime() / 1_000),
    model: () => model,
    take(event) {
      if (event.kind === 'start') model = event.model ?? model
      else if (event.kind === 'finish') finish = event.reason
      else if (event.kind === 'usage') ({ usage } = event)
      else if (event.kind === 'reasoning') thought += thought.length > LONGEST_REASONING ? '' : event.text
      else if (event.kind === 'reasoning-end') {
        const { sealed } = event
        if (sealed) reasoning.push({ kind: 'reasoning', text: thought, sealed: { ...sealed, issuer } })
        thought = ''
      } else if (event.kind === 'tool-call') callIds.push(event.id)
    },
    close() {
      if (callIds.length > 0) seals.noteBefore(callIds, reasoning)
    },
    finish: () => finish,
    usage: () => usage,
  }
}

/** What the upstream did not tell is not made up; a figure of two that is missing is none. */
function usageText(usage: Usage): string {
  const { inputTokens = 0, outputTokens = 0, cachedInputTokens, reasoningTokens } = usage
  return JSON.stringify({
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(cachedInputTokens !== undefined && { prompt_tokens_details: { cached_tokens: cachedInputTokens } }),
    ...(reasoningTokens !== undefined && { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  })
}
