/** Where the files of a state folder lie. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { statePaths } from './paths.ts'

describe('the state folder', () => {
  it('is .openclaw in the home of the person', () => {
    expect(statePaths({ HOME: '/home/you' })).toEqual({
      folder: '/home/you/.openclaw',
      openclawJson: '/home/you/.openclaw/openclaw.json',
      modelsJson: '/home/you/.openclaw/models.json',
      stateDb: '/home/you/.openclaw/state.db',
      gatewayToken: '/home/you/.openclaw/gateway-token',
      gatewayLog: '/home/you/.openclaw/gateway.log',
    })
  })

  it('is found without HOME, and with an empty one', () => {
    for (const environment of [{}, { HOME: '' }]) {
      expect(statePaths(environment).folder).toBe(join(homedir(), '.openclaw'))
    }
  })

  it('moves with all it holds, to a folder with blanks and 中文 too', () => {
    const { folder, ...files } = statePaths({ HOME: '/home/you', OPENCLAW_STATE_DIR: '/srv/my 状态' })
    expect(folder).toBe('/srv/my 状态')
    for (const file of Object.values(files)) expect(file).toMatch(/^\/srv\/my 状态\/[^/]+$/)
  })

  it('does not move with openclaw.json, which can lie elsewhere alone', () => {
    const paths = statePaths({ HOME: '/home/you', OPENCLAW_CONFIG_PATH: '/etc/mine.json' })
    expect(paths).toMatchObject({ folder: '/home/you/.openclaw', openclawJson: '/etc/mine.json' })
    expect(paths.modelsJson).toBe('/home/you/.openclaw/models.json')
  })

  it('is absolute, whatever was said', () => {
    const paths = statePaths({ OPENCLAW_STATE_DIR: 'state', OPENCLAW_CONFIG_PATH: 'mine.json' })
    expect(paths).toMatchObject({ folder: resolve('state'), openclawJson: resolve('mine.json') })
  })
})
