/** Anthropic by key, in its own format. */
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
      dialect: 'messages',
      baseUrl,
      hosts: ['api.anthropic.com'],
      models,
      takesAnyModel: true,
      aliases: {},
      defaultModel: 'claude-sonnet-5-5',
      key: apiKeyLogin({
        needed: true,
        places: [{ flags: {}, label, baseUrl, env: ['ANTHROPIC_API_KEY'] }],
        check: { get: '/models' },
      }),
    }),
  ],
})
