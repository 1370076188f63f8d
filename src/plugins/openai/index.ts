/** OpenAI by key. */
import { apiKeyLogin, definePlugin, httpProvider } from '../../sdk/index.ts'
import { models } from './models.ts'

const label = { en: 'OpenAI' }
const baseUrl = 'https://api.openai.com/v1'

export default definePlugin({
  id: 'openai',
  providers: [
    httpProvider({
      id: 'openai',
      label,
      dialect: 'chat-completions',
      baseUrl,
      hosts: ['api.openai.com'],
      models,
      takesAnyModel: true,
      aliases: {},
      defaultModel: 'gpt-6.1-terra',
      // The older name is refused by its reasoning models, this one by none (API reference, 2026-11).
      chat: { maxTokens: 'max_completion_tokens' },
      key: apiKeyLogin({
        needed: true,
        places: [{ flags: {}, label, baseUrl, env: ['OPENAI_API_KEY'] }],
        check: { get: '/models' },
      }),
    }),
  ],
})
