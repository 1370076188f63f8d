/** Anthropic by key, at the address where it speaks OpenAI's format. */
import { apiKeyLogin, definePlugin, httpProvider } from '../../sdk/index.ts'
import { models } from './models.ts'

const label = { en: 'Anthropic' }
const baseUrl = 'https://api.anthropic.com/v1'

export default definePlugin({
  id: 'anthropic',
  providers: [
    httpProvider({
      id: 'anthropic',
      label,
      dialect: 'chat-completions',
      baseUrl,
      hosts: ['api.anthropic.com'],
      models,
      takesAnyModel: true,
      aliases: {},
      defaultModel: 'claude-sonnet-5-5',
      // Its list of models takes another header than a bearer key; a chat of one token is its OpenAI format's own.
      key: apiKeyLogin({
        needed: true,
        places: [{ flags: {}, label, baseUrl, env: ['ANTHROPIC_API_KEY'] }],
        check: { chat: 'claude-haiku-5-5' },
      }),
    }),
  ],
})
