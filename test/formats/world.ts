/** What the walk goes through: the emulator and the built gateway as processes, and a model of each format behind it. */
import { newHouse } from '../journeys/support/house.ts'
import type { EmulatorHandle } from '../journeys/support/house.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'
import type { Sdk } from './sdk.ts'

export const UPSTREAMS = ['chat', 'messages', 'responses'] as const
export type Upstream = (typeof UPSTREAMS)[number]

export interface World {
  readonly url: string
  readonly token: string
  readonly sdks: readonly Sdk[]
  readonly emulator: EmulatorHandle
  /** A model of its own for each trouble, so that what rests after one is in nobody's way. */
  fresh(upstream: Upstream, kind?: 'good' | 'wrong key' | 'followed'): string
  end(): Promise<void>
}

/** The path of the emulator at which a format is asked. */
export const PATHS: Readonly<Record<Upstream, string>> = {
  chat: '/backup/v1/chat/completions',
  messages: '/messages/v1/messages',
  responses: '/responses/v1/responses',
}

/** The next of the others, which takes over. */
export const NEXT: Readonly<Record<Upstream, Upstream>> = { chat: 'messages', messages: 'responses', responses: 'chat' }

/** Accounts of each format: so many troubles there may be. */
const spares = Array.from({ length: 60 }, (_, at) => String(at + 1))

function spareOf(model: string, spare: string): string {
  return model.replace('/', `-${spare}/`)
}

export async function openWorld(): Promise<World> {
  const house = newHouse()
  try {
    const emulator = await house.emulator()
    const { providers, models } = providersAt(emulator)
    const takingOver = UPSTREAMS.flatMap((upstream) =>
      spares.map((spare) => ({
        id: `from-${upstream}-${spare}`,
        model: { primary: spareOf(models[upstream], spare), fallbacks: [models[NEXT[upstream]]] },
      })),
    )
    house.settings({
      models: { providers },
      agents: { defaults: { model: { primary: models.chat, fallbacks: [] } }, list: takingOver },
      gateway: { refFallback: false },
    })
    const { url, token } = await house.gateway()
    const used = { chat: 0, messages: 0, responses: 0 }
    return {
      url,
      token,
      sdks: [openaiChat(`${url}/v1`, token), openaiResponses(`${url}/v1`, token), anthropicMessages(url, token)],
      emulator,
      fresh(upstream, kind = 'good') {
        used[upstream] += 1
        const spare = String(used[upstream])
        if (kind === 'followed') return `openclaw/from-${upstream}-${spare}`
        return spareOf(models[upstream], kind === 'wrong key' ? `${spare}-wrong` : spare)
      },
      end: () => house.leave(),
    }
  } catch (error) {
    await house.leave()
    throw error
  }
}

export function modelOf(upstream: Upstream): string {
  return `${upstream}/${upstream === 'chat' ? 'backup' : upstream}-model`
}

function providersAt({ backup, messages, responses }: EmulatorHandle) {
  const of = {
    chat: { ...backup },
    messages: { ...messages, api: 'anthropic-messages' },
    responses: { ...responses, api: 'openai-responses' },
  }
  const models = { chat: modelOf('chat'), messages: modelOf('messages'), responses: modelOf('responses') }
  const providers = UPSTREAMS.flatMap((upstream) => {
    const { models: ids, apiKey, ...entry } = of[upstream]
    const seeing = ids.map((id) => ({ id, input: ['text', 'image'], contextWindow: 200_000, maxTokens: 8_000 }))
    const provider = (key: string): object => ({ ...entry, apiKey: key, models: seeing })
    return [
      [upstream, provider(apiKey)] as const,
      // Another account of the same.
      ...spares.flatMap((spare) => [
        [`${upstream}-${spare}`, provider(`${apiKey}-${spare}`)] as const,
        [`${upstream}-${spare}-wrong`, provider('sk-wrong')] as const,
      ]),
    ]
  })
  return { providers: Object.fromEntries(providers), models }
}
