/** DeepSeek by key. */
import { apiKeyLogin, definePlugin, httpProvider } from '../../sdk/index.ts'
import { models } from './models.ts'

const label = { en: 'DeepSeek' }
const baseUrl = 'https://api.deepseek.com'

export default definePlugin({
  id: 'deepseek',
  providers: [
    httpProvider({
      id: 'deepseek',
      label,
      dialect: 'chat-completions',
      baseUrl,
      hosts: ['api.deepseek.com'],
      models,
      takesAnyModel: true,
      aliases: {},
      defaultModel: 'deepseek-flash',
      chat: { reasoningContent: true, noReasoning: { thinking: { type: 'disabled' } } },
      key: apiKeyLogin({
        needed: true,
        places: [{ flags: {}, label, baseUrl, env: ['DEEPSEEK_API_KEY'] }],
        check: { get: '/models' },
      }),
    }),
  ],
})
