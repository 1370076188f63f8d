/** `openai`, chat completions. */
import OpenAI from 'openai'
import { CITY, errorIn, listening } from './sdk.ts'
import type { Heard, Sdk, Wish } from './sdk.ts'

type Message = OpenAI.Chat.ChatCompletionMessageParam

export function openaiChat(baseURL: string, apiKey: string): Sdk {
  const wire = listening()
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0, fetch: wire.fetch })
  return {
    id: 'openai-chat',
    errorOf: (reason) => errorIn(reason, OpenAI),
    async ask(wish) {
      const body = bodyOf(wish)
      const options = { ...(wish.signal && { signal: wish.signal }) }
      if (!wish.stream) return heardIn(await client.chat.completions.create(body, options), wire.headers(), 0, '')
      const run = client.chat.completions.stream({ ...body, stream_options: { include_usage: true } }, options)
      let pieces = 0
      let reasoning = ''
      run.on('chunk', ({ choices: [choice] }) => {
        const delta = choice?.delta as { reasoning_content?: string | null } | undefined
        reasoning += delta?.reasoning_content ?? ''
        if (choice?.delta.content || delta?.reasoning_content || choice?.delta.tool_calls) pieces += 1
        wish.onPiece?.()
      })
      return heardIn(await run.finalChatCompletion(), wire.headers(), pieces, reasoning)
    },
  }
}

function bodyOf(wish: Wish): Omit<OpenAI.Chat.ChatCompletionCreateParamsNonStreaming, 'stream'> {
  const { tools, choice, before } = wish
  return {
    model: wish.model,
    messages: [
      ...(wish.system === undefined ? [] : [{ role: 'system', content: wish.system } as const]),
      ...(wish.developer === undefined ? [] : [{ role: 'developer', content: wish.developer } as const]),
      { role: 'user', content: contentOf(wish) },
      ...(before === undefined ? [] : [before.heard.turn as Message, ...before.results.map(resultOf)]),
    ],
    ...(tools && {
      tools: tools.map((name) => ({ type: 'function' as const, function: { name, parameters: { ...CITY } } })),
    }),
    ...(choice !== undefined && {
      tool_choice: typeof choice === 'string' ? choice : { type: 'function' as const, function: choice },
    }),
    ...(wish.single && { parallel_tool_calls: false }),
    ...(wish.shaped && {
      response_format: {
        type: 'json_schema' as const,
        json_schema: { name: 'city', schema: { ...CITY }, strict: true },
      },
    }),
    ...(wish.stop !== undefined && { stop: [wish.stop] }),
    ...(wish.maxTokens !== undefined && { max_completion_tokens: wish.maxTokens }),
    ...(wish.thinks && { reasoning_effort: 'low' as const }),
  }
}

function contentOf({ text, image }: Wish): string | OpenAI.Chat.ChatCompletionContentPart[] {
  if (image === undefined) return text
  return [
    { type: 'text', text },
    { type: 'image_url', image_url: { url: image } },
  ]
}

/** Results are text in this format; what programs do with a picture is to show it after them. */
function resultOf({ id, text }: { readonly id: string; readonly text: string }): Message {
  return { role: 'tool', tool_call_id: id, content: text }
}

function heardIn(completion: OpenAI.Chat.ChatCompletion, headers: Headers, pieces: number, streamed: string): Heard {
  const [choice] = completion.choices
  const message = choice?.message
  const { reasoning_content: whole } = (message ?? {}) as { reasoning_content?: string }
  const reasoning = streamed === '' ? (whole ?? '') : streamed
  const { usage } = completion
  const calls = (message?.tool_calls ?? []).flatMap((call) =>
    call.type === 'function'
      ? [{ id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments) as unknown }]
      : [],
  )
  const turn = {
    role: 'assistant',
    content: message?.content ?? null,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, name, arguments: args }) => ({
        id,
        type: 'function',
        function: { name, arguments: JSON.stringify(args) },
      })),
    }),
  }
  return {
    text: message?.content ?? '',
    refusal: message?.refusal ?? '',
    reasoning,
    calls,
    finish: choice?.finish_reason ?? '',
    usage: {
      input: usage?.prompt_tokens,
      output: usage?.completion_tokens,
      cached: usage?.prompt_tokens_details?.cached_tokens,
      reasoning: usage?.completion_tokens_details?.reasoning_tokens,
    },
    headers,
    pieces,
    turn,
  }
}
