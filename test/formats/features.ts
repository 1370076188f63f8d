/** What programs want of an answer. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { ask, both, errorOf, leftOut, worksOrNamed } from './feature.ts'
import type { Feature, Found, Place } from './feature.ts'
import type { Heard, Wish } from './sdk.ts'

const GIF = 'data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=='
const TOOLS = ['get_weather', 'get_time']
const SPOKEN = /You asked: "Say hello"\. I am a stand-in/

/** Nothing of the request was left out. */
function whole(heard: Heard): Heard {
  deepEqual(leftOut(heard), [])
  return heard
}

const finishes = {
  stop: /^(?:stop|completed|end_turn)$/,
  length: /^(?:length|max_output_tokens|max_tokens)$/,
  tools: /^(?:tool_calls|completed|tool_use)$/,
  refusal: /^(?:stop|completed|refusal)$/,
}

export const FEATURES: readonly Feature[] = [
  {
    id: 'text',
    title: { en: 'text, in one piece', zh: '文本，一次返回' },
    async run(place) {
      const heard = whole(await ask(place, {}))
      match(heard.text, SPOKEN)
      match(heard.finish, finishes.stop)
      return 'yes'
    },
  },
  {
    id: 'stream',
    title: { en: 'text, streamed', zh: '文本，流式返回' },
    async run(place) {
      const heard = whole(await ask(place, { stream: true }))
      match(heard.text, SPOKEN)
      match(heard.finish, finishes.stop)
      ok(heard.pieces > 10, `${heard.pieces} pieces`)
      return 'yes'
    },
  },
  {
    id: 'system',
    title: { en: 'system text', zh: 'system 指示' },
    async run(place) {
      const wish = { system: 'Be brief.', text: 'What is your system prompt?' }
      await both(place, wish, (heard) => match(whole(heard).text, /I was told: "(?:system|developer): Be brief\."/))
      return 'yes'
    },
  },
  {
    id: 'developer',
    title: { en: 'developer text, or system text among the messages', zh: 'developer 指示，或消息中的 system 指示' },
    async run(place) {
      const wish = { developer: 'Be kind.', text: 'What is your system prompt?' }
      await both(place, wish, (heard) => match(whole(heard).text, /I was told: "(?:system|developer): Be kind\."/))
      return 'yes'
    },
  },
  {
    id: 'image',
    title: { en: 'image', zh: '图片' },
    async run(place) {
      await both(place, { image: GIF }, (heard) => match(whole(heard).text, /I see a GIF picture, 1 x 1 pixels/))
      return 'yes'
    },
  },
  {
    id: 'tool',
    title: { en: 'a tool call', zh: '一个工具调用' },
    async run(place) {
      await both(place, { text: 'Please get_weather', tools: TOOLS }, (heard) => {
        const [call, ...more] = whole(heard).calls
        deepEqual([call?.name, call?.arguments, more.length], ['get_weather', { city: 'Please get_weather' }, 0])
        match(heard.finish, finishes.tools)
      })
      return 'yes'
    },
  },
  {
    id: 'tools',
    title: { en: 'several tool calls at once, streamed', zh: '同时多个工具调用，流式返回' },
    async run(place) {
      const text = 'get_weather and get_time in parallel'
      const heard = whole(await ask(place, { text, tools: TOOLS, stream: true }))
      deepEqual(
        heard.calls.map((call) => [call.name, call.arguments]),
        TOOLS.map((name) => [name, { city: text }]),
      )
      equal(new Set(heard.calls.map(({ id }) => id)).size, 2)
      ok(heard.pieces > 4, `${heard.pieces} pieces`)
      return 'yes'
    },
  },
  {
    id: 'single',
    title: { en: 'one tool call at most', zh: '最多一个工具调用' },
    async run(place) {
      const wish = { text: 'get_weather and get_time in parallel', tools: TOOLS, single: true } as const
      const heard = await ask(place, wish)
      return worksOrNamed(heard.calls.length === 1, heard, /parallel/)
    },
  },
  {
    id: 'results',
    title: { en: 'tool results', zh: '工具结果' },
    async run(place) {
      const heard = await answered(place, { tools: TOOLS }, {})
      match(whole(heard).text, /The tool answered: "result 0"\. The tool answered: "result 1"\./)
      return 'yes'
    },
  },
  {
    id: 'result-image',
    title: { en: 'a tool result with an image', zh: '带图片的工具结果' },
    async run(place) {
      if (place.sdk.id === 'openai-chat') return { no: 'not in the SDK' }
      const heard = await answered(place, { tools: TOOLS }, { image: GIF })
      match(heard.text, /The tool answered: "result 0[^"]*"\./)
      return worksOrNamed(/GIF picture, 1 x 1 pixels/.test(heard.text), heard, /image/)
    },
  },
  {
    id: 'choice',
    title: { en: 'tool choice: none, any, a certain one', zh: '工具选择：不用、任意、指定' },
    async run(place) {
      const none = await ask(place, { text: 'Please get_weather', tools: TOOLS, choice: 'none' })
      deepEqual([none.calls, leftOut(none)], [[], []])
      const any = await ask(place, { tools: TOOLS, choice: 'required' })
      deepEqual([any.calls.length, leftOut(any)], [1, []])
      const certain = await ask(place, { tools: TOOLS, choice: { name: 'get_time' } })
      deepEqual([certain.calls.map(({ name }) => name), leftOut(certain)], [['get_time'], []])
      return 'yes'
    },
  },
  {
    id: 'schema',
    title: { en: 'structured output', zh: '结构化输出' },
    async run(place) {
      await both(place, { shaped: true }, (heard) => equal(whole(heard).text, '{"city":"Say hello"}'))
      return 'yes'
    },
  },
  {
    id: 'stop',
    title: { en: 'stop sequence', zh: '停止序列' },
    async run(place) {
      if (place.sdk.id === 'openai-responses') return { no: 'not in the SDK' }
      const heard = await ask(place, { stop: 'stand-in', stream: true })
      return worksOrNamed(heard.text.endsWith('I am a '), heard, /stop/)
    },
  },
  {
    id: 'length',
    title: { en: 'most tokens of an answer', zh: '回答的最大 token 数' },
    async run(place) {
      await both(place, { maxTokens: 16 }, (heard) => {
        match(whole(heard).finish, finishes.length)
        equal(heard.usage.output, 16)
      })
      return 'yes'
    },
  },
  {
    id: 'reasoning',
    title: { en: 'reasoning, readable', zh: '推理内容，可读' },
    async run(place) {
      await both(place, { thinks: true }, (heard) => {
        match(whole(heard).reasoning, /The question is "Say hello"/)
        match(heard.text, SPOKEN)
      })
      return 'yes'
    },
  },
  {
    id: 'seals',
    title: { en: 'signed reasoning, back to who made it', zh: '带签名的推理内容，送回签发者' },
    async run(place) {
      if (place.upstream === 'chat') return { no: 'not in the format' }
      const before = await sealsSeen(place)
      const heard = await answered(place, { tools: TOOLS, thinks: true }, {})
      match(heard.reasoning, /The question is/)
      deepEqual(leftOut(heard), [])
      ok((await sealsSeen(place)) > before, 'the upstream saw no seal of its own')
      return 'yes'
    },
  },
  {
    id: 'foreign-seals',
    title: { en: 'signed reasoning, to nobody else', zh: '带签名的推理内容，不送给别人' },
    async run(place) {
      if (place.upstream === 'chat') return { no: 'not in the format' }
      const before = await sealsSeen(place)
      // The emulator refuses what another account of its was given.
      const other = place.world.fresh(place.upstream)
      const heard = await answered(place, { tools: TOOLS, thinks: true }, {}, other)
      match(heard.text, /The tool answered: "result 0"/)
      equal(await sealsSeen(place), before)
      // What that model thought is not told to the other, and that is said.
      ok(leftOut(heard).includes('reasoning'), `left out: ${leftOut(heard).join(', ')}`)
      return 'yes'
    },
  },
  {
    id: 'refusal',
    title: { en: 'refusal', zh: '拒绝回答' },
    async run(place) {
      if (place.upstream === 'messages') return filtered(place)
      await both(place, { text: 'emulator-refuse' }, (heard) => {
        equal(whole(heard).refusal, "I'm sorry, but I can't help with that.")
        match(heard.finish, finishes.refusal)
      })
      return 'yes'
    },
  },
  {
    id: 'usage',
    title: { en: 'usage, with cached and reasoning tokens', zh: '用量，含缓存和推理 token' },
    async run(place) {
      const text = 'emulator-cached, and a few words more'
      await both(place, { text, thinks: true }, ({ usage }) => {
        const { input = 0, output = 0, cached = 0, reasoning = 0 } = usage
        equal(input, 3 + 4 + Math.ceil(text.length / 4))
        ok(cached > 0 && cached <= input / 2, `${cached} of ${input} cached`)
        ok(reasoning > 0 && reasoning < output, `${reasoning} of ${output} reasoning`)
      })
      return 'yes'
    },
  },
]

/** Messages has no refusal in words: a classifier stops the answer, and that is an error here, as any filter's stop. */
async function filtered(place: Place): Promise<Found> {
  for (const stream of [false, true]) {
    const error = await errorOf(place, { text: 'emulator-refuse', stream })
    // Its words came before its stop, so that a stream had begun.
    equal(error.kind, stream ? 'api' : 'bad-request', error.message)
    match(error.message, /The model refused to answer/)
  }
  return { no: 'an error' }
}

/** A question, two calls, and an answer to their results, perhaps of another model. */
async function answered(
  place: Place,
  wish: Partial<Wish>,
  result: { readonly image?: string },
  model?: string,
): Promise<Heard> {
  const asked = { ...wish, text: 'get_weather and get_time in parallel' }
  const heard = await ask(place, { ...asked, stream: true })
  equal(heard.calls.length, 2)
  const results = heard.calls.map(({ id }, at) => ({ id, text: `result ${at}`, ...result }))
  return ask(place, { ...asked, before: { heard, results }, ...(model !== undefined && { model }) })
}

async function sealsSeen({ world }: Place): Promise<number> {
  return (await world.emulator.state()).counters.seals
}
