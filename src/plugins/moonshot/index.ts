/** Moonshot AI (Kimi) by key, on its international or its mainland platform. */
import { apiKeyLogin, definePlugin, httpProvider } from '../../sdk/index.ts'
import { models, priceNote } from './models.ts'

const baseUrl = 'https://api.moonshot.ai/v1'

export default definePlugin({
  id: 'moonshot',
  providers: [
    httpProvider({
      id: 'moonshot',
      label: { en: 'Moonshot AI', 'zh-CN': '月之暗面 Moonshot AI', 'zh-TW': '月之暗面 Moonshot AI' },
      dialect: 'chat-completions',
      baseUrl,
      hosts: ['api.moonshot.ai', 'api.moonshot.cn'],
      models,
      takesAnyModel: true,
      aliases: {},
      defaultModel: 'kimi-k3.1-pro',
      // Its newest models always reason; what the older ones are told, the newest refuse.
      chat: { maxTokens: 'max_completion_tokens', reasoningContent: true },
      key: apiKeyLogin({
        needed: true,
        places: [
          {
            flags: { region: 'intl' },
            label: {
              en: 'International (api.moonshot.ai)',
              'zh-CN': '国际平台（api.moonshot.ai）',
              'zh-TW': '國際平台（api.moonshot.ai）',
            },
            baseUrl,
            env: ['MOONSHOT_API_KEY'],
          },
          {
            flags: { region: 'cn' },
            label: {
              en: 'Mainland China (api.moonshot.cn)',
              'zh-CN': '内地平台（api.moonshot.cn）',
              'zh-TW': '內地平台（api.moonshot.cn）',
            },
            baseUrl: 'https://api.moonshot.cn/v1',
            env: [],
          },
        ],
        check: { get: '/models' },
      }),
      priceNote,
    }),
  ],
})
