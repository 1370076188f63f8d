/** `@anthropic-ai/sdk`, messages. */
import Anthropic from '@anthropic-ai/sdk'
import { bytesOf, CITY, errorIn, listening } from './sdk.ts'
import type { Heard, Result, Sdk, Wish } from './sdk.ts'

/** The SDK puts `/v1` before its paths itself. */
export function anthropicMessages(baseURL: string, apiKey: string): Sdk {
  const wire = listening()
  const client = new Anthropic({ baseURL, apiKey, maxRetries: 0, fetch: wire.fetch })
  return {
    id: 'anthropic-messages',
    errorOf: (reason) => errorIn(reason, Anthropic),
    async ask(wish) {
      const body = bodyOf(wish)
      const options = { ...(wish.signal && { signal: wish.signal }) }
      if (!wish.stream) return heardIn(await client.messages.create(body, options), wire.headers(), 0)
      const run = client.messages.stream(body, options)
      let pieces = 0
      run.on('streamEvent', ({ type }) => {
        if (type === 'content_block_delta') pieces += 1
        wish.onPiece?.()
      })
      return heardIn(await run.finalMessage(), wire.headers(), pieces)
    },
  }
}

function bodyOf(wish: Wish): Anthropic.MessageCreateParamsNonStreaming {
  const { tools, choice, before, single } = wish
  const one = single && { disable_parallel_tool_use: true }
  return {
    model: wish.model,
    max_tokens: wish.maxTokens ?? 4_000,
    ...(wish.system !== undefined && { system: wish.system }),
    messages: [
      { role: 'user', content: contentOf(wish) },
      // Claude Code says so to models that it does not know.
      ...(wish.developer === undefined ? [] : [{ role: 'system', content: wish.developer } as const]),
      ...(before === undefined
        ? []
        : [
            { role: 'assistant', content: before.heard.turn as Anthropic.ContentBlockParam[] } as const,
            { role: 'user', content: before.results.map(resultOf) } as const,
          ]),
    ],
    ...(tools && { tools: tools.map((name) => ({ name, input_schema: { ...CITY, required: ['city'] } })) }),
    ...((choice !== undefined || single) && { tool_choice: choiceOf(choice, one) }),
    ...(wish.shaped && { output_config: { format: { type: 'json_schema' as const, schema: { ...CITY } } } }),
    ...(wish.stop !== undefined && { stop_sequences: [wish.stop] }),
    ...(wish.thinks && { thinking: { type: 'enabled' as const, budget_tokens: 1_024 } }),
  }
}

function choiceOf(choice: Wish['choice'], one: object | undefined): Anthropic.ToolChoice {
  if (choice === 'none') return { type: 'none' }
  if (choice === undefined) return { type: 'auto', ...one }
  return choice === 'required' ? { type: 'any', ...one } : { type: 'tool', ...choice, ...one }
}

function contentOf({ text, image }: Wish): Anthropic.ContentBlockParam[] {
  return [...(image === undefined ? [] : [imageOf(image)]), { type: 'text', text }]
}

function imageOf(image: string): Anthropic.ImageBlockParam {
  const { type, data } = bytesOf(image)
  return { type: 'image', source: { type: 'base64', media_type: type as 'image/gif', data } }
}

function resultOf({ id, text, image }: Result): Anthropic.ToolResultBlockParam {
  const content = [{ type: 'text' as const, text }, ...(image === undefined ? [] : [imageOf(image)])]
  return { type: 'tool_result', tool_use_id: id, content }
}

function heardIn(message: Anthropic.Message, headers: Headers, pieces: number): Heard {
  const { content, usage, stop_reason: reason } = message
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('')
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage
  return {
    text,
    refusal: reason === 'refusal' ? text : '',
    reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: block.input }] : [],
    ),
    finish: reason ?? '',
    usage: {
      input: usage.input_tokens + (read ?? 0) + (written ?? 0),
      output: usage.output_tokens,
      cached: read ?? undefined,
      reasoning: usage.output_tokens_details?.thinking_tokens,
    },
    headers,
    pieces,
    turn: content,
  }
}
