/** A provider that speaks Responses, and makes embeddings. */
import { plainWords } from '../limit-words.ts'
import { modelNotFound } from '../chat-errors.ts'
import type { Provider } from '../providers.ts'
import { refused } from './errors.ts'

/** Not a secret: it opens this provider of the emulator, and nothing else in the world. */
export const responsesKey = 'sk-emulator-responses'

export const responses: Provider = {
  models: [
    { id: 'responses-model', realName: 'responses-model', seesPictures: true },
    { id: 'responses-model-mini', realName: 'responses-model-mini', seesPictures: true },
    { id: 'embeddings-model', realName: 'embeddings-model', seesPictures: false },
  ],
  owner: 'responses',
  accountOf(token) {
    if (token === `${responsesKey}-spent`) {
      const type = 'insufficient_quota'
      throw refused(429, 'You exceeded your current quota, please check your plan and billing details.', {
        type,
        code: type,
      })
    }
    return token === responsesKey || token.startsWith(`${responsesKey}-`) ? token : undefined
  },
  badTokenMessage: 'Incorrect API key provided.',
  metered: false,
  strictAsQwen: false,
  limitWords: plainWords,
  noSuchModel: modelNotFound,
}
