/** A third party's plugin, made with the sdk: a provider with the standard's login at the authorization server. */
import { definePlugin, deviceLogin, httpProvider, type Plugin } from '../../src/sdk/index.ts'

export const PROVIDER = 'standard'
export const PROFILE = 'standard:default'

export function standardPlugin(url: string): Plugin {
  const login = deviceLogin({
    baseUrl: url,
    deviceAuthorizationPath: '/device/auth',
    tokenPath: '/token',
    clientId: 'openclaw-test',
    scope: 'openid offline_access',
    verificationHosts: [],
  })
  return definePlugin({
    id: 'standard-plugin',
    providers: [
      httpProvider({
        id: PROVIDER,
        label: { en: 'Standard' },
        dialect: 'chat-completions',
        baseUrl: `${url}/v1`,
        hosts: ['127.0.0.1'],
        models: [{ id: 'm' }],
        aliases: {},
        defaultModel: 'm',
        login,
      }),
    ],
  })
}
