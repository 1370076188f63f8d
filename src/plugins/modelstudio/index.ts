/** Alibaba Cloud Model Studio: Qwen models by key, in all its plans and regions. */
import { apiKeyLogin, definePlugin, httpProvider } from '../../sdk/index.ts'
import { chat } from '../qwen-portal/models.ts'
import { quirks } from '../qwen-portal/quirks.ts'
import { models, priceNote } from './models.ts'
import { places } from './places.ts'
import { readFailure } from './read-failure.ts'

export default definePlugin({
  id: 'modelstudio',
  providers: [
    httpProvider({
      id: 'modelstudio',
      label: { en: 'Alibaba Cloud Model Studio', 'zh-CN': '阿里云百炼', 'zh-TW': '阿里雲百煉' },
      dialect: 'chat-completions',
      baseUrl: places[0].baseUrl,
      hosts: places.map(({ baseUrl }) => new URL(baseUrl).hostname),
      models,
      takesAnyModel: true,
      aliases: {},
      // The one that every plan has.
      defaultModel: 'qwen3.7-plus',
      // Whether each of these hosts lists its models is not documented; all of them answer a chat.
      key: apiKeyLogin({ needed: true, places, check: { chat: 'qwen3.7-plus' } }),
      priceNote,
      readFailure,
      chat,
      quirks,
    }),
  ],
})
