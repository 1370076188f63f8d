/** Shows a page in the person's browser, where there is a person with one. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { mayOpenBrowser, openBrowser, openersOn } from './browser.ts'

const desk = { env: { DISPLAY: ':0' }, platform: 'linux', interactive: true } as const

describe('a browser may open', () => {
  it.each([
    ['on a desktop', desk],
    ['under Wayland', { ...desk, env: { WAYLAND_DISPLAY: 'wayland-0' } }],
    ['on macOS and Windows', { ...desk, platform: 'darwin', env: {} }],
    ['in WSL without a display of its own', { ...desk, env: { WSL_DISTRO_NAME: 'Debian' } }],
    ['where CI is said to be off', { ...desk, env: { DISPLAY: ':0', CI: 'false' } }],
  ] as const)('%s', (_where, surroundings) => {
    expect(mayOpenBrowser(surroundings)).toBe(true)
  })
})

describe('no browser opens', () => {
  it.each([
    ['NO_BROWSER', '1'],
    ['CI', 'true'],
    ['SSH_CONNECTION', '10.0.0.1 1 10.0.0.2 22'],
    ['SSH_TTY', '/dev/pts/0'],
    ['SSH_CLIENT', '10.0.0.1 1 22'],
    ['DEBIAN_FRONTEND', 'noninteractive'],
    ['BROWSER', 'www-browser'],
  ])('with %s=%s', (name, value) => {
    expect(mayOpenBrowser({ ...desk, env: { ...desk.env, [name]: value } })).toBe(false)
  })

  it('without a screen, or without anybody there', () => {
    expect(mayOpenBrowser({ ...desk, env: {} })).toBe(false)
    expect(mayOpenBrowser({ ...desk, interactive: false })).toBe(false)
    expect(mayOpenBrowser({ env: {}, platform: 'win32', interactive: false })).toBe(false)
  })
})

describe('the program that opens a page', () => {
  it('is the system’s own', () => {
    expect(openersOn('darwin', {})).toEqual([['open']])
    expect(openersOn('win32', {})).toEqual([['rundll32', 'url.dll,FileProtocolHandler']])
    expect(openersOn('linux', {})[0]).toEqual(['xdg-open'])
    expect(openersOn('linux', { WSL_DISTRO_NAME: 'Debian' })[0]).toEqual(['wslview'])
  })

  it('is the one that the person named', () => {
    expect(openersOn('linux', { BROWSER: 'firefox:lynx' })).toEqual([['firefox'], ['lynx']])
  })
})

describe.runIf(process.platform === 'linux')('opening a page', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('hands the address to the browser, every sign of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'browser-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const browser = join(folder, 'browser')
    const seen = join(folder, 'seen')
    writeFileSync(browser, `#!/bin/sh\nprintf %s "$1" > '${seen}.new' && mv '${seen}.new' '${seen}'\n`)
    chmodSync(browser, 0o755)
    vi.stubEnv('BROWSER', browser)
    vi.stubEnv('DISPLAY', '')
    expect(await openBrowser('https://chat.qwen.ai/authorize?user_code=A-B&client=x;$(id)')).toBe('opened')
    for (let tries = 0; tries < 100 && !existsSync(seen); tries += 1) await new Promise((next) => setTimeout(next, 10))
    expect(readFileSync(seen, 'utf8')).toBe('https://chat.qwen.ai/authorize?user_code=A-B&client=x;$(id)')
  })

  it('says when there is no browser, and goes on', async () => {
    vi.stubEnv('BROWSER', '/nonexistent/browser')
    vi.stubEnv('DISPLAY', '')
    expect(await openBrowser('https://chat.qwen.ai/authorize')).toBe('failed')
  })

  it('opens nothing but http and https', async () => {
    for (const address of ['file:///etc/passwd', 'javascript:alert(1)', 'ms-settings:', '-a Calculator', '']) {
      expect(await openBrowser(address), address).toBe('failed')
    }
  })
})
