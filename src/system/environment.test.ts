/** What is left of the environment where reports and other programs see it. */
import { expect, it } from 'vitest'
import { takeEnvironment } from './environment.ts'

it.skipIf(process.platform === 'win32')('is taken whole, and rid of what may be a secret', () => {
  const environment: NodeJS.ProcessEnv = {
    PATH: '/bin',
    LANG: 'zh_CN.UTF-8',
    HTTP_PROXY: 'http://p:1',
    OPENAI_API_KEY: 'sk-1',
    OPENCLAW_PASSPHRASE: 'correct horse',
    GITHUB_TOKEN: 'gh-1',
    HTTPS_PROXY: 'http://me:password@p:1',
  }
  const whole = { ...environment }
  expect(takeEnvironment(environment)).toEqual(whole)
  expect(environment).toEqual({ PATH: '/bin', LANG: 'zh_CN.UTF-8', HTTP_PROXY: 'http://p:1' })
})

it.skipIf(process.platform === 'win32')('has no empty HOME: the account says where its home is', () => {
  const environment: NodeJS.ProcessEnv = { HOME: '', PATH: '/bin' }
  expect(takeEnvironment(environment)).toEqual({ PATH: '/bin' })
  expect(environment).toEqual({ PATH: '/bin' })
})
