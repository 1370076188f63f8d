/** Models on this machine: Ollama, llama.cpp, LM Studio, vLLM, or whatever speaks OpenAI's format on loopback. */
import { apiKeyLogin, definePlugin, httpProvider } from '../../sdk/index.ts'
import { places } from './models.ts'

export default definePlugin({
  id: 'local',
  providers: [
    httpProvider({
      id: 'local',
      label: { en: 'Models on this machine', 'zh-CN': '本机模型', 'zh-TW': '本機模型' },
      dialect: 'chat-completions',
      baseUrl: places[0].baseUrl,
      hosts: ['127.0.0.1', 'localhost'],
      models: [],
      takesAnyModel: true,
      listsModels: true,
      chat: { topK: true },
      aliases: {},
      key: apiKeyLogin({ needed: false, places, check: { get: '/models' } }),
    }),
  ],
})
