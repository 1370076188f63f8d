/** OpenRouter by key: many makers' models behind one address. */
import { apiKeyLogin, definePlugin, httpProvider } from '../../sdk/index.ts'
import { models } from './models.ts'
import { readFailure } from './read-failure.ts'

const label = { en: 'OpenRouter' }
const baseUrl = 'https://openrouter.ai/api/v1'

export default definePlugin({
  id: 'openrouter',
  providers: [
    httpProvider({
      id: 'openrouter',
      label,
      dialect: 'chat-completions',
      baseUrl,
      hosts: ['openrouter.ai'],
      models,
      takesAnyModel: true,
      aliases: {},
      defaultModel: 'qwen/qwen3.7-plus',
      chat: { topK: true, noReasoning: { reasoning: { enabled: false } } },
      // Its list of models answers everybody; this one tells about the key itself.
      key: apiKeyLogin({
        needed: true,
        places: [{ flags: {}, label, baseUrl, env: ['OPENROUTER_API_KEY'] }],
        check: { get: '/key' },
      }),
      readFailure,
    }),
  ],
})
