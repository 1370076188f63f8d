/** `openai`, responses. */
import OpenAI from 'openai'
import { CITY, errorIn, listening } from './sdk.ts'
import type { Heard, Result, Sdk, Wish } from './sdk.ts'

type Item = OpenAI.Responses.ResponseInputItem

export function openaiResponses(baseURL: string, apiKey: string): Sdk {
  const wire = listening()
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0, fetch: wire.fetch })
  return {
    id: 'openai-responses',
    errorOf: (reason) => errorIn(reason, OpenAI),
    async ask(wish) {
      const body = bodyOf(wish)
      const options = { ...(wish.signal && { signal: wish.signal }) }
      if (!wish.stream) return heardIn(await client.responses.create(body, options), wire.headers(), 0)
      const run = client.responses.stream(body, options)
      let pieces = 0
      let deltas = ''
      let unfinished: OpenAI.Responses.Response | undefined
      run.on('event', (event) => {
        if (event.type === 'response.output_text.delta') deltas += event.delta
        if (event.type.endsWith('.delta')) pieces += 1
        if (event.type === 'response.incomplete') unfinished = event.response
        wish.onPiece?.()
      })
      const response = await run.finalResponse()
      const heard = heardIn(unfinished ?? response, wire.headers(), pieces)
      if (deltas !== heard.text) throw new Error(`the deltas are "${deltas}", and the text is "${heard.text}"`)
      return heard
    },
  }
}

function bodyOf(wish: Wish): Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'> {
  const { tools, choice, before } = wish
  return {
    model: wish.model,
    store: false,
    ...(wish.system !== undefined && { instructions: wish.system }),
    input: [
      ...(wish.developer === undefined ? [] : [{ role: 'developer', content: wish.developer } as const]),
      { role: 'user', content: contentOf(wish) },
      ...(before === undefined ? [] : [...(before.heard.turn as Item[]), ...before.results.map(resultOf)]),
    ],
    ...(tools && {
      tools: tools.map((name) => ({ type: 'function' as const, name, parameters: { ...CITY }, strict: false })),
    }),
    ...(choice !== undefined && {
      tool_choice: typeof choice === 'string' ? choice : { type: 'function' as const, ...choice },
    }),
    ...(wish.single && { parallel_tool_calls: false }),
    ...(wish.shaped && {
      text: { format: { type: 'json_schema' as const, name: 'city', schema: { ...CITY }, strict: true } },
    }),
    ...(wish.maxTokens !== undefined && { max_output_tokens: wish.maxTokens }),
    ...(wish.thinks && {
      reasoning: { effort: 'low' as const, summary: 'auto' as const },
      include: ['reasoning.encrypted_content' as const],
    }),
  }
}

function contentOf({ text, image }: Wish): OpenAI.Responses.ResponseInputMessageContentList {
  return [
    { type: 'input_text', text },
    ...(image === undefined ? [] : [{ type: 'input_image', detail: 'auto', image_url: image } as const]),
  ]
}

function resultOf({ id, text, image }: Result): Item {
  if (image === undefined) return { type: 'function_call_output', call_id: id, output: text }
  const output = [
    { type: 'input_text' as const, text },
    { type: 'input_image' as const, detail: 'auto' as const, image_url: image },
  ]
  return { type: 'function_call_output', call_id: id, output }
}

function heardIn(response: OpenAI.Responses.Response, headers: Headers, pieces: number): Heard {
  const { output, usage, status } = response
  const contents = output.flatMap((item) => (item.type === 'message' ? item.content : []))
  const calls = output.flatMap((item) =>
    item.type === 'function_call'
      ? [{ id: item.call_id, name: item.name, arguments: JSON.parse(item.arguments) as unknown }]
      : [],
  )
  const reasoning = output.flatMap((item) => (item.type === 'reasoning' ? item.summary.map(({ text }) => text) : []))
  return {
    text: contents.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
    refusal: contents.map((part) => (part.type === 'refusal' ? part.refusal : '')).join(''),
    reasoning: reasoning.join(''),
    calls,
    finish: status === 'incomplete' ? (response.incomplete_details?.reason ?? '') : (status ?? ''),
    usage: {
      input: usage?.input_tokens,
      output: usage?.output_tokens,
      cached: usage?.input_tokens_details.cached_tokens,
      reasoning: usage?.output_tokens_details.reasoning_tokens,
    },
    headers,
    pieces,
    turn: output.map(asSent),
  }
}

/** What the SDK's helper for streams adds is refused when it comes back. */
function asSent(item: OpenAI.Responses.ResponseOutputItem): unknown {
  const { parsed_arguments: _, ...own } = item as { parsed_arguments?: unknown }
  return own
}
