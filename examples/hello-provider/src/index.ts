/** Hello: a provider of our own, for openclaw. */
import { definePlugin, httpProvider } from 'openclaw/sdk'
import { readHelloFailure } from './read-failure.js'

export default definePlugin({
  id: 'hello-provider',
  providers: [
    httpProvider({
      id: 'hello',
      label: { en: 'Hello', 'zh-CN': '你好 Hello', 'zh-TW': '你好 Hello' },
      dialect: 'chat-completions',
      // Your provider's address. This one is openclaw's emulator: openclaw emulator start --port 18790
      baseUrl: 'http://127.0.0.1:18790/backup/v1',
      hosts: ['127.0.0.1'],
      models: [{ id: 'backup-model', name: 'Hello One', input: ['text', 'image'], contextWindow: 32_768 }],
      aliases: {},
      defaultModel: 'backup-model',
      readFailure: readHelloFailure,
    }),
  ],
})
