/** A provider that speaks Messages. */
import type { Model, Provider } from '../providers.ts'
import { messagesLimitWords, noSuchModel, refused } from './errors.ts'

/** Not a secret: it opens this provider of the emulator, and nothing else in the world. */
export const messagesKey = 'sk-emulator-messages'

export function messagesProvider(key: string, models: readonly Model[]): Provider {
  return {
    models,
    owner: 'messages',
    accountOf(token) {
      if (token === `${key}-spent`) {
        throw refused(400, 'Your credit balance is too low to access the API. Please go to Plans & Billing.')
      }
      return token === key || token.startsWith(`${key}-`) ? token : undefined
    },
    badTokenMessage: 'invalid x-api-key',
    metered: false,
    strictAsQwen: false,
    limitWords: messagesLimitWords,
    noSuchModel,
  }
}

export const messages = messagesProvider(messagesKey, [
  { id: 'messages-model', realName: 'messages-model', seesPictures: true, outputTokens: 64_000 },
  { id: 'messages-model-mini', realName: 'messages-model-mini', seesPictures: true, outputTokens: 32_000 },
])
