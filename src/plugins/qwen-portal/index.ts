/** The Qwen portal: device-code login and the free tier's two models. */
import { definePlugin, deviceLogin, httpProvider } from '../../sdk/index.ts'
import { qwenCode } from './qwen-code.ts'
import { chat, models, quota, retired } from './models.ts'
import { quirks } from './quirks.ts'
import { readQwenFailure } from './read-failure.ts'
import { readTokenAnswer, resourceUrl } from './token-answer.ts'

export default definePlugin({
  id: 'qwen-portal-auth',
  providers: [
    httpProvider({
      id: 'qwen-portal',
      label: { en: 'Qwen', 'zh-CN': '通义千问 Qwen', 'zh-TW': '通義千問 Qwen' },
      dialect: 'chat-completions',
      baseUrl: 'https://portal.qwen.ai/v1',
      hosts: ['portal.qwen.ai', '*.qwen.ai'],
      models,
      aliases: { qwen: 'coder-model' },
      defaultModel: 'coder-model',
      quota,
      retired,
      login: deviceLogin({
        baseUrl: 'https://chat.qwen.ai',
        deviceAuthorizationPath: '/api/v1/oauth2/device/code',
        tokenPath: '/api/v1/oauth2/token',
        // The public client that the provider published for this flow; it has no secret.
        clientId: 'f0304373b74a44d2b584a3fb70ca9e56',
        scope: 'openid profile email model.completion',
        verificationHosts: ['chat.qwen.ai', '*.qwen.ai'],
        readTokenAnswer,
        resourceUrl,
      }),
      outside: qwenCode,
      knownAs: { cliproxyapi: ['qwen'] },
      readFailure: readQwenFailure,
      chat,
      quirks,
    }),
  ],
})
