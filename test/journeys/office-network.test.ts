/** A company's network: a proxy in between, certificates of its own, and settings that change while the gateway runs. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newHouse, type EmulatorHandle, type House } from './support/house.ts'
import { qwenHosts, type QwenHosts } from './support/qwen-hosts.ts'

describe('behind a proxy that vouches for every host itself', () => {
  let house: House
  let emulator: EmulatorHandle
  let hosts: QwenHosts
  let gateway: Awaited<ReturnType<House['gateway']>>
  let officePem: string
  beforeAll(async () => {
    house = newHouse()
    emulator = await house.emulator()
    hosts = await qwenHosts(emulator.url)
    officePem = join(house.home, 'office.pem')
  })
  afterAll(async () => {
    await house.leave()
    await hosts.close()
  })

  const proxy = (): string => (hosts.environment['HTTPS_PROXY'] ?? '').replace('http://', 'http://me:s3cr3t-word@')
  const authority = (): string => hosts.environment['NODE_EXTRA_CA_CERTS'] ?? ''
  const settings = (own: object, limits = {}): object => ({
    plugins: { entries: { 'qwen-portal-auth': { enabled: true } } },
    models: { providers: { backup: emulator.backup }, limits },
    agents: { defaults: { model: { primary: 'qwen-portal/coder-model' } } },
    gateway: own,
  })
  const status = async (): Promise<string> => (await house.run(['gateway', 'status'])).stdout
  const asked = async (model: string): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${gateway.token}`,
        'content-type': 'application/json',
        'x-openclaw-fallback': 'off',
      },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }),
    })
    return { status: answer.status, text: await answer.text() }
  }

  it('a login without its certificate names the setting that takes it', async () => {
    house.settings(settings({ proxy: '${OFFICE_PROXY}' }))
    const { code, stderr } = await house.run(['models', 'auth', 'login', '--provider', 'qwen-portal'], {
      env: { OFFICE_PROXY: proxy() },
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Error: OAuth authentication failed\n[^]*gateway\.ca/)
    expect(stderr).not.toContain('s3cr3t-word')
  })

  it('a login goes through the proxy of the settings once the certificate is named', async () => {
    copyFileSync(authority(), officePem)
    house.settings(settings({ proxy: proxy(), ca: '~/office.pem' }))
    await house.signIn(emulator)
    expect(house.read('models.json')).toContain('"https://portal.qwen.ai')
    const shown = await house.run(['config', 'get', 'gateway.proxy'])
    expect(shown.stdout).toMatch(/^http:\/\/\[hidden\]@127\.0\.0\.1:\d+\n$/)
    for (const words of [
      ['config', 'get'],
      ['models', 'status'],
      ['models', 'status', '--json'],
    ]) {
      const { stdout, stderr } = await house.run(words)
      expect(stdout + stderr).not.toContain('s3cr3t-word')
    }
    const refused = await house.run(['config', 'set', 'gateway.proxy', 'http://me:s3cr3t-word@p:1'])
    expect(refused.stderr).toContain("Run: openclaw config set gateway.proxy '${GATEWAY_PROXY}'")
    expect(refused.stderr).not.toContain('s3cr3t-word')
  })

  it('the gateway answers through it, and status tells which way', async () => {
    gateway = await house.gateway()
    expect(await asked('qwen-portal/coder-model')).toMatchObject({ status: 200 })
    const told = await status()
    expect(told).toMatch(/^Proxy: http:\/\/127\.0\.0\.1:\d+ \(by gateway\.proxy\)$/m)
    expect(told).toContain(`Extra authorities: ${officePem} (1 certificate)\n`)
    expect(told).toContain('Deadlines: connect 5 s, first event 60 s, answer 300 s, silence 30 s, stream 21600 s\n')
  })

  it('a broken certificate file is told, and what was read before serves on', async () => {
    writeFileSync(officePem, 'not a certificate')
    await vi.waitFor(async () => expect(await status()).toContain('it holds no certificate in PEM form'), 10_000)
    expect(await asked('qwen-portal/coder-model')).toMatchObject({ status: 200 })
    expect(await asked('backup/backup-model')).toMatchObject({ status: 200 })
    expect(house.read('gateway.log')).toContain(`gateway.ca cannot be used: ${officePem}`)
    copyFileSync(authority(), officePem)
    await vi.waitFor(async () => expect(await status()).not.toContain('Problem:'), 10_000)
  })

  it('a gateway that starts on a broken one tells it, and serves those who need none', async () => {
    writeFileSync(officePem, '')
    await house.run(['gateway', 'restart'])
    expect(await status()).toMatch(/office\.pem: it holds no certificate.*Only the usual authorities are trusted/)
    const refused = await asked('qwen-portal/coder-model')
    expect(refused.status).toBe(502)
    expect(refused.text).toContain('gateway.ca')
    expect(await asked('backup/backup-model')).toMatchObject({ status: 200 })
    const { stdout } = await house.run(['models', 'status', '--lang', 'zh-CN'])
    expect(stdout).toContain('gateway.ca 的证书无法使用')
    copyFileSync(authority(), officePem)
  })

  it('another way holds from the next request on, without a new start', async () => {
    house.settings(settings({ proxy: 'http://127.0.0.1:9', ca: '~/office.pem' }, { idleMs: 20_000 }))
    await vi.waitFor(async () => expect(await status()).toContain('silence 20 s'), 10_000)
    // What failed before rests for a while.
    await vi.waitFor(async () => expect((await asked('qwen-portal/coder-model')).text).toContain('127.0.0.1:9'), {
      timeout: 30_000,
      interval: 500,
    })
    expect(await asked('backup/backup-model')).toMatchObject({ status: 200 })
    const [pid] = /process \d+/.exec(await status()) ?? []
    house.settings(settings({ proxy: proxy(), ca: '~/office.pem' }))
    await vi.waitFor(async () => expect(await asked('qwen-portal/coder-model')).toMatchObject({ status: 200 }), {
      timeout: 30_000,
      interval: 500,
    })
    expect(await status()).toContain(pid)
    expect(readFileSync(join(house.stateFolder, 'gateway.log'), 'utf8')).not.toContain('s3cr3t-word')
  }, 60_000)
})
